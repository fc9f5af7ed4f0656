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


def _port(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise Failure(f"{name} is {value!r}: a port from 1 to 65535 is needed.")
    return int(value)


def check_database_name(name: str) -> str:
    """Return ``name`` if PostgreSQL, Odoo and a file system all take it as it is.

    :raises Failure: it is empty, too long, or holds other characters.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,47}", name):
        raise Failure(
            f"{name!r} cannot be a database name.",
            "Use lower-case letters, digits and _, a letter first, at most 48.",
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

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read ``COBRANZA_*``, ``ODOO_HOME`` and ``DB``.

        :raises Failure: a value that cannot be used, named with its remedy.
        """
        home = Path(os.environ.get("COBRANZA_HOME") or PROJECT / ".cobranza")
        home = home.expanduser().absolute()
        if len(os.fsencode(home)) > LONGEST_HOME:
            raise Failure(
                f"The work folder's path is too long for a database socket: {home}",
                f"Set COBRANZA_HOME to a folder of at most {LONGEST_HOME} characters.",
            )
        odoo_home = os.environ.get("ODOO_HOME")
        return cls(
            home=home,
            database=check_database_name(os.environ.get("DB") or "cobranza"),
            http_port=_port("COBRANZA_PORT", 8069),
            smtp_port=_port("COBRANZA_SMTP_PORT", 8025),
            mail_port=_port("COBRANZA_MAIL_PORT", 8026),
            odoo_home=Path(odoo_home).expanduser().absolute() if odoo_home else None,
            password=os.environ.get("COBRANZA_PASSWORD") or "cobranza",
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
