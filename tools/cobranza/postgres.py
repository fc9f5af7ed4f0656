"""PostgreSQL: a private cluster in the work folder, or the server that ``PGHOST`` names."""

import contextlib
import fcntl
import os
import pwd
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, step
from .process import output_of, run_logged
from .settings import Settings
from .system_packages import PG_MINIMUM, find_pg_bin
from .work_folder import only_one

ROLE = "cobranza"
UNPRIVILEGED = "postgres"

# A development cluster: a power cut may lose the last second, never corrupt.
CONFIGURATION = """
listen_addresses = ''
max_connections = 120
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
synchronous_commit = off
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


def is_external(settings: Settings) -> bool:
    """Return whether the usual variables name a server other than the private one."""
    host = os.environ.get("PGHOST")
    return bool(host) and host != str(settings.home / "pg" / "run")


def server(settings: Settings) -> Server:
    """Return the server in use; it need not be running."""
    if is_external(settings):
        user = os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name
        return Server(os.environ["PGHOST"], os.environ.get("PGPORT") or "5432", user)
    return Server(str(settings.home / "pg" / "run"), "5432", ROLE)


class Cluster:
    """The private cluster. As root it runs as ``postgres``, which PostgreSQL insists on."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self.folder = settings.home / "pg"
        self.data = self.folder / "data"
        self.run = self.folder / "run"
        self.environment = dict(environment)
        found = find_pg_bin()
        if not found:
            raise Failure("PostgreSQL is not installed.")
        self.bin = found
        self.as_user: tuple[str, ...] = ()
        if os.geteuid() == 0:
            self.as_user = self._drop_root()

    def _drop_root(self) -> tuple[str, ...]:
        try:
            account = pwd.getpwnam(UNPRIVILEGED)
        except KeyError as error:
            raise Failure(
                f"PostgreSQL refuses root, and there is no user {UNPRIVILEGED!r}.",
                "Install the distribution's package postgresql, which makes it.",
            ) from error
        self.folder.mkdir(exist_ok=True)
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        as_user = (
            "setpriv",
            f"--reuid={UNPRIVILEGED}",
            f"--regid={account.pw_gid}",
            "--init-groups",
        )
        # A work folder below /root is closed to others; this one right (search a
        # folder, read a file) lets the server in without opening it to anybody.
        pass_by = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
        for prefix in (as_user, (*as_user, *pass_by)):
            with contextlib.suppress(Failure):
                output_of((*prefix, "test", "-x", self.folder), env=self.environment)
                return prefix
        raise Failure(
            f"PostgreSQL runs as the user {UNPRIVILEGED!r}, which cannot reach"
            f" {self.folder}.",
            "Set COBRANZA_HOME to a folder that it can, for example"
            " /var/lib/cobranza.",
        )

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

        :raises Failure: made by another major version, or initdb failed.
        """
        version_file = self.data / "PG_VERSION"
        if version_file.is_file():
            made_by = version_file.read_text().strip()
            here = self.bin.parent.name
            if here.isdecimal() and made_by != here:
                raise Failure(
                    f"The databases in {self.data} were made by PostgreSQL {made_by};"
                    f" here is {here}.",
                    "Install the old version beside it, or start anew with"
                    " './cobranza reset --all'.",
                )
            return
        building = self.folder / "data.building"
        shutil.rmtree(building, ignore_errors=True)
        with step("Making the database cluster"):
            self.folder.mkdir(exist_ok=True)
            self._pg(
                "initdb",
                *("-D", building, "-U", ROLE, "-A", "trust", "-E", "UTF8"),
                *("--locale=C.UTF-8", "--no-sync"),
                problem="initdb could not make the database cluster.",
            )
            with (building / "postgresql.conf").open("a") as file:
                file.write(CONFIGURATION + f"unix_socket_directories = '{self.run}'\n")
            building.rename(self.data)

    def is_running(self) -> bool:
        with contextlib.suppress(Failure):
            output_of(
                (*self.as_user, self.bin / "pg_ctl", "status", "-D", self.data),
                env=self.environment,
            )
            return True
        return False

    def start(self) -> None:
        """Start the server if it does not run; wait until it answers.

        :raises Failure: it does not start; carries the end of its log.
        """
        if self.is_running():
            return
        # Trust on the socket is safe because nobody else may enter its folder.
        self.run.mkdir(mode=0o700, exist_ok=True)
        if self.as_user:
            account = pwd.getpwnam(UNPRIVILEGED)
            os.chown(self.run, account.pw_uid, account.pw_gid)
        log = self.folder / "postgres.log"
        try:
            self._pg(
                "pg_ctl",
                *("start", "-s", "-w", "-t", "120", "-D", self.data, "-l", log),
                problem="PostgreSQL does not start.",
            )
        except Failure as failure:
            with contextlib.suppress(OSError):
                failure.detail = "\n".join(log.read_text().splitlines()[-8:])
            raise

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
        raise Failure(f"PGHOST is PostgreSQL {version}; {PG_MINIMUM} or later is needed.")
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
    if is_external(settings):
        _check_external(settings, environment)
        yield server(settings)
        return
    cluster = Cluster(settings, environment)
    users = (settings.home / "pg.users").open("a")
    with users:
        with only_one(settings, "pg"):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.set_up()
            cluster.start()
        kept = settings.home / "pg.keep"
        if keep:
            kept.touch()
        try:
            yield server(settings)
        finally:
            with only_one(settings, "pg"), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not kept.exists():
                    cluster.stop()


def stop_kept(settings: Settings, environment: Mapping[str, str]) -> None:
    """Stop a cluster that a command left running on purpose."""
    (settings.home / "pg.keep").unlink(missing_ok=True)
    if not is_external(settings) and (settings.home / "pg" / "data").is_dir():
        Cluster(settings, environment).stop()


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
