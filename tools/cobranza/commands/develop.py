"""Commands for people who work on the suite: the shell, and a way in for tools."""

import shlex
import sys

from .. import postgres, work_folder
from ..console import Failure, say
from ..process import run_attached
from ..settings import PG_MARK, Settings
from ..setup import ground
from ..system_packages import find_pg_bin


def shell(settings: Settings, arguments: list[str]) -> int:
    """Open Odoo's shell on DB, or run the script on standard input; return its code.

    Nothing is kept unless the script says ``env.cr.commit()``.
    """
    name = settings.database
    with ground(settings) as here:
        if not here.databases.exists(name):
            raise Failure(
                f"There is no database {name}.", f"Make it: ./cobranza db {name}"
            )
        is_interactive = sys.stdin.isatty()
        return run_attached(
            (
                *(settings.python, "-P", "-m", "odoo", "shell", "-d", name),
                *("--no-http", f"--log-level={'info' if is_interactive else 'warn'}"),
                *arguments,
            ),
            env=here.environment,
            takes_ctrl_c=is_interactive,
        )


def env(settings: Settings, arguments: list[str]) -> None:
    """Print ``export`` lines with which any tool finds Python, Odoo and PostgreSQL.

    PostgreSQL is left running; ``./cobranza stop`` ends it.
    """
    if arguments:
        raise Failure("env takes no arguments.")
    with ground(settings, keep=True) as here:
        pg_bin = find_pg_bin()
        tools, *path = here.environment["PATH"].split(":")
        if pg_bin and str(pg_bin) not in path:
            path.insert(0, str(pg_bin))
        place = postgres.server(settings)
        exists = here.databases.exists(settings.database)
        exports = {
            "COBRANZA_HOME": str(settings.home),
            "VIRTUAL_ENV": str(settings.venv),
            "PATH": ":".join([tools, *path]),
            "ODOO_RC": here.environment["ODOO_RC"],
            "COBRANZA_SECRET_FILE": here.environment["COBRANZA_SECRET_FILE"],
            **place.environment,
            **({} if settings.pg_host else {PG_MARK: place.host}),
            "PGDATABASE": settings.database if exists else "postgres",
            "PYTHONPYCACHEPREFIX": here.environment["PYTHONPYCACHEPREFIX"],
        }
    for name, value in exports.items():
        print(f"export {name}={shlex.quote(value)}")  # noqa: T201


def stop(settings: Settings, arguments: list[str]) -> None:
    """Stop the PostgreSQL that ``env`` left running."""
    if arguments:
        raise Failure("stop takes no arguments.")
    if not settings.home.is_dir():
        return
    work_folder.check_ours(settings.home)
    if not postgres.stop_kept(settings, work_folder.child_environment(settings)):
        say("Another ./cobranza uses PostgreSQL; it stops when that one ends.")
