"""Everything that must be there before Odoo can be asked anything, in order."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from . import (
    odoo,
    odoo_source,
    postgres,
    python_env,
    secret_file,
    system_packages,
    work_folder,
)
from .databases import Databases
from .settings import Settings
from .system_packages import BROWSER, PDF, POSTGRESQL, PSQL, Need


@dataclass(frozen=True)
class Ground:
    """What a command stands on: settings, the children's environment, databases."""

    settings: Settings
    environment: dict[str, str]
    databases: Databases


def install(settings: Settings, *, browser: bool = False) -> dict[str, str]:
    """Install what is missing, each step once; return the children's environment.

    :raises Failure: a step could not be done; starting again goes on from there.
    """
    work_folder.open_work_folder(settings)
    environment = work_folder.child_environment(settings)
    with work_folder.only_one(settings):
        if not python_env.is_set_up(settings):
            work_folder.check_disk(settings)
        needs: list[Need] = [PSQL if settings.pg_host else POSTGRESQL, PDF]
        needs += [BROWSER] if browser else []
        system_packages.install(settings, tuple(needs), environment)
        odoo_source.set_up(settings, environment)
        python_env.set_up(settings, environment)
        odoo.write_configuration(settings)
        secret_file.set_up(settings)
    return environment


@contextlib.contextmanager
def ground(
    settings: Settings, *, browser: bool = False, keep: bool = False
) -> Iterator[Ground]:
    """Have everything installed and PostgreSQL running during the block."""
    environment = install(settings, browser=browser)
    with postgres.running(settings, environment, keep):
        child = odoo.environment(settings, environment)
        yield Ground(settings, child, Databases(settings, child))
