"""What is odd in a CFDI, as a code with values that a model can translate."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .currency import decimals
from .messages import describe


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement inside a document; ``code`` is a key of ``MESSAGES``."""

    code: str
    values: Mapping[str, object]

    @property
    def message(self) -> str:
        """The English sentence."""
        return describe(self.code, self.values)


def smallest_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01 for MXN.

    >>> smallest_unit("MXN")
    Decimal('0.01')
    """
    return Decimal(1).scaleb(-decimals(currency))
