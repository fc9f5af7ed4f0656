"""Takes uploads apart: XML and ZIP files in, one XML at a time out.

A ZIP from outside is believed in nothing: sizes are counted while reading, names are
for showing only, and one bad member never stops the others.
"""

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .errors import InvalidInput

_LOCAL_HEADER = b"PK\x03\x04"
_EMPTY_ARCHIVE = b"PK\x05\x06"
_CENTRAL_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER_SIZE = 30
_ENCRYPTED = 0x1
# The others unpack a small block to any size at once, so no limit can hold them.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_SNIFFED = 64
_BLOCK = 64 * 1024
_SHOWN_NAME = 160
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read at most; sizes in bytes after unpacking.

    ``ratio`` is unpacked to packed size of one member; below ``ratio_from`` bytes any
    ratio is let through, since a tiny file of blanks is no danger.
    """

    file_bytes: int = 10 * 2**20
    total_bytes: int = 2**30
    members: int = 50_000
    ratio: int = 200
    ratio_from: int = 2**20


@dataclass(frozen=True, slots=True)
class Member:
    """One XML to import; ``name`` is for showing, never a path to write to."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not imported and why; ``is_ignored`` when that is no fault."""

    name: str
    reason: InvalidInput
    is_ignored: bool = False


def open_files(
    files: Iterable[tuple[str, bytes]], limits: Limits | None = None
) -> Iterator[Member | LeftOut]:
    """Yield every XML in ``files`` (name, bytes), and whatever is not one, in order.

    Each XML inside a ZIP counts as a file of its own, also when two bear one name;
    folders are passed over. Only one member is unpacked at a time. Nothing is raised:
    refusals come as ``LeftOut`` with an ``archive_*`` or ``file_*`` reason.
    """
    limits = limits or Limits()
    for name, content in files:
        shown = shown_name(name)
        is_called_zip = name.lower().endswith(".zip")
        if content.startswith((_LOCAL_HEADER, _EMPTY_ARCHIVE)) or is_called_zip:
            yield from _open_archive(shown, content, limits)
        elif _is_xml(name, content):
            if len(content) > limits.file_bytes:
                yield _left_out("file_too_big", shown, limit=limits.file_bytes)
            else:
                yield Member(shown, content)
        else:
            yield _left_out("archive_ignored", shown, is_ignored=True)


def shown_name(name: str) -> str:
    """Return a file name fit to show: no climbing, no drive, no control characters.

    >>> shown_name("..\\\\..\\\\C:/windows/A\\u202egnp.xml")
    'windows/Agnp.xml'
    """
    clean = "".join(
        character
        for character in name[-2 * _SHOWN_NAME :].replace("\\", "/")
        if unicodedata.category(character)[0] != "C"
    )
    parts = [
        part
        for part in clean.split("/")
        if part.strip(" .") and not (len(part) == 2 and part[1] == ":")
    ]
    return "/".join(parts)[-_SHOWN_NAME:] or "?"


def _left_out(
    code: str, name: str, is_ignored: bool = False, **values: object
) -> LeftOut:
    return LeftOut(name, InvalidInput(code, file=name, **values), is_ignored)


def _is_xml(name: str, start: bytes) -> bool:
    """Tell by content, since SAT's packages hold names such as ``.xml.xml``."""
    text = start[:_SNIFFED].removeprefix(b"\xef\xbb\xbf").lstrip()
    is_wide = text.startswith((b"\xff\xfe<", b"\xfe\xff\x00<"))
    return text.startswith(b"<") or is_wide or name.lower().endswith(".xml")


def _open_archive(
    shown: str, content: bytes, limits: Limits
) -> Iterator[Member | LeftOut]:
    try:
        archive, infos = _directory(content, limits)
    except InvalidInput as refusal:
        # The sentence needs the name, which the reader of the directory has not.
        yield _left_out(refusal.code, shown, limit=refusal.values.get("limit"))
        return
    left = limits.total_bytes
    with archive:
        for info in infos:
            if info.filename.endswith("/"):
                continue
            result, size = _open_member(archive, info, shown, limits)
            left -= size
            if left < 0:
                yield _left_out("archive_too_big", shown, limit=limits.total_bytes)
                return
            yield result


def _directory(
    content: bytes, limits: Limits
) -> tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]:
    """Return the archive and its entries.

    :raises InvalidInput: no ZIP, damaged, empty, too many entries, or overlapping.
    """
    # The count in the ZIP's own trailer can lie, and the module reads all entries
    # into memory; every entry has this mark, so the count of marks is a true bound.
    if content.count(_CENTRAL_ENTRY) > limits.members:
        raise InvalidInput("archive_too_many", file="", limit=limits.members)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN:
        is_zip = content.startswith((_LOCAL_HEADER, _EMPTY_ARCHIVE))
        code = "archive_damaged" if is_zip else "archive_not_zip"
        raise InvalidInput(code, file="") from None
    infos = archive.infolist()
    if not infos:
        raise InvalidInput("archive_empty", file="")
    end_of_last = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end_of_last:
            raise InvalidInput("archive_overlap", file="")
        end_of_last = info.header_offset + _LOCAL_HEADER_SIZE + info.compress_size
    return archive, infos


def _open_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, limits: Limits
) -> tuple[Member | LeftOut, int]:
    """Return the member or the refusal, and how many bytes were unpacked for it."""
    name = f"{shown}/{shown_name(info.filename)}"
    if info.flag_bits & _ENCRYPTED:
        return _left_out("archive_encrypted", name), 0
    if info.compress_type not in _METHODS:
        return _left_out("archive_method", name), 0
    content = bytearray()
    try:
        with archive.open(info) as stream:
            start = stream.read(_SNIFFED)
            if start.startswith(_LOCAL_HEADER) or name.lower().endswith(".zip"):
                return _left_out("archive_nested", name), len(start)
            is_hidden = "__MACOSX/" in info.filename
            if is_hidden or not _is_xml(info.filename, start):
                ignored = _left_out("archive_ignored", name, is_ignored=True)
                return ignored, len(start)
            content += start
            while block := stream.read(_BLOCK):
                content += block
                if refusal := _excess(name, len(content), info.compress_size, limits):
                    return refusal, len(content)
    except _BROKEN:
        return _left_out("archive_damaged", name), len(content)
    return Member(name, bytes(content)), len(content)


def _excess(name: str, size: int, packed: int, limits: Limits) -> LeftOut | None:
    """Return the refusal of a member that unpacks to too much, None if it does not."""
    if size > limits.file_bytes:
        return _left_out("file_too_big", name, limit=limits.file_bytes)
    if size > limits.ratio_from and size > packed * limits.ratio:
        return _left_out("archive_ratio", name, limit=limits.ratio)
    return None
