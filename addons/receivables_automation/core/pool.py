"""Pool: amounts of orders that invoices use up, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .credit_rules import ZERO


class Pool:
    """What is left of each order's amount; nothing of an order it does not know.

    >>> pool = Pool({7: Decimal(100)})
    >>> pool.cover({7: Decimal(80), 8: Decimal(80)})
    Decimal('80')
    >>> pool.take({7: Decimal(80)})
    >>> pool.cover({7: Decimal(80)})
    Decimal('20')
    """

    def __init__(self, amounts: Mapping[int, Decimal] | None = None) -> None:
        self._amounts = dict(amounts or {})

    def cover(self, parts: Mapping[int, Decimal]) -> Decimal:
        """Return how much of ``parts``, one by order, its order's amount covers."""
        covered = (min(part, self._left(order)) for order, part in parts.items())
        return sum((max(amount, ZERO) for amount in covered), ZERO)

    def take(self, parts: Mapping[int, Decimal]) -> None:
        """Use ``parts`` up, as far as there is something left."""
        for order, part in parts.items():
            self._amounts[order] = max(self._left(order) - max(part, ZERO), ZERO)

    def _left(self, order: int) -> Decimal:
        return self._amounts.get(order, ZERO)


@dataclass(frozen=True, slots=True)
class Book:
    """What orders hold for their invoices: amounts left to invoice, and money paid.

    ``left`` is part of the exposure, in the company's currency; ``paid`` is in each
    order's own.
    """

    left: Pool = field(default_factory=Pool)
    paid: Pool = field(default_factory=Pool)
