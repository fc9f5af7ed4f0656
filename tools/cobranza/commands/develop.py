"""Commands for people who work on the suite: the shell, and the way in for other tools."""

import shlex
import subprocess
import sys

from .. import postgres, work_folder
from ..console import Failure
from ..system_packages import find_pg_bin
from ..settings import Settings
from ..setup import ground


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
        level = "info" if sys.stdin.isatty() else "warn"
        command = [
            *(str(settings.python), "-m", "odoo", "shell", "-d", name),
            *("--no-http", f"--log-level={level}", *arguments),
        ]
        return subprocess.run(command, env=here.environment, check=False).returncode  # noqa: S603


def env(settings: Settings, arguments: list[str]) -> None:
    """Print ``export`` lines with which any tool finds Python, Odoo and PostgreSQL.

    PostgreSQL is left running; ``./cobranza stop`` ends it.
    """
    with ground(settings, keep=True) as here:
        pg_bin = find_pg_bin()
        path = here.environment["PATH"]
        if pg_bin and str(pg_bin) not in path.split(":"):
            path = f"{settings.venv / 'bin'}:{pg_bin}:{path.split(':', 1)[1]}"
        exists = here.databases.exists(settings.database)
        exports = {
            "COBRANZA_HOME": str(settings.home),
            "VIRTUAL_ENV": str(settings.venv),
            "PATH": path,
            "ODOO_RC": here.environment["ODOO_RC"],
            **postgres.server(settings).environment,
            "PGDATABASE": settings.database if exists else "postgres",
            "PYTHONPYCACHEPREFIX": here.environment["PYTHONPYCACHEPREFIX"],
        }
    for name, value in exports.items():
        print(f"export {name}={shlex.quote(value)}")  # noqa: T201


def stop(settings: Settings, arguments: list[str]) -> None:
    """Stop the PostgreSQL that ``env`` left running."""
    if settings.home.is_dir():
        postgres.stop_kept(settings, work_folder.child_environment(settings))


