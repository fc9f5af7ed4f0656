"""Odoo's own command with our configuration: install, update, shell, server."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from . import postgres
from .console import Step
from .process import run_logged
from .secret_file import secret_file
from .settings import PROJECT, Settings

MODULE_LINE = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")


def write_configuration(settings: Settings) -> None:
    """Write the configuration that every command uses; production's is odoo.conf."""
    place = postgres.server(settings)
    addons = [PROJECT / "addons"]
    if settings.odoo_home and (settings.odoo_home / "addons").is_dir():
        addons.append(settings.odoo_home / "addons")
    lines = [
        "[options]",
        f"addons_path = {','.join(map(str, addons))}",
        f"data_dir = {settings.data_dir}",
        f"db_host = {place.host}",
        f"db_port = {place.port}",
        f"db_user = {place.user}",
        "list_db = False",
        "http_interface = 127.0.0.1",
        f"http_port = {settings.http_port}",
        "proxy_mode = False",
        "max_cron_threads = 1",
        "limit_time_real = 600",
        "limit_time_cpu = 600",
    ]
    fresh = settings.odoo_conf.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n")
    fresh.replace(settings.odoo_conf)


def environment(settings: Settings, base: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which ``odoo`` and libpq's clients find everything."""
    return (
        dict(base)
        | postgres.server(settings).environment
        | {
            "ODOO_RC": str(settings.odoo_conf),
            "COBRANZA_SECRET_FILE": str(secret_file(settings)),
        }
    )


def show_modules(step: Step) -> Callable[[str], None]:
    """Return a reader of Odoo's log that shows which module is being loaded."""

    def note(line: str) -> None:
        if found := MODULE_LINE.search(line):
            step.note = f"{found[1]} ({found[2]} of {found[3]})"

    return note


def run(
    settings: Settings,
    base: Mapping[str, str],
    log: str,
    *arguments: str,
    problem: str,
    remedy: str = "",
    on_line: Callable[[str], None] | None = None,
    stdin: str | None = None,
) -> None:
    """Run ``odoo`` with ``arguments`` to its end, its output in the log named ``log``.

    :raises Failure: Odoo failed; carries the end of its log.
    """
    run_logged(
        (settings.python, "-P", "-m", "odoo", *arguments),
        settings.logs / f"{log}.log",
        env=environment(settings, base),
        problem=problem,
        remedy=remedy,
        on_line=on_line,
        stdin=stdin,
    )


def run_scripts(
    settings: Settings,
    base: Mapping[str, str],
    database: str,
    scripts: Iterable[Path],
    log: str,
    problem: str,
) -> None:
    """Run Python files one after another in one Odoo shell; each commits by itself.

    :raises Failure: a script raised.
    """
    run(
        settings,
        base,
        log,
        *("shell", "-d", database, "--no-http", "--log-level=warn"),
        problem=problem,
        stdin="\n".join(script.read_text() for script in scripts),
    )
