"""Reads XML from outside without letting it do anything but be read.

libxml2 guards itself in newer versions only, so what a CFDI never has (a document
type, an encoding that hides one, a size without end) is refused before it sees it.
"""

import re

from lxml import etree

from .errors import InvalidInput

MAX_BYTES = 10 * 2**20
# A node costs libxml2 some hundred bytes, an attribute some two hundred: this many
# keep a hostile file of the full size under about 150 MB.
MAX_MARKUP = 600_000

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# Anexo 20 asks for UTF-8; the others are supersets of ASCII that old systems declare.
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"}
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")
_PLACE = re.compile(r",? ?\(?(<string>, )?line \d+(, column \d+)?\)?$")
_BEFORE_ROOT = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)

_PARSER = etree.XMLParser(
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    dtd_validation=False,
    huge_tree=False,
    recover=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)
_DEPTH_ERRORS = ("Excessive depth", "nested too deep")
_ENCODING_ERRORS = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_INVALID_CHAR,
    etree.ErrorTypes.I18N_CONV_FAILED,
}


def read_xml(
    content: bytes, max_bytes: int = MAX_BYTES, max_markup: int = MAX_MARKUP
) -> etree._Element:
    """Return the root element of an XML file from outside.

    A UTF-8 byte order mark and blanks before the declaration are forgiven; comments
    and processing instructions are dropped. The tree belongs to the caller.

    :raises InvalidInput: ``xml_*``: empty, too big, too complex, too deep, a DTD (so
        no entity of any kind), another encoding, not well formed (with its line).
    """
    if len(content) > max_bytes:
        raise InvalidInput("xml_too_big", limit=max_bytes)
    text = content.removeprefix(_BOM).lstrip()
    if not text:
        raise InvalidInput("xml_empty")
    _refuse_encoding(text)
    # Every element has a "<", every attribute a "=".
    if text.count(b"<") + text.count(b"=") > max_markup:
        raise InvalidInput("xml_too_complex", limit=max_markup)
    if text.startswith(b"<!DOCTYPE", _BEFORE_ROOT.match(text).end()):
        raise InvalidInput("xml_dtd")
    try:
        root = etree.fromstring(text, _PARSER)
    except etree.XMLSyntaxError as error:
        raise _translated(error) from None
    except (LookupError, ValueError) as error:
        raise InvalidInput("xml_malformed", line=1, detail=str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidInput("xml_dtd")
    return root


def _refuse_encoding(text: bytes) -> None:
    # Two or four bytes a character would hide a document type from the scan.
    if text.startswith(_WIDE_BOMS) or b"\x00" in text[:4]:
        raise InvalidInput("xml_encoding", encoding="UTF-16/UTF-32")
    if text.startswith(b"<?xml"):
        declaration = text[: text.find(b"?>")]
        for declared in _DECLARED.findall(declaration):
            encoding = declared.decode("ascii", "replace")
            if encoding.lower() not in _ENCODINGS:
                raise InvalidInput("xml_encoding", encoding=encoding)


def _translated(error: etree.XMLSyntaxError) -> InvalidInput:
    line = error.lineno or 1
    detail = _PLACE.sub("", error.msg or "")
    if any(words in detail for words in _DEPTH_ERRORS):
        return InvalidInput("xml_too_deep", line=line)
    if error.code in _ENCODING_ERRORS:
        return InvalidInput("xml_encoding_broken", line=line)
    return InvalidInput("xml_malformed", line=line, detail=detail)
