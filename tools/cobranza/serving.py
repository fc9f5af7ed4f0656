"""A served database: Odoo in the background until the caller's block ends."""

import contextlib
import http.client
import subprocess
import time
import urllib.request

from .console import Failure
from .postgres import sql
from .process import spawn, stop
from .setup import Ground

START_LIMIT_S = 120

# A proxy of the person's network does not know this machine's own addresses.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def point_mail_to_catcher(here: Ground, database: str, smtp_port: int) -> None:
    """Let the sample company's outgoing server follow the catcher's port."""
    query = (
        "UPDATE ir_mail_server SET smtp_host = '127.0.0.1',"
        f" smtp_port = {smtp_port}"
        " WHERE id IN (SELECT res_id FROM ir_model_data"
        " WHERE module = 'receivables_sample' AND name = 'mail_server')"
    )
    sql(here.settings, here.environment, database, query)


def point_links_here(here: Ground, database: str, port: int) -> None:
    """Let addresses in messages lead to ``port``; one that a person has set stays."""
    query = (
        "INSERT INTO ir_config_parameter (key, value, create_date, write_date)"
        f" VALUES ('web.base.url', 'http://127.0.0.1:{port}', now(), now())"
        " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value"
        r" WHERE ir_config_parameter.value ~ '^http://(localhost|127\.0\.0\.1)(:\d+)?/?$'"
    )
    sql(here.settings, here.environment, database, query)


def _answers(url: str) -> bool:
    refused = (OSError, http.client.HTTPException)
    with contextlib.suppress(*refused), DIRECT.open(url, timeout=60) as answer:
        return answer.status == 200
    return False


def start_odoo(
    here: Ground,
    running: contextlib.ExitStack,
    *,
    database: str,
    port: int,
    log: str,
    arguments: tuple[str, ...] = (),
) -> subprocess.Popen:
    """Return an Odoo that answers on ``port``; ``running`` stops it when it closes.

    :raises Failure: it ends or is silent; carries the end of its log.
    """
    path = here.settings.logs / log
    if path.exists():
        path.replace(path.with_suffix(".previous.log"))
    child = spawn(
        (
            *(here.settings.python, "-P", "-m", "odoo", "-d", database),
            *("--http-port", str(port), *arguments),
        ),
        env=here.environment,
        stdin=subprocess.DEVNULL,
        stdout=running.enter_context(path.open("ab")),
        stderr=subprocess.STDOUT,
    )
    running.callback(stop, child)
    limit = time.monotonic() + START_LIMIT_S
    while not _answers(f"http://127.0.0.1:{port}/web/health"):
        if child.poll() is not None or time.monotonic() > limit:
            tail = path.read_text(errors="replace").splitlines()[-15:]
            raise Failure(
                "Odoo does not start.", f"The whole log: {path}", "\n".join(tail)
            )
        time.sleep(0.2)
    # The first page loads the registry: better now than under the first click.
    _answers(f"http://127.0.0.1:{port}/web/login")
    return child
