"""Placeholders of payment links in stored texts: ``{{pay:12}}``.

A stored mail or message never holds a link's address; it is put in when it is sent.
"""

import re
from collections.abc import Mapping

# Serialising HTML may turn the braces of an href into %7B and %7D.
_PLACEHOLDER = re.compile(
    r"(?:\{|%7b){2}pay(?::|%3a)(?P<link>[^{}%]*)(?:\}|%7d){2}",
    re.IGNORECASE,
)
_LINK_ID = re.compile(r"[1-9][0-9]{0,17}")


class UnknownPlaceholder(ValueError):
    """A text asks for links that nobody offers; ``names`` are what it asks for."""

    def __init__(self, names: tuple[str, ...]):
        super().__init__(
            f"The text asks for unknown payment links: {', '.join(names)}."
        )
        self.names = names


def placeholder(link_id: int) -> str:
    """Return the text that stands for a link's address until it is sent.

    >>> placeholder(12)
    '{{pay:12}}'
    """
    return f"{{{{pay:{link_id}}}}}"


def find_link_ids(text: str) -> tuple[int, ...]:
    """Return the ids of the links a text asks for, each once, in order.

    :raises UnknownPlaceholder: a placeholder holds something else than an id.

    >>> find_link_ids("{{pay:12}} or <a href='%7B%7Bpay:7%7D%7D'>{{pay:12}}</a>")
    (12, 7)
    """
    names = dict.fromkeys(match["link"] for match in _PLACEHOLDER.finditer(text))
    wrong = tuple(name for name in names if not _LINK_ID.fullmatch(name))
    if wrong:
        raise UnknownPlaceholder(wrong)
    return tuple(int(name) for name in names)


def put_in_addresses(text: str, addresses: Mapping[int, str]) -> str:
    """Return the text with the address of each link where its placeholder stood.

    ``addresses`` gives a link's full address by its id.

    :raises UnknownPlaceholder: the text asks for a link that has no address here, so
        that nothing leaves with a hole in it.
    """
    missing = tuple(
        str(link_id) for link_id in find_link_ids(text) if not addresses.get(link_id)
    )
    if missing:
        raise UnknownPlaceholder(missing)
    return _PLACEHOLDER.sub(lambda match: addresses[int(match["link"])], text)
