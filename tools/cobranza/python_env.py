"""The virtual environment: Odoo's requirements, ours, and the tools of development."""

import os
import shutil
import sys
from collections.abc import Mapping

from .console import Failure, step
from .odoo_source import source_folder, unpacked_folder
from .process import output_of, run_logged
from .settings import PROJECT, Settings
from .work_folder import digest, forget, is_done, set_done

STEP = "python"
RUN = ("tools/requirements-odoo.txt", "requirements.txt")
DEVELOPMENT = ("requirements-dev.txt",)
WITHOUT_DEPENDENCIES = "requirements-optional.txt"
NETWORK = "Check the network and start again: what came is kept."


def _pip(
    settings: Settings, environment: Mapping[str, str], title: str, *arguments: str
) -> None:
    # A killed pip leaves what it had unpacked.
    folder = settings.home / "tmp" / "pip"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    environment = dict(environment) | {"TMPDIR": str(folder)}
    # The person's own settings of pip name their index, proxy or certificates.
    environment.pop("XDG_CONFIG_HOME")
    if own := os.environ.get("XDG_CONFIG_HOME"):
        environment["XDG_CONFIG_HOME"] = own
    with step(f"Installing {title}") as progress:

        def note(line: str) -> None:
            if line.startswith(("Collecting", "Installing", "Building")):
                progress.note = line

        run_logged(
            (settings.python, "-m", "pip", "install", *arguments),
            settings.logs / "pip.log",
            env=environment,
            cwd=PROJECT,
            on_line=note,
            problem="pip could not install the Python packages.",
            remedy=NETWORK,
        )


def _key(settings: Settings) -> str:
    files = (*RUN, *DEVELOPMENT, WITHOUT_DEPENDENCIES)
    texts = [(PROJECT / name).read_text() for name in files]
    # An environment that was moved with its work folder names the old place.
    return digest(sys.version, unpacked_folder(settings), *texts)


def is_set_up(settings: Settings) -> bool:
    """Return whether the environment stands, made from today's requirements."""
    return is_done(settings, STEP, _key(settings)) and settings.python.exists()


def set_up(settings: Settings, environment: Mapping[str, str]) -> None:
    """Have a virtual environment in which ``import odoo`` and the tests' tools work.

    :raises Failure: pip failed, or Odoo cannot be imported afterwards.
    """
    if not is_set_up(settings):
        _make(settings, environment)
    if _see_odoo(settings):
        _check(settings, environment)


def _make(settings: Settings, environment: Mapping[str, str]) -> None:
    # Packages that a killed pip left half written cannot be told from whole ones.
    forget(settings, STEP)
    shutil.rmtree(settings.venv, ignore_errors=True)
    run_logged(
        (sys.executable, "-P", "-m", "venv", settings.venv),
        settings.logs / "venv.log",
        env=environment,
        problem="The virtual environment could not be made.",
    )
    listed = [item for name in (*RUN, *DEVELOPMENT) for item in ("-r", name)]
    _pip(settings, environment, "Python packages", *listed)
    without = ("--no-deps", "-r", WITHOUT_DEPENDENCIES)
    _pip(settings, environment, "Python packages without dependencies", *without)
    set_done(settings, STEP, _key(settings))


def _see_odoo(settings: Settings) -> bool:
    """Put Odoo on the environment's path, and its command beside ``python``.

    Return whether that was needed: another ``ODOO_HOME`` needs no other packages.
    """
    site = next((settings.venv / "lib").glob("python3.*")) / "site-packages"
    path = site / "odoo-source.pth"
    command = settings.venv / "bin" / "odoo"
    line = f"{source_folder(settings)}\n"
    if path.is_file() and path.read_text() == line and command.is_file():
        return False
    command.write_text(f'#!/bin/sh\nexec "{settings.python}" -P -m odoo "$@"\n')
    command.chmod(0o755)
    path.write_text(line)
    return True


def _check(settings: Settings, environment: Mapping[str, str]) -> None:
    found = output_of(
        (settings.python, "-P", "-c", "import odoo.release as r; print(r.version)"),
        env=environment,
    ).strip()
    if not found.startswith("19.0"):
        raise Failure(
            f"Python finds Odoo {found} where 19.0 was installed.",
            "Unset PYTHONPATH and start again.",
        )
