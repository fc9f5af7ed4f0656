"""Read any message, however broken, into what the catcher shows of it."""

import html
import mimetypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from urllib.parse import unquote

MAX_NAME_LENGTH = 120

_CID = re.compile(r"""(?<=["'(=])\s*cid:([^"'\s)>]+)""", re.IGNORECASE)
_HREF = re.compile(
    r"""<a\b[^<>]{0,2000}?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
# Quotes, wildcards, control characters and the marks that turn the direction of text,
# which can make "gpj.exe" look like "exe.jpg".
_UNSAFE_IN_NAME = re.compile(
    r"""[\x00-\x1f\x7f-\x9f:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+"""
)


@dataclass(frozen=True)
class Part:
    """A part of a message that is not itself divided; ``number`` counts from 1."""

    number: int
    content_type: str
    name: str
    content_id: str
    is_shown: bool
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A message as the catcher shows it; ``html`` and ``text`` are None if missing."""

    headers: list[tuple[str, str]]
    html: str | None
    text: str | None
    parts: list[Part]

    @property
    def attachments(self) -> list[Part]:
        """The parts that the body does not show already."""
        return [part for part in self.parts if not part.is_shown]

    @property
    def links(self) -> list[str]:
        """The web addresses the HTML links to, each once, in order."""
        targets = (
            html.unescape(quoted or single).strip()
            for quoted, single in _HREF.findall(self.html or "")
        )
        web = (each for each in targets if each.lower().startswith(("http:", "https:")))
        return list(dict.fromkeys(web))

    def header(self, name: str) -> str:
        """Return the decoded header, empty if missing; repeated ones on own lines."""
        wanted = name.lower()
        return "\n".join(value for key, value in self.headers if key.lower() == wanted)

    def html_with_parts_at(self, address_of: Callable[[int], str]) -> str:
        """Return the HTML with ``cid:`` replaced by ``address_of(part number)``."""
        numbers = {part.content_id: part.number for part in self.parts}

        def address(reference: re.Match) -> str:
            number = numbers.get(_content_id_in(reference))
            return reference[0] if number is None else address_of(number)

        return _CID.sub(address, self.html or "")


def read_mail(content: bytes) -> Mail:
    """Return the message in ``content``; never raises.

    What cannot be taken apart is shown whole as text.
    """
    try:
        return _read(content)
    except Exception:
        # The standard library's parser raises errors of many kinds on hostile input,
        # RecursionError among them. A catcher has to show such a message, too.
        return Mail(headers=[], html=None, text=decode_text(content), parts=[])


def decode_text(content: bytes, charset: str | None = None) -> str:
    """Return ``content`` as text that can be written as UTF-8; never raises.

    Without a known ``charset``: UTF-8 if it is valid, else Windows-1252.
    """
    try:
        text = content.decode(charset or "utf-8", "replace" if charset else "strict")
    except (LookupError, ValueError):
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
    # Codecs such as UTF-7 can produce lone surrogates, which no page can carry.
    return text.encode("utf-8", "replace").decode("utf-8")


def decode_words(value: str) -> str:
    """Return a header's text with its encoded words decoded; never raises."""
    try:
        chunks = decode_header(value)
    except HeaderParseError:
        chunks = [(value, None)]
    text = "".join(_decode_chunk(chunk, charset) for chunk, charset in chunks)
    return re.sub(r"[\r\n]+[ \t]*", " ", text).strip()


def safe_name(name: str, number: int, content_type: str) -> str:
    """Return a file name without a path or odd characters, made up if none is left."""
    base = _UNSAFE_IN_NAME.sub("_", re.split(r"[/\\]", name)[-1])
    base = base.strip(" .")[-MAX_NAME_LENGTH:]
    return base or f"parte-{number}" + (mimetypes.guess_extension(content_type) or "")


class _RawHeaders(Compat32):
    """Headers as text, raw 8-bit bytes read as UTF-8 where they are."""

    def header_fetch_parse(self, _name: str, value: str) -> str:
        return decode_text(value.encode("utf-8", "surrogateescape"))


def _read(content: bytes) -> Mail:
    message = message_from_bytes(content, policy=_RawHeaders())
    leaves = list(_leaves(message))
    html_leaf = _first_body(leaves, "text/html")
    text_leaf = _first_body(leaves, "text/plain")
    html_body = None if html_leaf is None else _text_of(html_leaf)
    shown_ids = {_content_id_in(found) for found in _CID.finditer(html_body or "")}
    parts = []
    for number, leaf in enumerate(leaves, start=1):
        content_id = decode_words(leaf.get("Content-ID", "")).strip("<> ")
        content_type = leaf.get_content_type()
        if not _CONTENT_TYPE.fullmatch(content_type):
            content_type = "application/octet-stream"
        is_body = leaf is html_leaf or leaf is text_leaf
        name = decode_words(leaf.get_filename() or "")
        parts.append(
            Part(
                number=number,
                content_type=content_type,
                name=safe_name(name, number, content_type),
                content_id=content_id,
                is_shown=is_body or (content_id != "" and content_id in shown_ids),
                content=_bytes_of(leaf),
            )
        )
    return Mail(
        headers=[(decode_words(name), decode_words(v)) for name, v in message.items()],
        html=html_body,
        text=None if text_leaf is None else _text_of(text_leaf),
        parts=parts,
    )


def _leaves(message: Message) -> Iterator[Message]:
    # An attached message stays whole, so that its bodies are not taken for ours.
    if message.is_multipart() and message.get_content_maintype() != "message":
        for child in message.get_payload():
            yield from _leaves(child)
    else:
        yield message


def _first_body(leaves: list[Message], content_type: str) -> Message | None:
    for leaf in leaves:
        is_attachment = leaf.get_content_disposition() == "attachment"
        if leaf.get_content_type() == content_type and not is_attachment:
            return leaf
    return None


def _bytes_of(leaf: Message) -> bytes:
    if leaf.is_multipart():
        return b"\r\n".join(child.as_bytes() for child in leaf.get_payload())
    return leaf.get_payload(decode=True) or b""


def _text_of(leaf: Message) -> str:
    return decode_text(_bytes_of(leaf), leaf.get_content_charset())


def _content_id_in(reference: re.Match) -> str:
    return unquote(html.unescape(reference[1]))


def _decode_chunk(chunk: str | bytes, charset: str | None) -> str:
    if isinstance(chunk, str):
        return chunk
    # decode_header hands out text between encoded words in this encoding.
    return decode_text(chunk, charset or "raw-unicode-escape")
