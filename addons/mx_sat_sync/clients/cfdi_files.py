"""Reads what people and SAT send: files in, CFDI or the reason why not out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..core.archive import Member, open_files, shown_name
from ..core.cfdi import parse_root
from ..core.cfdi_values import Cfdi
from ..core.checks import find_differences
from ..core.errors import InvalidInput
from ..core.xml_reader import read_xml
from .cfdi_schema import load_schema

# SAT adds values to its catalogues all the time; the installed schema may be older.
_CATALOGUE = ("SAT's catalogue", "must be one of")


class Entry(NamedTuple):
    """A file as it was read: a CFDI, or the problem (code, values) why it is none."""

    name: str
    content: bytes
    sha256: str
    cfdi: Cfdi | None = None
    problem: tuple | None = None
    remarks: tuple = ()


def _sha256(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _plain(values: Mapping) -> dict:
    """Return a message's values as JSON can hold them."""
    return {
        name: value if isinstance(value, int) else str(value)
        for name, value in values.items()
    }


def _refused(refusal: InvalidInput) -> tuple[str, dict]:
    return refusal.code, _plain(refusal.values)


def read_member(member: Member) -> Entry:
    """Return an XML as an `Entry`."""
    found = Entry(member.name, member.content, _sha256(member.content))
    try:
        root = read_xml(member.content)
        cfdi = parse_root(root)
    except InvalidInput as refusal:
        return found._replace(problem=_refused(refusal))
    remarks = [
        (finding.code, _plain(finding.values)) for finding in find_differences(cfdi)
    ]
    problem = None
    schema = load_schema()
    for finding in schema.find_violations_in(root) if schema else ():
        said = (finding.code, _plain(finding.values))
        if any(words in finding.values["rule"] for words in _CATALOGUE):
            remarks.append(said)
        else:
            problem = problem or said
    return found._replace(cfdi=cfdi, problem=problem, remarks=tuple(remarks))


def read_files(files: Iterable[tuple[str, bytes]]) -> Iterator[Entry]:
    """Yield an `Entry` per XML in ``files``, and per file that could not be opened."""
    for name, content in files:
        is_empty = True
        ignored = None
        for part in open_files([(name, content)]):
            if isinstance(part, Member):
                is_empty = False
                yield read_member(part)
            elif part.is_ignored:
                ignored = ignored or part.reason
            else:
                is_empty = False
                key = _sha256(content, part.name.encode())
                yield Entry(part.name, b"", key, problem=_refused(part.reason))
        if is_empty:
            shown = shown_name(name)
            reason = ignored or InvalidInput("archive_empty", file=shown)
            yield Entry(shown, b"", _sha256(content), problem=_refused(reason))
