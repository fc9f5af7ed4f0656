"""``./cobranza run``: the real thing, running, in one command."""

import contextlib
import errno
import json
import os
import socket
import subprocess
import time

from .. import work_folder
from ..console import Failure, say, step
from ..process import spawn, stop
from ..serving import point_links_here, point_mail_to_catcher, start_odoo
from ..settings import PROJECT, Settings
from ..setup import Ground, ground

PORT_LIMIT_S = 5

LOGINS = (
    ("finanzas", "finance manager", "policies, plans, everything in Cobranza"),
    ("cobranza", "collector", "the daily work of collecting"),
    ("ventas", "salesperson", "own customers' debt only"),
    ("auditoria", "auditor", "reads everything, changes nothing"),
    ("cliente", "portal customer", "own invoices on the portal"),
    ("admin", "administrator", "installs and configures"),
)

TO_TRY = (
    "Log in as finanzas, Cobranza > Avisos > Corridas: preview, look, send.",
    "Log in as cobranza, Cobranza > Clientes: who owes, how they pay, and why.",
    "Log in as cliente: the invoices as the customer sees them; or open a caught"
    " e-mail and pay with its button.",
)


def _problem_with(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error
    return None


def require_free(
    port: int, variable: str, what: str, limit_s: float = PORT_LIMIT_S
) -> None:
    """Return when the port can be used; a server that is ending gets some seconds.

    :raises Failure: another program has it, or this user may not use it.
    """
    limit = time.monotonic() + limit_s
    while problem := _problem_with(port):
        if problem.errno != errno.EADDRINUSE:
            raise Failure(
                f"Port {port} cannot be used by {what}: {problem.strerror}.",
                f"Set {variable} to a port above 1023.",
            )
        if time.monotonic() > limit:
            raise Failure(
                f"Port {port} is taken, and {what} needs it.",
                f"End the program that uses it, or set {variable} to a free port.",
            )
        time.sleep(0.2)


def _start_mail_catcher(here: Ground, running: contextlib.ExitStack) -> str:
    """Start the mail catcher and return its page's address."""
    settings = here.settings
    log = running.enter_context((settings.logs / "mail.log").open("ab"))
    child = spawn(
        (
            *(settings.python, "-P", "-m", "fakes.mail_catcher"),
            *("--folder", settings.mail_folder),
            *("--smtp-port", str(settings.smtp_port)),
            *("--http-port", str(settings.mail_port)),
        ),
        env=here.environment | {"PYTHONPATH": str(PROJECT / "tests")},
        stdout=subprocess.PIPE,
        stderr=log,
        stdin=subprocess.DEVNULL,
    )
    running.callback(stop, child)
    ready = child.stdout.readline()
    if not ready:
        raise Failure(
            "The mail catcher does not start.", f"See {settings.logs}/mail.log."
        )
    return json.loads(ready)["url"]


def welcome(settings: Settings, mail_url: str, has_logins: bool) -> str:
    """Return what is said when all runs: addresses, logins and what to try."""
    width = max(len(login) for login, _, _ in LOGINS)
    sample = [
        f"Logins (password: {settings.password})",
        *(f"  {login.ljust(width)}  {role}: {what}" for login, role, what in LOGINS),
        "",
        "Try:",
        *(f"  {number}. {what}" for number, what in enumerate(TO_TRY, 1)),
    ]
    empty = [
        f"The database {settings.database} is without the sample company: its login is"
        " admin, password admin, unless you changed it.",
    ]
    lines = [
        "",
        f"Odoo           http://127.0.0.1:{settings.http_port}",
        f"Caught e-mail  {mail_url}",
        "",
        *(sample if has_logins else empty),
        "",
        "Ctrl-C stops everything; the data stays.",
    ]
    return "\n".join(lines)


def run(settings: Settings, arguments: list[str]) -> int:
    """Install what is missing, make the sample database once, serve until Ctrl-C."""
    if arguments:
        raise Failure(
            "run takes no arguments.", "DB=name ./cobranza run picks another."
        )
    for port, variable, what in (
        (settings.http_port, "COBRANZA_PORT", "Odoo"),
        (settings.smtp_port, "COBRANZA_SMTP_PORT", "the mail catcher"),
        (settings.mail_port, "COBRANZA_MAIL_PORT", "the mail catcher's page"),
    ):
        require_free(port, variable, what)
    os.environ["COBRANZA_PASSWORD"] = settings.password
    with ground(settings) as here, contextlib.ExitStack() as running:
        with work_folder.only_one(settings, "databases"):
            made = here.databases.build(
                settings.database, website=True, sample=True, logins=True
            )
            if not made:
                here.databases.update(settings.database)
            has_logins = here.databases.renew_logins(settings.database)
        point_mail_to_catcher(here, settings.database, settings.smtp_port)
        point_links_here(here, settings.database, settings.http_port)
        mail_url = _start_mail_catcher(here, running)
        with step("Starting Odoo"):
            odoo = start_odoo(
                here,
                running,
                database=settings.database,
                port=settings.http_port,
                log="odoo.log",
            )
        say(welcome(settings, mail_url, has_logins))
        code = odoo.wait()
        say(f"cobranza: Odoo ended with code {code}; see {settings.logs / 'odoo.log'}.")
    return 1
