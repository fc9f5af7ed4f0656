"""Checks a CFDI against SAT's schema: fast with lxml, in words with xmlschema."""

import contextlib
import functools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import xmlschema
from lxml import etree

from ..core.errors import shorten
from ..core.findings import Finding
from ..core.xml_reader import read_xml
from .sat_schema_files import LOCATIONS, copy_small, find_site

_MOST_FINDINGS = 5
_LONGEST_PATH = 200
_LONGEST_RULE = 300
_PREFIX = re.compile(r"\{[^}]*\}|[a-z0-9]+:")

_LONG_LIST = re.compile(r"value must be one of \[[^\]]{60,}\]")


@contextlib.contextmanager
def _small_copy(site: Path) -> Iterator[Path]:
    """Give the schema to compile in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sat-xsd-") as folder:
        yield copy_small(site, Path(folder))


class CfdiSchema:
    """SAT's schema for CFDI 3.3 and 4.0, payments, local taxes and the stamp."""

    def __init__(self, site: Path) -> None:
        """Compile the schema from SAT's files in ``site`` (see ``find_site``)."""
        self._site = site
        with _small_copy(site) as entry:
            self._fast = etree.XMLSchema(file=str(entry))

    def find_violations(self, content: bytes) -> list[Finding]:
        """Return what breaks SAT's schema, ``[]`` if nothing does; at most five.

        :raises InvalidInput: ``xml_*``, when the XML cannot be read at all.
        """
        return self.find_violations_in(read_xml(content))

    def find_violations_in(self, root: etree._Element) -> list[Finding]:
        """Like ``find_violations``, for a root that ``read_xml`` returned.

        Addenda and complements whose schema is not read here are taken out of the
        tree: SAT's schema asks for the definition of whatever stands there.
        """
        _drop_unknown(root)
        if self._fast.validate(root):
            return []
        found = []
        for error in self._slow.iter_errors(root):
            found.append(_finding(error.path, error.reason))
            if len(found) == _MOST_FINDINGS:
                break
        if not found:
            error = self._fast.error_log[0]
            found.append(_finding(error.path, error.message))
        return found

    @functools.cached_property
    def _slow(self) -> xmlschema.XMLSchema10:
        """Takes over a second to compile, so only when there is something to say."""
        with _small_copy(self._site) as entry:
            return xmlschema.XMLSchema10(str(entry), allow="local", defuse="always")


@functools.cache
def load_schema() -> CfdiSchema | None:
    """Return the compiled schema, once per process; ``None`` means XSD is off.

    It is off where the optional package satcfdi is not installed.
    """
    site = find_site()
    return CfdiSchema(site) if site else None


def _drop_unknown(root: etree._Element) -> None:
    known = {f"{{{namespace}}}" for namespace in LOCATIONS}
    own = root.tag[: root.tag.find("}") + 1]
    for addenda in root.findall(f"{own}Addenda"):
        root.remove(addenda)
    for holder in [*root.iter(f"{own}Complemento", f"{own}ComplementoConcepto")]:
        for child in list(holder):
            if child.tag[: child.tag.find("}") + 1] not in known:
                holder.remove(child)
        if not len(holder):
            holder.getparent().remove(holder)


def _finding(path: str | None, rule: str | None) -> Finding:
    plain_path = _PREFIX.sub("", path or "").strip("/")
    words = _LONG_LIST.sub("value is not in SAT's catalogue", (rule or "").strip())
    return Finding(
        "schema_invalid",
        {
            "path": plain_path[-_LONGEST_PATH:] or "Comprobante",
            "rule": shorten(words, _LONGEST_RULE).rstrip("."),
        },
    )
