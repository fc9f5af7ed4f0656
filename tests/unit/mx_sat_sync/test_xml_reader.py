"""XML from outside is read or refused with a reason, and never acts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo.addons.mx_sat_sync.core.errors import InvalidInput
from odoo.addons.mx_sat_sync.core.xml_reader import read_xml


def _refusal(content: bytes, **limits) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read_xml(content, **limits)
    return caught.value


BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (97 + level, b"&%c;" % (96 + level) * 10)
        for level in range(1, 10)
    )
    + b"]><a>&j;</a>"
)


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]><a/>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
        BOMB,
        b'<!DOCTYPE a [<!ENTITY x "%s">]><a>%s</a>' % (b"x" * 50_000, b"&x;" * 50_000),
        b'<?xml version="1.0"?>\n<!-- <a> --><?p <a?> <!DOCTYPE a><a/>',
        b'<!DOCTYPE a [<!ENTITY x "y">]><a b="&x;"/>',
    ],
)
def test_a_document_type_is_refused_whatever_it_declares(content):
    assert _refusal(content).code == "xml_dtd"


@pytest.mark.parametrize("content", [b"<!--" * 1000, b"<!doctype a><a/>", b"<?x <a/>"])
def test_a_prolog_that_does_not_end_is_refused(content):
    assert _refusal(content).code == "xml_malformed"


def test_an_undeclared_entity_is_refused():
    assert _refusal(b"<a>&x;</a>").code == "xml_malformed"


@pytest.mark.parametrize(
    "content",
    [
        "<a/>".encode("utf-16"),
        "<a/>".encode("utf-16-le"),
        "<a/>".encode("utf-32-be"),
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
        b"<?xml version='1.0'" + b" " * 999 + b"encoding = 'utf-7'?><a/>",
    ],
)
def test_an_encoding_that_could_hide_something_is_refused(content):
    assert _refusal(content).code == "xml_encoding"


def test_bytes_that_are_not_in_the_declared_encoding_are_refused_with_their_line():
    error = _refusal(b'<?xml version="1.0" encoding="UTF-8"?>\n<a b="Pe\xf1a"/>')

    assert error.code == "xml_encoding_broken"
    assert error.values["line"] == 2


def test_latin_1_that_says_so_is_read():
    content = '<?xml version="1.0" encoding="ISO-8859-1"?><a b="Peña"/>'

    assert read_xml(content.encode("latin-1")).get("b") == "Peña"


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n  ", b"\xef\xbb\xbf\r\n"])
def test_a_byte_order_mark_and_blanks_in_front_are_forgiven(before):
    assert read_xml(before + b'<?xml version="1.0"?><a/>').tag == "a"


def test_comments_and_instructions_are_dropped():
    assert len(read_xml(b"<a><!-- x --><?p x?><b/></a>")) == 1


def test_a_truncated_file_names_the_line():
    error = _refusal(b"<a>\n<b>\n")

    assert error.code == "xml_malformed"
    assert error.values["line"] == 3
    assert "Download it again" in str(error)


def test_a_file_that_is_too_deep_is_refused():
    assert _refusal(b"<a>" * 5000 + b"</a>" * 5000).code == "xml_too_deep"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content):
    assert _refusal(content).code == "xml_empty"


def test_sizes_are_limited():
    assert _refusal(b"<a/>", max_bytes=3).code == "xml_too_big"
    assert _refusal(b"<a b='' c=''/>", max_markup=2).code == "xml_too_complex"


@given(st.binary(max_size=300))
@example(b"<a xmlns:x='\x7f'/>")
@example(b"\x4c\x6f\xa7\x94")
def test_any_bytes_are_read_or_refused(content):
    try:
        read_xml(content)
    except InvalidInput as error:
        assert error.code.startswith("xml_")
        assert str(error)
