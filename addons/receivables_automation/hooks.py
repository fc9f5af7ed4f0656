"""What installing and uninstalling does beyond the data files."""


def uninstall_hook(env):
    """Leave no server behind that only the sample company used, group or trigger."""
    env["receivables.sample"]._remove_mail_server()
    # A tier holds on to its group, which would stay with the rights it implies.
    env["receivables.credit.tier"].with_context(active_test=False).search([]).unlink()
    # The audit log's tables go next; its function would stay.
    env.cr.execute("DROP FUNCTION IF EXISTS receivables_audit_append_only() CASCADE")
