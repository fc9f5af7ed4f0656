"""The token in a payment link's address.

A token is 32 characters of base64url: two bytes with the version of the server's
secret, four with the link's id, two with its generation, sixteen of HMAC-SHA256 over
these. Nothing is stored: the id finds the link in one query, a higher generation puts
every earlier address out of force, and a link that nobody made has no valid token.

Keys come derived for this one purpose, and for this one database, so that a copy's new
links do not open the original's.
"""

import base64
import hmac
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_HEADER = struct.Struct(">HIH")
_MAC_BYTES = 16
_CONTEXT = b"payment_links.link_token.1\0"
# Twenty-four bytes fill 32 characters to the last bit: one token, one spelling.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


class TokenRefused(ValueError):
    """The text is no token of ours. ``reason`` is for our log, not for the visitor.

    ``malformed``, ``unknown_version`` (its secret is gone) or ``forged``. Neither the
    reason nor the text holds any part of the token.
    """

    def __init__(self, reason: str):
        super().__init__(f"Payment link refused: {reason}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """What a valid token says. It is in force while the link has that generation."""

    link_id: int
    generation: int


def make_token(keys: Mapping[int, bytes], link_id: int, generation: int) -> str:
    """Return the token of a link, signed with the key of the highest version.

    ``keys`` are the derived keys by version of the server's secret. The same arguments
    give the same token.

    :raises ValueError: no key, or a number outside the token's range.
    """
    if not keys:
        raise ValueError("There is no server secret to sign a payment link with.")
    version = max(keys)
    try:
        header = _HEADER.pack(version, link_id, generation)
    except struct.error:
        raise ValueError(
            f"A payment link's token has no room for version {version}, link {link_id},"
            f" generation {generation}."
        ) from None
    token = header + _mac(keys[version], header)
    return base64.urlsafe_b64encode(token).decode("ascii")


def read_token(keys: Mapping[int, bytes], token: object) -> LinkClaim:
    """Return what a token says, once its signature is checked in constant time.

    Every version in ``keys`` verifies. The caller compares the generation with the
    link's own.

    :raises TokenRefused: anything else than a token that we made.
    """
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise TokenRefused("malformed")
    raw = base64.urlsafe_b64decode(token)
    header, mac = raw[: _HEADER.size], raw[_HEADER.size :]
    version, link_id, generation = _HEADER.unpack(header)
    key = keys.get(version)
    if key is None:
        raise TokenRefused("unknown_version")
    if not hmac.compare_digest(mac, _mac(key, header)):
        raise TokenRefused("forged")
    return LinkClaim(link_id, generation)


def _mac(key: bytes, header: bytes) -> bytes:
    return hmac.digest(key, _CONTEXT + header, "sha256")[:_MAC_BYTES]
