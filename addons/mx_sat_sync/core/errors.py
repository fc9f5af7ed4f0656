"""The one exception that the readers of this add-on raise."""

from .messages import describe

_SHOWN = 80


def shorten(text: str, longest: int = _SHOWN) -> str:
    """Return a foreign value as it may appear in a message: printable and short.

    >>> shorten("1" * 200)[-3:]
    '11…'
    """
    printable = "".join(
        character if character.isprintable() else "·"
        for character in text[: longest + 1]
    )
    return printable if len(printable) <= longest else printable[: longest - 1] + "…"


class InvalidInput(ValueError):
    """A file from outside that cannot be used, and why.

    ``code`` is stable and a key of ``messages.MESSAGES``; ``values`` are what its
    sentence names, so that a model can translate it; ``str()`` is the English text.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = {
            name: shorten(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        super().__init__(describe(code, self.values))
