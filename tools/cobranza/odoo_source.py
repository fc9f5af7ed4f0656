"""Odoo 19: from Debian's archive, signature and checksum checked, or ``ODOO_HOME``."""

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
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


def unpacked_folder(settings: Settings) -> Path:
    """Return where Debian's package lies once it is unpacked."""
    return settings.home / "odoo" / "usr" / "lib" / "python3" / "dist-packages"


def source_folder(settings: Settings) -> Path:
    """Return the folder that holds the package ``odoo``; it goes on Python's path."""
    return settings.odoo_home or unpacked_folder(settings)


def source_key(settings: Settings) -> str:
    """Return a fingerprint of the Odoo in use: another Odoo, other databases."""
    if settings.odoo_home:
        return digest(settings.odoo_home)
    stamp = settings.home / "stamps" / STEP
    return stamp.read_text() if stamp.is_file() else ""


def _one_line_sources(text: str) -> Iterator[dict[str, str]]:
    """Yield the entries of a ``.list`` file with the field names of ``.sources``."""
    for line in text.splitlines():
        found = re.match(r"\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s*)?([^#]+)", line)
        if not found or len(found[3].split()) < 3:
            continue
        address, suite, *components = found[3].split()
        signed_by = re.search(r"signed-by=(\S+)", found[2] or "")
        yield {
            "types": found[1],
            "uris": address,
            "suites": suite,
            "components": " ".join(components),
            "signed-by": signed_by[1] if signed_by else "",
        }


def _stanza_sources(text: str) -> Iterator[dict[str, str]]:
    """Yield the entries of a ``.sources`` file, their field names in lower case."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = re.findall(r"^([\w-]+):((?:.*)(?:\n[ \t]+.*)*)", stanza, re.M)
        yield {name.lower(): value.strip() for name, value in fields}


def _is_debian(entry: Mapping[str, str]) -> bool:
    """Return whether a source is Debian's archive, not security or a third party."""
    suites = entry.get("suites", "").split()
    signed_by = entry.get("signed-by", "")
    return (
        "deb" in entry.get("types", "").split()
        and "main" in entry.get("components", "").split()
        and entry.get("enabled", "yes").lower() not in {"no", "false", "0"}
        and not all(re.search(r"-security|/updates", suite) for suite in suites)
        and (not signed_by or "debian-archive" in signed_by)
    )


def debian_address(etc_apt: Path = Path("/etc/apt")) -> str | None:
    """Return the archive's address that this machine's own Debian sources use.

    Source: sources.list(5), both formats.
    """
    folder = etc_apt / "sources.list.d"
    entries: list[dict[str, str]] = []
    for file in (etc_apt / "sources.list", *sorted(folder.glob("*.list"))):
        if file.is_file():
            entries += _one_line_sources(file.read_text(errors="replace"))
    for file in sorted(folder.glob("*.sources")):
        entries += _stanza_sources(file.read_text(errors="replace"))
    for entry in filter(_is_debian, entries):
        for address in entry.get("uris", "").split():
            # Cloud images name the archive in a list of mirrors.
            if re.search(r"/debian(/|\.list)?$", address):
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
        raise Failure(
            f"ODOO_HOME is {home}, which is not Odoo 19.0.",
            "Check out its branch 19.0, or unset ODOO_HOME to have Debian's package.",
        )


def _private_apt(settings: Settings, address: str) -> tuple[str, ...]:
    """Return the options of an apt that knows ``SUITE`` only and writes here only."""
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
        "#clear APT::Update::Pre-Invoke;\n"
        "#clear APT::Update::Post-Invoke;\n"
        "#clear APT::Update::Post-Invoke-Success;\n"
    )
    # The machine's own settings, its proxy for one, hold where these say nothing.
    return ("-q", "-c", str(folder / "apt.conf"))


def check_sums(folder: Path, index: str, packages: Iterable[str] = PACKAGES) -> None:
    """Compare every package with its checksum in ``index``, which apt has verified.

    :raises Failure: a package is missing or differs.
    """
    records = {}
    for record in index.split("\n\n"):
        fields = dict(re.findall(r"^(Package|SHA256|Version): (.+)$", record, re.M))
        records[fields.get("Package")] = fields
    for package in packages:
        fields = records.get(package)
        if not fields:
            raise Failure(f"The signed index does not list the package {package}.")
        # apt writes the colon of an epoch as %3a in a file's name.
        version = fields["Version"].replace(":", "%3a")
        files = list(folder.glob(f"{package}_{version}_*.deb"))
        if len(files) != 1:
            raise Failure(f"The package {package} did not arrive.", "Start again.")
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
    if not shutil.which("apt-get"):
        lacks = "there is no apt-get here"
    elif not KEYRING.is_file():
        lacks = f"its keys are not here ({KEYRING})"
    elif not address:
        lacks = "/etc/apt names no Debian archive"
    else:
        lacks = ""
    if lacks:
        raise Failure(
            f"Odoo 19 comes from Debian's archive, and {lacks}.",
            "Set ODOO_HOME to an Odoo 19 source tree, or use docker-compose.yml.",
        )
    apt = _private_apt(settings, address)
    environment = dict(environment) | {"LC_ALL": "C"}
    log = settings.logs / "odoo-download.log"
    network = f"Check the network and start again: nothing is lost. {ELSEWHERE}"
    with step("Downloading Odoo 19 from Debian") as progress:
        run_logged(
            ("apt-get", *apt, "-o", "APT::Update::Error-Mode=any", "update"),
            log,
            env=environment,
            problem="Debian's package index could not be read.",
            remedy=network,
        )
        with whole_folder(settings.home / "debs") as debs:
            run_logged(
                ("apt-get", *apt, "download", *PACKAGES),
                log,
                env=environment,
                cwd=debs,
                problem="Odoo could not be downloaded.",
                remedy=network,
            )
            progress.note = "checking"
            shown = ("apt-cache", *apt, "show", "--no-all-versions", *PACKAGES)
            check_sums(debs, output_of(shown, env=environment))
    debs = settings.home / "debs"
    with step("Unpacking Odoo 19"), whole_folder(settings.home / "odoo") as prefix:
        for package in sorted(debs.glob("*.deb")):
            run_logged(
                ("dpkg-deb", "-x", package, prefix),
                settings.logs / "odoo-unpack.log",
                env=environment,
                problem=f"{package.name} could not be unpacked.",
                remedy="Is the disk full? Start again: nothing is lost.",
            )
    versions = sorted(package.name for package in debs.glob("*.deb"))
    set_done(settings, STEP, digest(*versions))
    shutil.rmtree(debs)
    shutil.rmtree(settings.home / "apt", ignore_errors=True)
