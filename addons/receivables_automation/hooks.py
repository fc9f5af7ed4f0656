"""What installing and uninstalling does beyond the data files."""


def uninstall_hook(env):
    """Leave no server behind that only the sample company used, and no trigger."""
    env["receivables.sample"]._remove_mail_server()
    # The audit log's tables go next; its function would stay.
    env.cr.execute("DROP FUNCTION IF EXISTS receivables_audit_append_only() CASCADE")
