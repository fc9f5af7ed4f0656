"""``./cobranza run``: the real thing, running, in one command."""

import contextlib
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

from .. import databases, work_folder
from ..console import Failure, say, step
from ..process import spawn, stop
from ..postgres import sql
from ..settings import PROJECT, Settings
from ..setup import Ground, ground

START_LIMIT_S = 120

LOGINS = (
    ("finanzas", "finance manager", "policies, plans, everything in Cobranza"),
    ("cobranza", "collector", "the daily work of collecting"),
    ("ventas", "salesperson", "own customers' debt only"),
    ("auditoria", "auditor", "reads everything, changes nothing"),
    ("cliente", "portal customer", "own invoices on the portal"),
    ("admin", "administrator", "installs and configures"),
)

TO_TRY = (
    "Log in as finanzas and open Cobranza: what every customer owes, by age.",
    "Log in as ventas: the same list with that person's own customers only.",
    "Log in as cliente: the customer's own invoices, as they see them.",
)


def _require_free(port: int, variable: str, what: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failure(
                f"Port {port} is taken, and {what} needs it.",
                f"End the program that uses it, or set {variable} to a free port.",
            ) from error


def _start_mail_catcher(here: Ground, running: contextlib.ExitStack) -> str:
    """Start the mail catcher and return its page's address."""
    settings = here.settings
    log = running.enter_context((settings.logs / "mail.log").open("ab"))
    child = spawn(
        (
            *(settings.python, "-m", "fakes.mail_catcher"),
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
        raise Failure("The mail catcher does not start.", f"See {settings.logs}/mail.log.")
    return json.loads(ready)["url"]


def _point_mail_to_catcher(here: Ground) -> None:
    # The ports may differ from the last start; the sample's server follows them.
    query = (
        "UPDATE ir_mail_server SET smtp_host = '127.0.0.1',"
        f" smtp_port = {here.settings.smtp_port}"
        " WHERE id IN (SELECT res_id FROM ir_model_data"
        " WHERE module = 'receivables_sample' AND name = 'mail_server')"
    )
    sql(here.settings, here.environment, here.settings.database, query)


def _answers(url: str) -> bool:
    with contextlib.suppress(urllib.error.URLError, OSError):
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310
            return answer.status == 200
    return False


def _start_odoo(here: Ground, running: contextlib.ExitStack) -> subprocess.Popen:
    settings = here.settings
    log = running.enter_context((settings.logs / "odoo.log").open("ab"))
    child = spawn(
        (settings.python, "-m", "odoo", "-d", settings.database),
        env=here.environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    running.callback(stop, child)
    with step("Starting Odoo"):
        limit = time.monotonic() + START_LIMIT_S
        while not _answers(f"http://127.0.0.1:{settings.http_port}/web/health"):
            if child.poll() is not None or time.monotonic() > limit:
                tail = (settings.logs / "odoo.log").read_text(errors="replace")
                raise Failure(
                    "Odoo does not start.",
                    f"The whole log: {settings.logs / 'odoo.log'}",
                    "\n".join(tail.splitlines()[-15:]),
                )
            time.sleep(0.2)
        # The first page loads the registry: better now than under the first click.
        _answers(f"http://127.0.0.1:{settings.http_port}/web/login")
    return child


def _welcome(here: Ground, mail_url: str) -> str:
    settings = here.settings
    width = max(len(login) for login, _, _ in LOGINS)
    lines = [
        "",
        f"Odoo           http://127.0.0.1:{settings.http_port}",
        f"Caught e-mail  {mail_url}",
        "",
        f"Logins (password: {settings.password})",
        *(f"  {login.ljust(width)}  {role}: {what}" for login, role, what in LOGINS),
        "",
        "Try:",
        *(f"  {number}. {what}" for number, what in enumerate(TO_TRY, 1)),
        "",
        "Ctrl-C stops everything; the data stays.",
    ]
    return "\n".join(lines)


def run(settings: Settings, arguments: list[str]) -> int:
    """Install what is missing, make the sample database once, serve until Ctrl-C."""
    if arguments:
        raise Failure("run takes no arguments.", "DB=name ./cobranza run picks another.")
    for port, variable, what in (
        (settings.http_port, "COBRANZA_PORT", "Odoo"),
        (settings.smtp_port, "COBRANZA_SMTP_PORT", "the mail catcher"),
        (settings.mail_port, "COBRANZA_MAIL_PORT", "the mail catcher's page"),
    ):
        _require_free(port, variable, what)
    os.environ["COBRANZA_PASSWORD"] = settings.password
    with ground(settings) as here, contextlib.ExitStack() as running:
        with work_folder.only_one(settings, "databases"):
            made = here.databases.build(
                settings.database, website=True, sample=True, logins=True
            )
            if not made:
                here.databases.update(settings.database)
            databases.report(settings.database, made)
        _point_mail_to_catcher(here)
        mail_url = _start_mail_catcher(here, running)
        odoo = _start_odoo(here, running)
        say(_welcome(here, mail_url))
        code = odoo.wait()
        say(f"cobranza: Odoo ended with code {code}; see {settings.logs / 'odoo.log'}.")
    return 1
