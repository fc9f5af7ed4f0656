"""Taking secrets out of log lines: tokens of addresses, webhooks' secret paths."""

import re

MASK = "***"


def _spelled(word: str) -> str:
    """Return a pattern for a word whose letters may be percent-encoded."""
    return "".join(
        f"(?:{letter}|%{ord(letter):x}|%{ord(letter.upper()):x})" for letter in word
    )


# A slash may come escaped (JSON) or encoded once or more (an address in a query).
_SLASH = r"(?:\\?/|%(?:25)*2f)"
_SLASHES = rf"{_SLASH}+"
_END = r"""\s?#"'<>&\\"""
# Rather too much than too little: the token, and behind a webhook the whole rest.
_TOKEN = rf"[^/{_END}]+"
_REST = rf"[^{_END}]+"
# Of a query, of JSON, or as Python writes what it was called with.
_IS = r"""(?:=|%(?:25)*3d|\\?["']\s?[:,]\s?\\?["'])"""
_SEGMENT = rf"(?:(?!{_SLASH})[^{_END}])+"

# One slash before the first word: more would let a hostile line of slashes cost its
# length squared.
_SECRET = re.compile(
    rf"(?P<pay>{_SLASH}{_spelled('pay')}{_SLASHES}){_TOKEN}"
    rf"|(?P<hook>{_SLASH}{_spelled('payment')}{_SLASHES}{_SEGMENT}"
    rf"{_SLASHES}{_spelled('webhook')}{_SLASHES}){_REST}"
    rf"|(?P<key>{_spelled('access_token')}{_IS}){_REST}",
    re.IGNORECASE,
)


def mask_secrets(text: str) -> str:
    """Return a log line without tokens of ``/pay/…``, portals and webhooks' paths.

    Works on addresses as they come: any case, percent-encoded, behind a language, in
    a referer or a query.

    >>> mask_secrets("GET /es_MX/pay/AbC-123/history HTTP/1.1")
    'GET /es_MX/pay/***/history HTTP/1.1'
    >>> mask_secrets("POST /payment/conekta/webhook/s3cr3t/2 HTTP/1.1")
    'POST /payment/conekta/webhook/*** HTTP/1.1'
    >>> mask_secrets("GET /pay/receipt/7?access_token=s3cr3t&x=1 HTTP/1.1")
    'GET /pay/***/7?access_token=***&x=1 HTTP/1.1'
    """
    return _SECRET.sub(
        lambda match: (match["pay"] or match["hook"] or match["key"]) + MASK,
        text,
    )
