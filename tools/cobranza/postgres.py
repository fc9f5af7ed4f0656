"""PostgreSQL: a private cluster in the work folder, or the server of ``PGHOST``."""

import contextlib
import fcntl
import os
import pwd
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from .console import Failure, step
from .process import output_of, run_logged
from .settings import Settings
from .system_packages import PG_MINIMUM, UNPRIVILEGED, find_pg_bin, pg_versions
from .work_folder import only_one

ROLE = "cobranza"
RECOVERY_LIMIT_S = 60
ENDING_LIMIT_S = 10

# A development cluster: a power cut may lose the last second, never corrupt. The
# socket's folder is relative to the data, so that a work folder can be moved. Odoo's
# many small queries lose far more to just-in-time compiling than they win.
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '../run'
max_connections = 120
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
synchronous_commit = off
jit = off
timezone = 'UTC'
"""


@dataclass(frozen=True)
class Server:
    """How libpq's clients (psql, Odoo) reach the server."""

    host: str
    port: str
    user: str

    @property
    def environment(self) -> dict[str, str]:
        return {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}


def server(settings: Settings) -> Server:
    """Return the server in use; it need not be running."""
    if settings.pg_host:
        user = os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name
        return Server(settings.pg_host, os.environ.get("PGPORT") or "5432", user)
    return Server(str(settings.home / "pg" / "run"), "5432", ROLE)


class Cluster:
    """The private cluster. Root runs it as ``postgres``: PostgreSQL refuses root."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        """:raises Failure: another PostgreSQL or another user made the cluster."""
        self.settings = settings
        self.folder = settings.home / "pg"
        self.data = self.folder / "data"
        self.run = self.folder / "run"
        self.log = self.folder / "postgres.log"
        self.environment = dict(environment)
        self.bin = self._choose_version()
        self.account = self._choose_account()
        self.as_user: tuple[str, ...] = ()
        if os.geteuid() == 0:
            self.as_user = self._drop_root()

    def _choose_version(self) -> Path:
        versions = pg_versions()
        if not versions:
            raise Failure("PostgreSQL is not installed.", "Start ./cobranza run again.")
        version_file = self.data / "PG_VERSION"
        if not version_file.is_file():
            return versions[max(versions)]
        made_by = version_file.read_text().strip()
        if made_by.isdecimal() and int(made_by) in versions:
            return versions[int(made_by)]
        here = ", ".join(map(str, sorted(versions)))
        raise Failure(
            f"The databases in {self.data} were made by PostgreSQL {made_by};"
            f" here is {here}.",
            "Install the old version beside it, or start anew with"
            " './cobranza reset --all'.",
        )

    def _choose_account(self) -> pwd.struct_passwd:
        """Return whom PostgreSQL runs as: us, or for root ``postgres``."""
        account = pwd.getpwuid(os.geteuid())
        if account.pw_uid == 0:
            try:
                account = pwd.getpwnam(UNPRIVILEGED)
            except KeyError as error:
                raise Failure(
                    f"PostgreSQL refuses root, and there is no user {UNPRIVILEGED!r}.",
                    "Install the distribution's package postgresql, which makes it.",
                ) from error
        if self.data.is_dir() and self.data.stat().st_uid != account.pw_uid:
            raise Failure(
                f"The databases in {self.data} belong to another user"
                f" ({self.data.owner()}) than the one that starts PostgreSQL now"
                f" ({account.pw_name}).",
                "Start as that user, or set COBRANZA_HOME to a new folder.",
            )
        return account

    def _drop_root(self) -> tuple[str, ...]:
        """Return the command line by which root runs a program as ``postgres``."""
        if not shutil.which("setpriv"):
            raise Failure(
                "The command setpriv is missing, with which root starts PostgreSQL as"
                f" the user {UNPRIVILEGED!r}.",
                "Install the distribution's package util-linux.",
            )
        self.folder.mkdir(exist_ok=True)
        os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        as_user = (
            "setpriv",
            f"--reuid={UNPRIVILEGED}",
            f"--regid={self.account.pw_gid}",
            "--init-groups",
        )
        if self._can_reach(as_user):
            return as_user
        # mktemp -d makes a folder that only root may pass; what is private in a work
        # folder is closed by itself.
        home = self.settings.home
        home.chmod(home.stat().st_mode | 0o011)
        # A work folder below /root is closed to others. One right lets the server pass
        # without opening it to anybody; the second is for containers, which as a rule
        # lack the first.
        for right in ("", "dac_read_search", "dac_override"):
            rights = (f"--inh-caps=+{right}", f"--ambient-caps=+{right}")
            prefix = (*as_user, *rights) if right else as_user
            if self._can_reach(prefix):
                return prefix
        raise Failure(
            f"PostgreSQL runs as the user {UNPRIVILEGED!r}, which cannot reach"
            f" {self.folder}.",
            "Set COBRANZA_HOME to a folder that it can, for example /var/lib/cobranza.",
        )

    def _can_reach(self, as_user: tuple[str, ...]) -> bool:
        with contextlib.suppress(Failure):
            # Not "test -x", which asks access(2), and that leaves capabilities out.
            output_of((*as_user, "stat", f"{self.folder}/."), env=self.environment)
            return True
        return False

    def _pg(self, program: str, *arguments: str | Path, problem: str) -> None:
        run_logged(
            (*self.as_user, self.bin / program, *arguments),
            self.settings.logs / f"{program}.log",
            env=self.environment,
            cwd=Path("/"),
            problem=problem,
        )

    def set_up(self) -> None:
        """Make the cluster once; a half-made one is thrown away.

        :raises Failure: initdb failed.
        """
        # A lock of its own: an initdb that outlived its command holds it to its end.
        with only_one(self.settings, "initdb"):
            if (self.data / "PG_VERSION").is_file():
                return
            building = self.folder / "data.building"
            self.folder.mkdir(exist_ok=True)
            with step("Making the database cluster"):
                shutil.rmtree(building, ignore_errors=True)
                self._pg(
                    "initdb",
                    *("-D", building, "-U", ROLE, "-A", "trust", "-E", "UTF8"),
                    *("--locale=C.UTF-8", "--no-sync"),
                    problem="initdb could not make the database cluster.",
                )
                with (building / "postgresql.conf").open("a") as file:
                    file.write(CONFIGURATION)
                building.rename(self.data)

    def is_running(self) -> bool:
        with contextlib.suppress(Failure):
            output_of(
                (*self.as_user, self.bin / "pg_ctl", "status", "-D", self.data),
                env=self.environment,
            )
            return True
        return False

    def _answers(self) -> bool:
        with contextlib.suppress(Failure):
            sql(self.settings, self.environment, "postgres", "SELECT 1")
            return True
        return False

    def start(self) -> bool:
        """Start the server if it does not answer; return whether that was needed.

        :raises Failure: it does not start; carries the end of its log.
        """
        if self._answers():
            return False
        # Trust on the socket is safe because nobody else may enter its folder.
        self.run.mkdir(mode=0o700, exist_ok=True)
        if self.as_user:
            os.chown(self.run, self.account.pw_uid, self.account.pw_gid)
        begun = time.monotonic()
        while True:
            try:
                self._pg(
                    "pg_ctl",
                    *("start", "-s", "-w", "-t", "120", "-D", self.data),
                    *("-l", self.log),
                    problem="PostgreSQL does not start.",
                )
                return True
            except Failure as failure:
                # One that was killed may still be ending, and one that a killed
                # command began to start may be on its way up.
                if self._answers():
                    return True
                limit_s = RECOVERY_LIMIT_S if self.is_running() else ENDING_LIMIT_S
                if time.monotonic() - begun > limit_s:
                    with contextlib.suppress(OSError):
                        failure.detail = "\n".join(
                            self.log.read_text().splitlines()[-8:]
                        )
                    raise
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop the server; open connections are closed."""
        if self.is_running():
            self._pg(
                "pg_ctl",
                *("stop", "-s", "-m", "fast", "-D", self.data),
                problem="PostgreSQL does not stop.",
            )


