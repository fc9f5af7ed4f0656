"""Bring every ``.po`` beside a ``.pot`` to its terms; list what has no translation."""

import sys
from pathlib import Path

import polib


def drop_dates(template: Path) -> None:
    """Take the day of the export out, so that equal terms make equal files."""
    terms = polib.pofile(str(template), wrapwidth=78)
    for name in ("POT-Creation-Date", "PO-Revision-Date"):
        terms.metadata.pop(name, None)
    terms.save(str(template))


def merge(template: Path, catalogue: Path) -> list[str]:
    """Renew ``catalogue`` from ``template``; return the terms without a translation."""
    terms = polib.pofile(str(template), wrapwidth=78)
    known = {
        entry.msgid: entry.msgstr
        for entry in polib.pofile(str(catalogue))
        if not entry.obsolete
    }
    language = catalogue.stem
    terms.metadata = {
        "Project-Id-Version": "Odoo Server 19.0",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    terms.header = f"Translation of {template.stem} to {language}."
    # A regional catalogue holds only what differs from the language's own.
    if "_" in language:
        for entry in [entry for entry in terms if entry.msgid not in known]:
            terms.remove(entry)
    for entry in terms:
        entry.msgstr = known.get(entry.msgid, "")
    terms.save(str(catalogue))
    return [entry.msgid for entry in terms if not entry.msgstr]


def main(folders: list[str]) -> int:
    """Merge every catalogue of ``folders``; return 1 if any term has no translation."""
    incomplete = 0
    for folder in map(Path, folders):
        for template in folder.glob("*.pot"):
            drop_dates(template)
            for catalogue in sorted(folder.glob("*.po")):
                missing = merge(template, catalogue)
                incomplete += len(missing)
                print(f"{template.stem}/{catalogue.name}: {len(missing)} missing")
                for msgid in missing:
                    print(f"  {msgid}")
    return 1 if incomplete else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
