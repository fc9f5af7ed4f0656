"""The work folder: one writer at a time, and steps that are either whole or not there."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from .console import Failure, say
from .settings import PROJECT, Settings

NEEDED_GIB = 5


def child_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of every child: caches and temporary files in the work folder."""
    home = settings.home
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    }
    environment |= {
        "COBRANZA_HOME": str(home),
        "PATH": f"{settings.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
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

    :raises Failure: it cannot be written, or its disk is short before a first set-up.
    """
    home = settings.home
    try:
        for folder in ("logs", "tmp", "stamps", "cache"):
            (home / folder).mkdir(parents=True, exist_ok=True)
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
def only_one(settings: Settings, name: str = "setup") -> Iterator[None]:
    """Hold the work folder's lock ``name``; a second command waits and says so."""
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
        yield


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
