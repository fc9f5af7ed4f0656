"""When a debtor moves to another segment: not for what holds on one day only."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Pending:
    """A segment that the facts point to, on how many days, the last of them when."""

    segment: Hashable = None
    days: int = 0
    last_day: date | None = None


NOTHING = Pending()


def settle(
    current: Hashable,
    found: Hashable,
    pending: Pending,
    today: date,
    days_needed: int,
) -> tuple[bool, Pending]:
    """Return (whether to move to ``found`` now, what is pending after).

    Facts must point to the same other segment on ``days_needed`` days on which they
    were computed; several times a day count once. Whoever is in none moves at once.

    >>> settle("punctual", "fortuitous", NOTHING, date(2026, 3, 1), 1)[0]
    True
    >>> settle("punctual", "fortuitous", NOTHING, date(2026, 3, 1), 2)[0]
    False
    """
    if found == current:
        return False, NOTHING
    if current is None or days_needed <= 1:
        return True, NOTHING
    if pending.segment != found:
        return False, Pending(found, 1, today)
    if pending.last_day == today:
        return False, pending
    days = pending.days + 1
    if days >= days_needed:
        return True, NOTHING
    return False, Pending(found, days, today)
