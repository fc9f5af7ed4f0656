"""``./cobranza check-cfdi DIR``: what the import makes of a folder of CFDI."""

import json
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from .. import odoo, work_folder
from ..console import Failure, say, step
from ..databases import SCRIPTS
from ..settings import Settings
from ..setup import Ground, ground

DATABASE = "cobranza_check_cfdi"
KINDS = {".xml", ".zip"}
COLUMNS = ("file", "type", "state", "total", "reason")


def check_cfdi(settings: Settings, arguments: list[str]) -> int:
    """Import every XML and ZIP under DIR into a scratch database; print a row each.

    One company per issuer. Returns 0 if no file was lost: whatever is not applied says
    why. The database is removed at the end.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise Failure("One folder is needed.", "./cobranza check-cfdi my-cfdi")
    folder = Path(arguments[0]).expanduser().resolve()
    if not folder.is_dir():
        raise Failure(f"{folder} is no folder.")
    files = cfdi_files(folder)
    if not files:
        raise Failure(f"{folder} holds no XML and no ZIP.")
    with ground(settings) as here:
        with work_folder.only_one(settings, "databases"):
            here.databases.copy(here.databases.with_addons(website=False), DATABASE)
        try:
            rows = _import(here, folder, len(files))
        finally:
            here.databases.drop(DATABASE)
    print(table(rows))
    lost = sorted(set(files) - {row["file"] for row in rows})
    states = Counter(row["state"] for row in rows)
    say(f"{len(files)} files: " + ", ".join(f"{n} {s}" for s, n in states.items()))
    if lost:
        say(f"Lost: {', '.join(lost)}")
    return 1 if lost else 0


def cfdi_files(folder: Path) -> list[str]:
    """Return the XML and ZIP files under a folder, relative to it."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.suffix.lower() in KINDS
    )


def table(rows: list[dict[str, str]]) -> str:
    """Return the rows as aligned columns, the reason last and whole."""
    widths = {
        column: max(len(row[column]) for row in rows) if rows else 0
        for column in COLUMNS[:-1]
    }
    return "\n".join(
        "  ".join([*(row[name].ljust(widths[name]) for name in widths), row["reason"]])
        for row in rows
    )


def _import(here: Ground, folder: Path, count: int) -> list[dict[str, str]]:
    """Run the import in the scratch database; return its rows."""
    place = Path(tempfile.mkdtemp(prefix="check-cfdi-"))
    try:
        report = place / "report"
        base = here.environment | {
            "COBRANZA_CHECK_FOLDER": str(folder),
            "COBRANZA_CHECK_REPORT": str(report),
        }
        with step(f"Importing {count} files"):
            odoo.run_scripts(
                here.settings,
                base,
                DATABASE,
                [SCRIPTS / "check_cfdi.py"],
                "check-cfdi",
                problem=f"The import of {folder} did not end.",
            )
        return [json.loads(line) for line in report.read_text().splitlines()]
    finally:
        shutil.rmtree(place, ignore_errors=True)
