"""What the distribution provides: PostgreSQL, a browser, PDF, each installed if missing."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .console import Failure, step
from .process import run_logged
from .settings import Settings

PG_MINIMUM = 13


def find_pg_bin() -> Path | None:
    """Return the folder of the newest PostgreSQL server programs, or None."""
    folders = [Path("/usr/lib/postgresql") / "*" / "bin", Path("/usr/pgsql-*/bin")]
    found = []
    for pattern in folders:
        for server in Path("/").glob(str(pattern / "postgres").lstrip("/")):
            version = "".join(filter(str.isdigit, server.parent.parent.name))
            found.append((int(version or 0), server.parent))
    on_path = shutil.which("postgres")
    if not found and on_path:
        return Path(on_path).resolve().parent
    newest = max(found, default=(0, None))
    return newest[1] if newest[0] >= PG_MINIMUM else None


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


POSTGRESQL = Need(
    "PostgreSQL",
    ("postgresql",),
    find_pg_bin,
    f"install PostgreSQL {PG_MINIMUM} or later, or name a server with PGHOST",
)
PDF = Need(
    "wkhtmltopdf",
    ("wkhtmltopdf",),
    lambda: shutil.which("wkhtmltopdf"),
    "install wkhtmltopdf: without it no PDF is printed",
)
BROWSER = Need(
    "Chromium",
    ("chromium",),
    find_browser,
    "install Chromium, or name one with COBRANZA_BROWSER",
)


def install(
    settings: Settings, needs: tuple[Need, ...], environment: Mapping[str, str]
) -> None:
    """Install what is missing of ``needs`` with apt.

    :raises Failure: something is missing and cannot be installed here.
    """
    missing = [need for need in needs if not need.is_there()]
    if not missing:
        return
    titles = ", ".join(need.title for need in missing)
    remedy = "; ".join(need.without for need in missing).capitalize() + "."
    if not shutil.which("apt-get"):
        raise Failure(f"{titles}: not here, and no apt-get to install with.", remedy)
    if os.geteuid() != 0:
        packages = " ".join(name for need in missing for name in need.packages)
        raise Failure(
            f"{titles}: not here, and only root can install.",
            f"Ask root for 'apt-get install {packages}'. Or: {remedy}",
        )
    environment = dict(environment) | {"DEBIAN_FRONTEND": "noninteractive"}
    environment.pop("TMPDIR", None)
    apt = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")
    packages = [name for need in missing for name in need.packages]
    log = settings.logs / "apt.log"
    network = "Check the network and /etc/apt, then start again: nothing is lost."
    with step(f"Installing {titles}") as progress:

        def note(line: str) -> None:
            progress.note = line

        # An apt that was killed half way leaves packages unpacked but not set up.
        run_logged(
            ("dpkg", "--configure", "-a"),
            log,
            env=environment,
            problem="dpkg could not finish an earlier installation.",
        )
        for arguments in (
            ("update",),
            ("install", "-y", "--no-install-recommends", *packages),
        ):
            run_logged(
                (*apt, *arguments),
                log,
                env=environment,
                problem=f"apt-get could not install {titles}.",
                remedy=network,
                on_line=note,
            )
    still = [need.title for need in missing if not need.is_there()]
    if still:
        raise Failure(f"apt-get installed no usable {', '.join(still)}.", remedy)
