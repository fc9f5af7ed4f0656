"""Uploads are taken apart within limits, and nothing in them is believed."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.mx_sat_sync.core.archive import (
    LeftOut,
    Limits,
    Member,
    open_files,
    shown_name,
)

XML = b"<a/>"


def _zip(*members, method=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _open(content: bytes, name: str = "lote.zip", limits: Limits | None = None):
    return list(open_files([(name, content)], limits))


def _codes(results) -> list[str]:
    return [
        "" if isinstance(result, Member) else result.reason.code for result in results
    ]


def test_an_xml_comes_out_as_it_is():
    assert _open(XML, "a.xml") == [Member("a.xml", XML)]


def test_each_xml_in_a_zip_counts_as_a_file():
    found = _open(_zip(("a.xml", XML), ("b/c.XML.xml", b"\xef\xbb\xbf <b/>")))

    assert [member.name for member in found] == [
        "lote.zip/a.xml",
        "lote.zip/b/c.XML.xml",
    ]
    assert [member.content for member in found] == [XML, b"\xef\xbb\xbf <b/>"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_two_files():
    found = _open(_zip(("a.xml", b"<a/>"), ("a.xml", b"<b/>")))

    assert [member.content for member in found] == [b"<a/>", b"<b/>"]


def test_what_is_no_xml_is_ignored_by_name_and_the_rest_goes_on():
    found = _open(
        _zip(
            ("a.pdf", b"%PDF"), ("d/", b""), ("__MACOSX/._a.xml", b"x"), ("b.xml", XML)
        )
    )

    assert _codes(found) == ["archive_ignored", "archive_ignored", ""]
    assert found[0].is_ignored
    assert "lote.zip/a.pdf" in str(found[0].reason)


def test_an_xml_without_the_ending_is_known_by_its_content():
    assert _codes(_open(_zip(("factura", b"\r\n<?xml?><a/>")))) == [""]


def test_a_nested_zip_is_refused():
    inner = _zip(("a.xml", XML))

    found = _open(_zip(("x.zip", inner), ("y.xml", inner), ("b.xml", XML)))

    assert _codes(found) == ["archive_nested", "archive_nested", ""]


def test_an_encrypted_member_is_refused():
    content = bytearray(_zip(("a.xml", XML)))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1

    assert _codes(_open(bytes(content))) == ["archive_encrypted"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_whose_output_cannot_be_bounded_is_refused(method):
    assert _codes(_open(_zip(("a.xml", XML), method=method))) == ["archive_method"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"this is no zip", "archive_not_zip"),
        (b"", "archive_not_zip"),
        (_zip(("a.xml", XML * 100))[:-30], "archive_damaged"),
        (_zip(), "archive_empty"),
    ],
)
def test_a_zip_that_cannot_be_opened_says_why(content, code):
    assert _codes(_open(content)) == [code]


def test_a_member_whose_bytes_changed_is_refused_and_the_rest_goes_on():
    content = bytearray(
        _zip(("a.xml", b"<a>1</a>"), ("b.xml", XML), method=zipfile.ZIP_STORED)
    )
    content[content.index(b"<a>1")] = ord("x")

    assert _codes(_open(bytes(content))) == ["archive_damaged", ""]


def test_too_many_members_are_refused_before_the_directory_is_read():
    content = _zip(*((f"{number}.xml", XML) for number in range(4)))

    found = _open(content, limits=Limits(members=3))

    assert _codes(found) == ["archive_too_many"]
    assert found[0].reason.values["limit"] == 3


def test_a_bomb_is_stopped_by_its_ratio():
    limits = Limits(ratio=50, ratio_from=1000)

    found = _open(_zip(("a.xml", b"<" + b" " * 500_000), ("b.xml", XML)), limits=limits)

    assert _codes(found) == ["archive_ratio", ""]


def test_a_member_that_is_too_big_is_refused():
    limits = Limits(file_bytes=1000)

    assert _codes(_open(_zip(("a.xml", b"<" * 2000)), limits=limits)) == [
        "file_too_big"
    ]
    assert _codes(_open(b"<" * 2000, "a.xml", limits)) == ["file_too_big"]


def test_the_total_stops_the_archive():
    limits = Limits(total_bytes=10)
    content = _zip(*((f"{number}.xml", XML) for number in range(5)))

    assert _codes(_open(content, limits=limits)) == ["", "", "archive_too_big"]


def test_a_size_that_the_directory_lies_about_does_not_count():
    content = bytearray(_zip(("a.xml", b"<" + b" " * 5000)))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + at, 10)

    assert _codes(_open(bytes(content))) == ["archive_damaged"]


def test_members_on_top_of_each_other_are_refused():
    content = bytearray(_zip(("a.xml", XML), ("b.xml", XML)))
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, second + 42, 0)

    assert _codes(_open(bytes(content))) == ["archive_overlap"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.xml", "etc/passwd.xml"),
        ("/etc/a.xml", "etc/a.xml"),
        ("C:\\temp\\..\\a.xml", "temp/a.xml"),
        ("a\x00\n\u202eb.xml", "ab.xml"),
        ("", "?"),
        ("x" * 5000, "x" * 160),
    ],
)
def test_a_name_is_only_shown_and_cannot_climb(name, shown):
    assert shown_name(name) == shown


def test_a_member_that_climbs_is_read_under_a_harmless_name():
    (found,) = _open(_zip(("../../etc/a.xml", XML)))

    assert found == Member("lote.zip/etc/a.xml", XML)


def test_only_one_member_at_a_time_is_unpacked():
    files = open_files([("lote.zip", _zip(("a.xml", XML), ("b.xml", XML)))])

    assert next(files).content == XML
    assert next(files).name.endswith("b.xml")


def test_a_bad_file_does_not_stop_the_next():
    found = list(open_files([("a.zip", b"PK\x03\x04junk"), ("b.xml", XML)]))

    assert _codes(found) == ["archive_damaged", ""]


@given(st.data())
def test_a_changed_zip_never_raises_and_never_exceeds_the_limits(data):
    limits = Limits(file_bytes=5000, total_bytes=8000, ratio_from=100, ratio=20)
    content = bytearray(_zip(("a.xml", b"<a>" * 900), ("b.xml", XML), ("c.pdf", b"%")))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))

    found = _open(bytes(content[:cut]), limits=limits)

    sizes = [len(member.content) for member in found if isinstance(member, Member)]
    assert all(isinstance(result, Member | LeftOut) for result in found)
    assert all(size <= 5000 for size in sizes)
    assert sum(sizes) <= 8000
