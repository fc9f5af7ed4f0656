"""``./cobranza COMMAND``: list the commands, or hand over to one."""

import errno
import os
import signal
import sys

from .commands import COMMANDS
from .console import Failure, say
from .settings import Settings

# A closed terminal and a plain kill clean up as Ctrl-C does.
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

DISK = {
    errno.ENOSPC: "Free some space on that disk, then start again: nothing is lost.",
    errno.EDQUOT: "Free some of your quota, then start again: nothing is lost.",
    errno.EROFS: "Set COBRANZA_HOME to a folder that can be written.",
    errno.EACCES: "Mend its rights, or set COBRANZA_HOME to a folder of your own.",
    errno.EPERM: "Mend its rights, or set COBRANZA_HOME to a folder of your own.",
}


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
        "DB picks the database (default: cobranza). COBRANZA_HOME is the work folder"
        " (.cobranza).",
        "Overrides: COBRANZA_PORT, COBRANZA_SMTP_PORT, COBRANZA_MAIL_PORT,"
        " COBRANZA_PASSWORD,",
        "COBRANZA_SECRET_FILE, COBRANZA_PYTHON, COBRANZA_BROWSER; ODOO_HOME (an Odoo 19"
        " source",
        "tree); for a PostgreSQL of your own PGHOST, PGPORT, PGUSER, PGPASSWORD.",
    ]
    return "\n".join(lines)


def _interrupt(signum: int, frame: object) -> None:
    # Only once: a second Ctrl-C must not stop the stopping half way.
    for number in INTERRUPTS:
        signal.signal(number, lambda *_: None)
    os.write(2, b"\ncobranza: stopping...\n")
    raise KeyboardInterrupt(signum)


def _run(words: list[str]) -> int:
    if not words or words[0] in {"-h", "--help", "help"}:
        print(usage())
        sys.stdout.flush()
        return 0
    name, *arguments = words
    if name not in COMMANDS:
        say(f"cobranza: no command {name!r}.\n\n{usage()}")
        return 2
    command = COMMANDS[name]
    if arguments in (["-h"], ["--help"]):
        print(f"usage: ./cobranza {command.usage}\n\n  {command.summary}")
        return 0
    code = command.run(Settings.from_environment(), arguments) or 0
    sys.stdout.flush()
    return code


def main(arguments: list[str]) -> int:
    """Run one command; return its exit code (2: misused, 130: interrupted)."""
    for number in INTERRUPTS:
        # What nohup or a job in the background ignores stays ignored.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        return _run(arguments)
    except Failure as failure:
        say(f"\ncobranza: {failure}")
        return 1
    except KeyboardInterrupt:
        say("\ncobranza: stopped. Start again to go on from here.")
        return 130
    except BrokenPipeError:
        # Nobody reads any more; Python's own last flush would complain about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        if error.errno not in DISK:
            raise
        problem = f"{error.strerror}: {error.filename or 'the work folder'}"
        say(f"\ncobranza: {Failure(problem, DISK[error.errno])}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
