"""Taking secrets out of log lines: payment links' tokens, webhooks' secret paths."""

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
_SEGMENT = rf"(?:(?!{_SLASH})[^{_END}])+"

# One slash before the first word: more would let a hostile line of slashes cost its
# length squared.
_SECRET_PATH = re.compile(
    rf"(?P<pay>{_SLASH}{_spelled('pay')}{_SLASHES}){_TOKEN}"
    rf"|(?P<hook>{_SLASH}{_spelled('payment')}{_SLASHES}{_SEGMENT}"
    rf"{_SLASHES}{_spelled('webhook')}{_SLASHES}){_REST}",
    re.IGNORECASE,
)


def mask_secret_paths(text: str) -> str:
    """Return a log line without tokens of ``/pay/…`` and of webhooks' paths.

    Works on addresses as they come: any case, percent-encoded, behind a language, in
    a referer or a query.

    >>> mask_secret_paths("GET /es_MX/pay/AbC-123/history HTTP/1.1")
    'GET /es_MX/pay/***/history HTTP/1.1'
    >>> mask_secret_paths("POST /payment/conekta/webhook/s3cr3t/2 HTTP/1.1")
    'POST /payment/conekta/webhook/*** HTTP/1.1'
    """
    return _SECRET_PATH.sub(
        lambda match: (match["pay"] or match["hook"]) + MASK,
        text,
    )
