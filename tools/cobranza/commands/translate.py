"""``./cobranza translate``: renew templates and catalogues from the code."""

from .. import odoo, work_folder
from ..console import Failure, step
from ..databases import SCRIPTS
from ..process import run_attached
from ..settings import ADDONS, PROJECT, Settings
from ..setup import ground

DATABASE = "cobranza_translate"


def translate(settings: Settings, arguments: list[str]) -> int:
    """Write each add-on's ``.pot`` and renew its catalogues; return 1 if terms lack.

    A term keeps its translation as long as its source text stays the same.
    """
    if arguments:
        raise Failure("translate takes no arguments.")
    with ground(settings) as here:
        with work_folder.only_one(settings, "databases"):
            here.databases.copy(here.databases.with_addons(website=True), DATABASE)
        with step("Reading the terms") as progress:
            odoo.run(
                settings,
                here.environment,
                "translate",
                *("i18n", "export", "-d", DATABASE, *ADDONS),
                problem="Odoo could not export the terms.",
                on_line=odoo.show_modules(progress),
            )
        here.databases.drop(DATABASE)
        folders = [str(PROJECT / "addons" / name / "i18n") for name in ADDONS]
        command = [str(settings.python), str(SCRIPTS / "merge_catalogues.py"), *folders]
        return run_attached(command, env=here.environment)
