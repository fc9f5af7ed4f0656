"""Odoo 19 itself: from Debian's archive, signature and checksum checked, or ``ODOO_HOME``."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from .console import Failure, step
from .process import output_of, run_logged
from .settings import Settings
from .work_folder import digest, set_done, whole_folder

PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
)
SUITE = "sid"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
STEP = "odoo"
ELSEWHERE = "Or set ODOO_HOME to an Odoo 19 source tree that you have."


def source_folder(settings: Settings) -> Path:
    """Return the folder that holds the package ``odoo``; it goes on Python's path."""
    if settings.odoo_home:
        return settings.odoo_home
    return settings.home / "odoo" / "usr" / "lib" / "python3" / "dist-packages"


def source_key(settings: Settings) -> str:
    """Return a fingerprint of the Odoo in use: another Odoo, other databases."""
    if settings.odoo_home:
        return digest(settings.odoo_home)
    stamp = settings.home / "stamps" / STEP
    return stamp.read_text() if stamp.is_file() else ""


def debian_address(etc_apt: Path = Path("/etc/apt")) -> str | None:
    """Return the archive's address that this machine's own Debian sources use.

    Security and third-party sources are no archive with the suite ``sid``.
    """
    files = [
        etc_apt / "sources.list",
        *sorted((etc_apt / "sources.list.d").glob("*.list")),
        *sorted((etc_apt / "sources.list.d").glob("*.sources")),
    ]
    for file in files:
        if not file.is_file():
            continue
        text = "\n".join(
            line
            for line in file.read_text(errors="replace").splitlines()
            if not line.lstrip().startswith("#")
        )
        addresses = re.findall(r"^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)", text, re.M)
        for line in re.findall(r"^URIs:\s*(.+)$", text, re.M | re.I):
            addresses += line.split()
        for address in addresses:
            if re.search(r"/debian/?$", address):
                return address.rstrip("/")
    return None


def _check_odoo_home(home: Path) -> None:
    release = home / "odoo" / "release.py"
    if not release.is_file():
        raise Failure(
            f"ODOO_HOME is {home}, and there is no odoo/release.py in it.",
            "Point ODOO_HOME to the top folder of an Odoo 19 source tree.",
        )
    if not re.search(r"version_info\s*=\s*\(19,\s*0,", release.read_text()):
        raise Failure(f"ODOO_HOME is {home}, which is not Odoo 19.0.")


def _private_apt(settings: Settings, address: str) -> dict[str, str]:
    """Return the environment of an apt that knows ``SUITE`` only and writes here only."""
    folder = settings.home / "apt"
    for name in ("state/lists/partial", "cache/archives/partial", "empty.d"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "state" / "status").touch()
    (folder / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {address} {SUITE} main\n"
    )
    (folder / "apt.conf").write_text(
        f'Dir::Etc::sourcelist "{folder}/sources.list";\n'
        f'Dir::Etc::sourceparts "{folder}/empty.d";\n'
        f'Dir::Etc::preferencesparts "{folder}/empty.d";\n'
        f'Dir::Etc::preferences "{folder}/none";\n'
        f'Dir::State "{folder}/state";\n'
        f'Dir::State::status "{folder}/state/status";\n'
        f'Dir::Cache "{folder}/cache";\n'
        'APT::Sandbox::User "root";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "3";\n'
    )
    return {"APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"}


def _check_sums(folder: Path, environment: Mapping[str, str]) -> None:
    """Compare every package with the checksum of the signed index.

    :raises Failure: a package is missing or differs.
    """
    shown = output_of(("apt-cache", "show", *PACKAGES), env=environment)
    for record in shown.split("\n\n"):
        fields = dict(re.findall(r"^(Package|SHA256|Version): (.+)$", record, re.M))
        if not fields:
            continue
        # apt writes the colon of an epoch as %3a in a file's name.
        version = fields["Version"].replace(":", "%3a")
        files = list(folder.glob(f"{fields['Package']}_{version}_*.deb"))
        if len(files) != 1:
            raise Failure(f"The package {fields['Package']} did not arrive.")
        with files[0].open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != fields["SHA256"]:
            raise Failure(
                f"{files[0].name} has another checksum than the signed index says.",
                "Start again; if it happens twice, do not use that mirror.",
            )


def set_up(settings: Settings, environment: Mapping[str, str]) -> None:
    """Have Odoo's source in the work folder, or check the one that ``ODOO_HOME`` names.

    :raises Failure: no Debian archive, no network, a wrong signature or checksum.
    """
    if settings.odoo_home:
        _check_odoo_home(settings.odoo_home)
        return
    stamp = settings.home / "stamps" / STEP
    if stamp.is_file() and (source_folder(settings) / "odoo" / "release.py").is_file():
        return
    address = debian_address()
    if not (address and KEYRING.is_file() and shutil.which("apt-get")):
        raise Failure(
            "Odoo 19 comes from Debian's archive, and this machine's apt"
            " names no such archive.",
            "Set ODOO_HOME to an Odoo 19 source tree, or use docker-compose.yml.",
        )
    apt = dict(environment) | _private_apt(settings, address)
    log = settings.logs / "odoo-download.log"
    network = f"Check the network and start again: nothing is lost. {ELSEWHERE}"
    with step("Downloading Odoo 19 from Debian") as progress:
        run_logged(
            ("apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update"),
            log,
            env=apt,
            problem="Debian's package index could not be read.",
            remedy=network,
        )
        with whole_folder(settings.home / "debs") as debs:
            run_logged(
                ("apt-get", "-q", "download", *PACKAGES),
                log,
                env=apt,
                cwd=debs,
                problem="Odoo could not be downloaded.",
                remedy=network,
            )
            progress.note = "checking"
            _check_sums(debs, apt)
    debs = settings.home / "debs"
    with step("Unpacking Odoo 19"), whole_folder(settings.home / "odoo") as prefix:
        for package in sorted(debs.glob("*.deb")):
            run_logged(
                ("dpkg-deb", "-x", package, prefix),
                settings.logs / "odoo-unpack.log",
                env=apt,
                problem=f"{package.name} could not be unpacked.",
                remedy="Is the disk full? Start again: nothing is lost.",
            )
    versions = sorted(package.name for package in debs.glob("*.deb"))
    set_done(settings, STEP, digest(*versions))
    shutil.rmtree(debs)
    shutil.rmtree(settings.home / "apt", ignore_errors=True)

