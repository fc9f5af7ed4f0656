"""Where things are: the work folder, ports and names, each open to an override."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from .console import Failure

PROJECT = Path(__file__).resolve().parents[2]
ADDONS = ("receivables_automation", "mx_sat_sync", "payment_links")

# A Unix socket's path holds at most 107 bytes, PostgreSQL's file name included.
LONGEST_HOME = 80

# Each of these parts or quotes something in Odoo's, apt's or PostgreSQL's settings.
UNUSABLE_IN_PATHS = re.compile(r"[,:;'\"\\%$\n]")

# Marks the PGHOST that `./cobranza env` printed, so that it is not taken for a server
# of the person's own.
PG_MARK = "COBRANZA_PGHOST"


def _port(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 0 < int(value) < 65536:
        raise Failure(
            f"{name} is {value!r}: a port from 1 to 65535 is needed.",
            f"Set it to a free port, or unset it for {default}.",
        )
    return int(value)


def _check_ports(ports: dict[str, int]) -> None:
    by_port: dict[int, str] = {}
    for name, port in ports.items():
        if other := by_port.setdefault(port, name):
            if other != name:
                raise Failure(
                    f"{other} and {name} are both {port}.",
                    "Give each of them a port of its own.",
                )


def _check_path(path: Path, variable: str) -> None:
    if found := UNUSABLE_IN_PATHS.search(str(path)):
        raise Failure(
            f"The path {str(path)!r} holds {found[0]!r}, which configuration files"
            " cannot hold.",
            f"Use another folder ({variable}); spaces and accents are fine.",
        )


def check_database_name(name: str) -> str:
    """Return ``name`` if PostgreSQL, Odoo and a file system all take it as it is.

    :raises Failure: it is empty, too long, holds other characters, or is a name that
        PostgreSQL or these tools use themselves.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,47}", name):
        raise Failure(
            f"{name!r} cannot be a database name.",
            "Use lower-case letters, digits and _, a letter first, at most 48.",
        )
    own = re.fullmatch(r"postgres|template[01]|cobranza_template.*|.*_building", name)
    if own:
        raise Failure(
            f"The database name {name!r} is PostgreSQL's or the tools' own.",
            "Choose another name.",
        )
    return name


@dataclass(frozen=True)
class Settings:
    """Everything that a command needs to know about this machine and this project."""

    home: Path
    database: str
    http_port: int
    smtp_port: int
    mail_port: int
    odoo_home: Path | None
    password: str
    pg_host: str = ""
    """The host of the person's own PostgreSQL; '' stands for the private cluster."""

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read ``COBRANZA_*``, ``ODOO_HOME``, ``PGHOST`` and ``DB``.

        :raises Failure: a value that cannot be used, named with its remedy.
        """
        home = Path(os.environ.get("COBRANZA_HOME") or PROJECT / ".cobranza")
        home = home.expanduser().absolute()
        if len(os.fsencode(home)) > LONGEST_HOME:
            raise Failure(
                f"The work folder's path is too long for a database socket: {home}",
                f"Set COBRANZA_HOME to a folder of at most {LONGEST_HOME} characters.",
            )
        given = os.environ.get("ODOO_HOME")
        odoo_home = Path(given).expanduser().absolute() if given else None
        _check_path(PROJECT, "move the project")
        _check_path(home, "COBRANZA_HOME")
        if odoo_home:
            _check_path(odoo_home, "ODOO_HOME")
        host = os.environ.get("PGHOST", "")
        is_ours = host in {os.environ.get(PG_MARK), str(home / "pg" / "run")}
        ports = {
            "COBRANZA_PORT": _port("COBRANZA_PORT", 8069),
            "COBRANZA_SMTP_PORT": _port("COBRANZA_SMTP_PORT", 8025),
            "COBRANZA_MAIL_PORT": _port("COBRANZA_MAIL_PORT", 8026),
        }
        _check_ports(ports)
        http_port, smtp_port, mail_port = ports.values()
        return cls(
            home=home,
            database=check_database_name(os.environ.get("DB") or "cobranza"),
            http_port=http_port,
            smtp_port=smtp_port,
            mail_port=mail_port,
            odoo_home=odoo_home,
            password=os.environ.get("COBRANZA_PASSWORD") or "cobranza",
            pg_host="" if is_ours else host,
        )

    @property
    def venv(self) -> Path:
        return self.home / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def odoo_conf(self) -> Path:
        return self.home / "odoo.conf"

    @property
    def data_dir(self) -> Path:
        """Odoo's filestore and sessions."""
        return self.home / "data"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def mail_folder(self) -> Path:
        return self.home / "mail"
