"""What installing and uninstalling does beyond the data files."""


def uninstall_hook(env):
    """Leave no server behind that only the sample company used."""
    env["receivables.sample"]._remove_mail_server()