def _check_external(settings: Settings, environment: Mapping[str, str]) -> None:
    place = server(settings)
    query = (
        "SELECT current_setting('server_version_num')::int / 10000,"
        " rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    )
    try:
        answer = sql(settings, environment, "postgres", query)
    except Failure as failure:
        raise Failure(
            f"The server that PGHOST names does not answer ({place.host}:{place.port},"
            f" user {place.user}).",
            "Mend PGHOST, PGPORT, PGUSER, PGPASSWORD, or unset PGHOST for a private"
            " one.",
            failure.detail or failure.problem,
        ) from failure
    version, may_create = answer.split("|")
    if int(version) < PG_MINIMUM:
        raise Failure(
            f"PGHOST is PostgreSQL {version}; {PG_MINIMUM} or later is needed.",
            "Name a newer server, or unset PGHOST for a private one.",
        )
    if may_create != "t":
        raise Failure(
            f"The user {place.user} may not create databases on {place.host}.",
            f"Run there: ALTER ROLE {place.user} CREATEDB.",
        )
    if place.user == "postgres":
        raise Failure(
            "Odoo refuses to work as the database user 'postgres'.",
            "Make another role with CREATEDB and name it with PGUSER.",
        )


@contextlib.contextmanager
def running(
    settings: Settings, environment: Mapping[str, str], keep: bool = False
) -> Iterator[Server]:
    """Have the server run during the block.

    The last command that uses a cluster stops it, unless ``keep`` or one before
    asked to leave it running.
    """
    if settings.pg_host:
        _check_external(settings, environment)
        yield server(settings)
        return
    cluster = Cluster(settings, environment)
    with _users(settings) as users:
        with only_one(settings, "pg", with_children=False):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.set_up()
            kept = settings.home / "pg.keep"
            if cluster.start():
                # The wish to keep it was for a server that has ended since.
                kept.unlink(missing_ok=True)
        if keep:
            kept.touch()
        try:
            yield server(settings)
        finally:
            with only_one(settings, "pg", with_children=False):
                if _is_last(users) and not kept.exists():
                    cluster.stop()


def _users(settings: Settings) -> TextIO:
    """Return the file that every command which uses the cluster holds a lock on."""
    return (settings.home / "pg.users").open("a")


def _is_last(users: TextIO) -> bool:
    """Return whether no other command uses the cluster; new ones then wait."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def stop_kept(settings: Settings, environment: Mapping[str, str]) -> bool:
    """Stop a cluster that a command left running on purpose.

    Return whether nothing uses it now; else the last command that does stops it.
    """
    (settings.home / "pg.keep").unlink(missing_ok=True)
    if not (settings.home / "pg" / "data").is_dir():
        return True
    with only_one(settings, "pg", with_children=False), _users(settings) as users:
        if not _is_last(users):
            return False
        Cluster(settings, environment).stop()
    return True


def sql(
    settings: Settings, environment: Mapping[str, str], database: str, query: str
) -> str:
    """Return what ``psql`` prints: rows by line, columns parted by ``|``.

    :raises Failure: the server or the query failed; carries its words.
    """
    client = find_pg_bin()
    psql = client / "psql" if client and (client / "psql").exists() else "psql"
    return output_of(
        (psql, "-XAqtw", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", query),
        env=dict(environment) | server(settings).environment,
    ).strip()
