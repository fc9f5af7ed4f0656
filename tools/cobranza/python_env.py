"""The virtual environment: Odoo's requirements, ours, and the tools of development."""

import shutil
import sys
from collections.abc import Mapping

from .console import Failure, step
from .odoo_source import source_folder
from .process import output_of, run_logged
from .settings import PROJECT, Settings
from .work_folder import digest, is_done, set_done

STEP = "python"
RUN = ("tools/requirements-odoo.txt", "requirements.txt")
DEVELOPMENT = ("requirements-dev.txt",)
WITHOUT_DEPENDENCIES = "requirements-optional.txt"
NETWORK = "Check the network and start again: what came is kept."


def _pip(settings: Settings, environment: Mapping[str, str], *arguments: str) -> None:
    with step("Installing Python packages") as progress:

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
    return digest(sys.version, source_folder(settings), *texts)


def is_set_up(settings: Settings) -> bool:
    """Return whether the environment stands, made from today's requirements."""
    return is_done(settings, STEP, _key(settings)) and settings.python.exists()


def set_up(settings: Settings, environment: Mapping[str, str]) -> None:
    """Have a virtual environment in which ``import odoo`` and the tests' tools work.

    :raises Failure: pip failed, or Odoo cannot be imported afterwards.
    """
    if is_set_up(settings):
        return
    # Packages that a killed pip left half written cannot be told from whole ones.
    shutil.rmtree(settings.venv, ignore_errors=True)
    run_logged(
        (sys.executable, "-m", "venv", settings.venv),
        settings.logs / "venv.log",
        env=environment,
        problem="The virtual environment could not be made.",
    )
    listed = [item for name in (*RUN, *DEVELOPMENT) for item in ("-r", name)]
    _pip(settings, environment, *listed)
    _pip(settings, environment, "--no-deps", "-r", WITHOUT_DEPENDENCIES)
    _see_odoo(settings)
    _check(settings, environment)
    set_done(settings, STEP, _key(settings))


def _see_odoo(settings: Settings) -> None:
    """Put Odoo on the environment's path, and its command beside ``python``."""
    site = next((settings.venv / "lib").glob("python3.*")) / "site-packages"
    (site / "odoo-source.pth").write_text(f"{source_folder(settings)}\n")
    command = settings.venv / "bin" / "odoo"
    command.write_text(f'#!/bin/sh\nexec "{settings.python}" -m odoo "$@"\n')
    command.chmod(0o755)


def _check(settings: Settings, environment: Mapping[str, str]) -> None:
    found = output_of(
        (settings.python, "-c", "import odoo.release as r; print(r.version)"),
        env=environment,
    ).strip()
    if not found.startswith("19.0"):
        raise Failure(
            f"Python finds Odoo {found} where 19.0 was installed.",
            "Unset PYTHONPATH and start again.",
        )

