"""The work folder: one writer at a time, and steps that are whole or not there."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from .console import Failure, say
from .process import LOCKS
from .settings import PG_MARK, PROJECT, Settings

NEEDED_GIB = 5

# Only their owner may enter them, so that the work folder itself can be passed through.
PRIVATE = ("logs", "tmp", "cache", "data", "mail")

# These would make Python, pip or Odoo use something else than what is set up here.
MISLEADING = re.compile(
    r"PYTHON(PATH|HOME|STARTUP|SAFEPATH|USERBASE)|VIRTUAL_ENV|PIP_(USER|TARGET|PREFIX)"
    r"|PGDATABASE|PGDATABASE_TEMPLATE|PGHOST_REPLICA|PGPORT_REPLICA|PGPATH"
    r"|ODOO_(?!HOME$).*|OPENERP_SERVER"
)


def _is_kept(name: str, settings: Settings) -> bool:
    """Return whether a variable of the caller goes to the children."""
    if MISLEADING.fullmatch(name) or name == PG_MARK:
        return False
    return bool(settings.pg_host) or not name.startswith("PG")


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of every child: it writes in the work folder only."""
    home = settings.home
    environment = {
        name: value for name, value in os.environ.items() if _is_kept(name, settings)
    }
    tools = str(settings.venv / "bin")
    path = [part for part in os.environ.get("PATH", "").split(":") if part != tools]
    environment |= {
        "COBRANZA_HOME": str(home),
        "PATH": ":".join([tools, *path]),
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": str(home / "cache" / "pycache"),
        "PIP_CACHE_DIR": str(home / "cache" / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "RUFF_CACHE_DIR": str(home / "cache" / "ruff"),
        "PYLINTHOME": str(home / "cache" / "pylint"),
        "XDG_CACHE_HOME": str(home / "cache" / "xdg"),
        "XDG_CONFIG_HOME": str(home / "cache" / "xdg-config"),
        "TMPDIR": str(home / "tmp"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def open_work_folder(settings: Settings) -> None:
    """Make the work folder.

    :raises Failure: it cannot be written, or it holds something else.
    """
    home = settings.home
    try:
        check_ours(home)
        (home / "stamps").mkdir(parents=True, exist_ok=True)
        for folder in PRIVATE:
            (home / folder).mkdir(exist_ok=True)
            (home / folder).chmod(0o700)
        probe = home / "tmp" / f"probe-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise Failure(
            f"The work folder {home} cannot be written: {error.strerror}.",
            "Free the disk, mend its rights, or set COBRANZA_HOME to another folder.",
        ) from error
    if home.is_relative_to(PROJECT):
        (home / ".gitignore").write_text("*\n")


def check_ours(home: Path) -> None:
    """Refuse a folder with other things in it: ``reset --all`` would remove them.

    :raises Failure: the folder is neither empty nor a work folder.
    """
    if not home.is_dir() or (home / "stamps").is_dir():
        return
    if others := sorted({path.name for path in home.iterdir()} - {"lost+found"}):
        raise Failure(
            f"The work folder {home} holds other things already: {others[0]}.",
            "Set COBRANZA_HOME to a new or an empty folder.",
        )


def remove(home: Path) -> None:
    """Remove a work folder; what marks it as one goes last, so a kill is resumable."""
    check_ours(home)
    for path in sorted(home.iterdir(), key=lambda path: path.name == "stamps"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    # A mount point, or a folder in one that is not ours, stays; it is empty.
    with contextlib.suppress(OSError):
        home.rmdir()


def check_disk(settings: Settings, needed_gib: float = NEEDED_GIB) -> None:
    """Refuse to begin what the disk cannot hold.

    :raises Failure: less than ``needed_gib`` GiB are free.
    """
    free_gib = shutil.disk_usage(settings.home).free / 2**30
    if free_gib < needed_gib:
        raise Failure(
            f"The disk of {settings.home} has {free_gib:.1f} GiB free;"
            f" setting up needs {needed_gib:g} GiB.",
            "Free some space, or set COBRANZA_HOME to a folder on a larger disk.",
        )


@contextlib.contextmanager
def only_one(
    settings: Settings, name: str = "setup", *, with_children: bool = True
) -> Iterator[None]:
    """Hold the work folder's lock ``name``; a second command waits and says so.

    Children hold it too, unless told otherwise: so it is free only when also the last
    child of a killed command has ended.
    """
    path = settings.home / f"{name}.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            say(f"  Another ./cobranza ({lock.read().strip()}) is at work; waiting…")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        lock.truncate()
        lock.write(f"process {os.getpid()}")
        lock.flush()
        if with_children:
            LOCKS.add(lock.fileno())
        try:
            yield
        finally:
            LOCKS.discard(lock.fileno())


def digest(*parts: object) -> str:
    """Return a short fingerprint of what a step was made from."""
    whole = "\0".join(str(part) for part in parts)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def folder_digest(folder: Path) -> str:
    """Return a fingerprint of a tree: what a database takes from it, so no tests."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if {"__pycache__", "tests"} & set(path.parts) or not path.is_file():
            continue
        total.update(str(path.relative_to(folder)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def is_done(settings: Settings, step: str, key: str) -> bool:
    """Return whether ``step`` was finished from the same inputs."""
    stamp = settings.home / "stamps" / step
    return stamp.is_file() and stamp.read_text() == key


def set_done(settings: Settings, step: str, key: str) -> None:
    """Remember that ``step`` was finished; atomic, so a kill leaves old or new."""
    stamp = settings.home / "stamps" / step
    fresh = stamp.with_suffix(f".{os.getpid()}")
    fresh.write_text(key)
    fresh.replace(stamp)


def forget(settings: Settings, step: str) -> None:
    """Make the next command do ``step`` again."""
    (settings.home / "stamps" / step).unlink(missing_ok=True)


@contextlib.contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes ``target`` only when the block ends well."""
    building = target.with_name(target.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    yield building
    if target.exists():
        old = target.with_name(target.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
    building.rename(target)
    shutil.rmtree(target.with_name(target.name + ".old"), ignore_errors=True)
