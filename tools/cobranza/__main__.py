"""``./cobranza COMMAND``: list the commands, or hand over to one."""

import os
import signal
import sys

from .commands import COMMANDS
from .console import Failure, say
from .settings import Settings


def usage() -> str:
    """Return the list of commands, as shown without arguments."""
    lines = ["usage: [DB=name] ./cobranza COMMAND", ""]
    width = max(len(command.usage) for command in COMMANDS.values()) + 2
    lines += [
        f"  {command.usage.ljust(width)}{command.summary}"
        for command in COMMANDS.values()
    ]
    lines += [
        "",
        "DB picks the database (default: cobranza). The work folder is .cobranza, or"
        " COBRANZA_HOME.",
        "Overrides: COBRANZA_PORT, COBRANZA_SMTP_PORT, COBRANZA_MAIL_PORT,"
        " COBRANZA_PASSWORD,",
        "COBRANZA_PYTHON, COBRANZA_BROWSER, ODOO_HOME (an Odoo 19 source tree), PGHOST,"
        " PGPORT, PGUSER,",
        "PGPASSWORD (a PostgreSQL server of your own).",
    ]
    return "\n".join(lines)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code (2: misused, 130: interrupted)."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())  # noqa: T201
        return 0
    command = COMMANDS.get(arguments[0])
    if not command:
        say(f"cobranza: no command {arguments[0]!r}.\n\n{usage()}")
        return 2
    # A closed terminal and a plain kill clean up as Ctrl-C does.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        return command.run(Settings.from_environment(), arguments[1:]) or 0
    except Failure as failure:
        say(f"\ncobranza: {failure}")
        return 1
    except KeyboardInterrupt:
        say("\ncobranza: stopped. Start again to go on from here.")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
