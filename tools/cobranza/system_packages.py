"""What the distribution provides: PostgreSQL, browser, PDF; installed if missing."""

import contextlib
import os
import pwd
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, say, step
from .process import output_of, run_logged
from .settings import Settings

PG_MINIMUM = 13
# PostgreSQL refuses root; the distribution's package makes this user for it.
UNPRIVILEGED = "postgres"


def pg_versions(root: Path = Path("/")) -> dict[int, Path]:
    """Return the folders of PostgreSQL's server programs by major version."""
    found = {}
    for pattern in ("usr/lib/postgresql/*/bin/postgres", "usr/pgsql-*/bin/postgres"):
        for program in root.glob(pattern):
            if major := re.search(r"\d+", program.parent.parent.name):
                found[int(major[0])] = program.parent
    on_path = shutil.which("postgres")
    if on_path and not found:
        # "postgres (PostgreSQL) 15.13"
        shown = output_of((on_path, "--version"), env=os.environ)
        if major := re.search(r"\) (\d+)", shown):
            found[int(major[1])] = Path(on_path).resolve().parent
    return {major: folder for major, folder in found.items() if major >= PG_MINIMUM}


def find_pg_bin() -> Path | None:
    """Return the folder of the newest PostgreSQL server programs, or None."""
    versions = pg_versions()
    return versions[max(versions)] if versions else None


def _is_postgresql_ready() -> bool:
    """Return whether there is a server, and for root the user that it runs as.

    A killed apt leaves programs whose package never made that user.
    """
    with contextlib.suppress(KeyError):
        if os.geteuid() == 0:
            pwd.getpwnam(UNPRIVILEGED)
        return find_pg_bin() is not None
    return False


def find_browser() -> str | None:
    """Return Chromium's path, or None; ``COBRANZA_BROWSER`` wins."""
    names = (os.environ.get("COBRANZA_BROWSER") or "", "chromium", "chromium-browser")
    return next((path for name in names if name and (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Need:
    """A program of the distribution, how to see that it is there, and its package."""

    title: str
    packages: tuple[str, ...]
    is_there: Callable[[], object]
    without: str
    is_optional: bool = False


POSTGRESQL = Need(
    "PostgreSQL",
    ("postgresql",),
    _is_postgresql_ready,
    f"install PostgreSQL {PG_MINIMUM} or later, or name a server with PGHOST",
)
PSQL = Need(
    "psql",
    ("postgresql-client",),
    lambda: find_pg_bin() or shutil.which("psql"),
    "install PostgreSQL's client programs",
)
PDF = Need(
    "wkhtmltopdf",
    ("wkhtmltopdf",),
    lambda: shutil.which("wkhtmltopdf"),
    "install wkhtmltopdf: without it no PDF is printed",
    is_optional=True,
)
BROWSER = Need(
    "Chromium",
    ("chromium",),
    find_browser,
    "install Chromium, or name one with COBRANZA_BROWSER",
)


def _is_out_of_reach(need: Need, environment: Mapping[str, str]) -> bool:
    """Return whether this user, or this distribution, cannot install ``need``."""
    if os.geteuid() != 0 or not shutil.which("apt-cache"):
        return True
    # Lists that were never read know no package at all, so PostgreSQL neither.
    known = [*POSTGRESQL.packages, *need.packages]
    shown = output_of(("apt-cache", "pkgnames"), env=environment).splitlines()
    return set(known) & set(shown) == set(POSTGRESQL.packages)


def _check_possible(needs: list[Need]) -> None:
    titles = ", ".join(need.title for need in needs)
    remedy = "; ".join(need.without for need in needs)
    remedy = remedy[0].upper() + remedy[1:] + "."
    if not shutil.which("apt-get"):
        raise Failure(f"{titles}: not here, and no apt-get to install with.", remedy)
    if os.geteuid() != 0:
        packages = " ".join(name for need in needs for name in need.packages)
        raise Failure(
            f"{titles}: not here, and only root can install.",
            f"Ask root for 'apt-get install {packages}'. Or: {remedy}",
        )


def install(
    settings: Settings, needs: tuple[Need, ...], environment: Mapping[str, str]
) -> None:
    """Install what is missing of ``needs`` with apt.

    :raises Failure: something is missing, cannot be done without, and cannot be
        installed here.
    """
    missing = [need for need in needs if not need.is_there()]
    for need in [need for need in missing if need.is_optional]:
        if _is_out_of_reach(need, environment):
            say(f"  {need.title} is missing. To have it: {need.without}.")
            missing.remove(need)
    if not missing:
        return
    _check_possible(missing)
    environment = dict(environment) | {"DEBIAN_FRONTEND": "noninteractive"}
    environment.pop("TMPDIR", None)
    titles = ", ".join(need.title for need in missing)
    with step(f"Installing {titles}") as progress:

        def note(line: str) -> None:
            progress.note = line

        def apt(program: str, *arguments: str) -> None:
            run_logged(
                (program, *arguments),
                settings.logs / "apt.log",
                env=environment,
                problem=f"{program} could not install {titles}.",
                remedy="Check the network and /etc/apt, then start again: nothing is"
                " lost.",
                on_line=note,
            )

        options = ("-q", "-o", "DPkg::Lock::Timeout=300")
        packages = [name for need in missing for name in need.packages]
        wanted = ("install", "-y", "--no-install-recommends", *packages)
        apt("apt-get", *options, "update")
        try:
            apt("apt-get", *options, *wanted)
        except Failure:
            # An installation that was killed half way has to be finished first.
            apt("dpkg", "--configure", "-a")
            apt("apt-get", *options, *wanted)
    still = [need for need in missing if not need.is_there()]
    if still:
        titles = ", ".join(need.title for need in still)
        raise Failure(f"apt-get installed no usable {titles}.", still[0].without + ".")
