"""SAT's XSD as the optional package satcfdi installs them, made small enough to use.

Only its files are read; none of its code runs. SAT's catalogues list 160,000 values,
which a validator looks through one by one: the long ones become patterns.
"""

import importlib.util
import os
from collections.abc import Iterable
from pathlib import Path

from lxml import etree

_SITE = "transform/schemas/www.sat.gob.mx"
_PUBLISHED = ("http://www.sat.gob.mx/", "https://www.sat.gob.mx/")
_XS = "{http://www.w3.org/2001/XMLSchema}"
# Longer are the lists of postal codes, products, units, neighbourhoods and the like.
LONGEST_LIST = 1000

# Where SAT publishes the schema of each namespace that the import understands.
LOCATIONS = {
    "http://www.sat.gob.mx/cfd/3": "sitio_internet/cfd/3/cfdv33.xsd",
    "http://www.sat.gob.mx/cfd/4": "sitio_internet/cfd/4/cfdv40.xsd",
    "http://www.sat.gob.mx/Pagos": "sitio_internet/cfd/Pagos/Pagos10.xsd",
    "http://www.sat.gob.mx/Pagos20": "sitio_internet/cfd/Pagos/Pagos20.xsd",
    "http://www.sat.gob.mx/implocal": "sitio_internet/cfd/implocal/implocal.xsd",
    "http://www.sat.gob.mx/TimbreFiscalDigital": (
        "sitio_internet/cfd/TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd"
    ),
}

# These files are trusted as installed software is, and one of them holds 5 MB.
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True
)


def find_site() -> Path | None:
    """Return the folder of SAT's published files, ``None`` without satcfdi."""
    try:
        spec = importlib.util.find_spec("satcfdi")
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        site = Path(place) / _SITE
        if all((site / location).is_file() for location in LOCATIONS.values()):
            return site
    return None


def copy_small(site: Path, target: Path) -> Path:
    """Write the schemas and what they import to ``target``; return the one to compile.

    The copies name each other by relative path only, so that compiling them can reach
    nothing else. Takes about 5 MB of reading and 300 kB of writing.

    :raises FileNotFoundError: a schema imports one that is not installed.
    """
    waiting = list(LOCATIONS.values())
    done = set()
    while waiting:
        location = waiting.pop()
        if location not in done:
            done.add(location)
            waiting += _copy_one(site, target, location)
    entry = target / "all.xsd"
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{location}"/>'
        for namespace, location in LOCATIONS.items()
    )
    schema = f'<xs:schema xmlns:xs="{_XS[1:-1]}">{imports}</xs:schema>'
    entry.write_text(schema, encoding="utf-8")
    return entry


def _copy_one(site: Path, target: Path, location: str) -> Iterable[str]:
    """Copy one schema; return the locations that it imports."""
    tree = etree.parse(str(site / location), _PARSER)
    root = tree.getroot()
    folder = os.path.dirname(location)
    imported = []
    for link in root.iter(f"{_XS}import", f"{_XS}include"):
        wanted = link.get("schemaLocation")
        for address in _PUBLISHED:
            if wanted.startswith(address):
                wanted = os.path.relpath(wanted.removeprefix(address), folder or ".")
        link.set("schemaLocation", wanted)
        imported.append(os.path.normpath(os.path.join(folder, wanted)))
    for restriction in root.iter(f"{_XS}restriction"):
        values = restriction.findall(f"{_XS}enumeration")
        if len(values) > LONGEST_LIST:
            _list_to_pattern(restriction, values)
    path = target / location
    path.parent.mkdir(parents=True, exist_ok=True)
    tree.write(str(path), encoding="utf-8", xml_declaration=True)
    return imported


def _list_to_pattern(restriction: etree._Element, values: list[etree._Element]) -> None:
    """Replace a list of values by a pattern of their length and characters."""
    texts = [value.get("value") for value in values]
    shortest, longest = min(map(len, texts)), max(map(len, texts))
    kind = "[0-9]" if all(text.isdigit() for text in texts) else "[0-9A-Z]"
    for value in values:
        restriction.remove(value)
    pattern = etree.SubElement(restriction, f"{_XS}pattern")
    pattern.set("value", f"{kind}{{{shortest},{longest}}}")
