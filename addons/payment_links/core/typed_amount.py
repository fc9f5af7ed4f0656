"""The amount that a person types on the payment page."""

import re

_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)


def plain_amount(text: str) -> str:
    """Return a typed amount without what people add for the eye.

    Only commas that separate thousands go: what could be meant otherwise stays, to be
    refused.

    >>> plain_amount(" $ 1,500.50 "), plain_amount("1500,50")
    ('1500.50', '1500,50')
    """
    bare = text.strip().removeprefix("$").strip()
    return bare.replace(",", "") if _GROUPED.fullmatch(bare) else bare
