"""Early warning: who comes on the watch list, who leaves it, what is proposed."""

import enum
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

# A target that was missed is met again when it is met by so much: it does not flicker.
TARGET_MARGIN = Decimal("0.05")


class Step(enum.Enum):
    """What happens to a debtor's entry of one rule."""

    NONE = "none"
    OPEN = "open"
    RENEW = "renew"
    """The cause came again: the entry ends and another one begins."""
    OVER = "over"
    """The cause is gone."""
    FOLLOW = "follow"
    """Only the figure went down; the next rise counts from there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The latest entry of a debtor and rule; ``is_live`` while its cause is."""

    is_live: bool
    opened_on: date
    value: Decimal


def step_of_condition(entry: Entry | None, is_met: bool, is_released: bool) -> Step:
    """Return what a condition that holds or no longer holds does to an entry.

    Entering and leaving are two conditions: between them nothing changes.
    """
    if entry is None or not entry.is_live:
        return Step.OPEN if is_met else Step.NONE
    return Step.OVER if is_released and not is_met else Step.NONE


def step_of_rise(
    entry: Entry | None,
    value: Decimal | None,
    least: Decimal,
    today: date,
    quiet_days: int,
) -> Step:
    """Return what a figure that counts events does to an entry.

    A rise of ``least`` or more is news, and news once; ``quiet_days`` without any end
    it. A figure that nobody measures (None) changes nothing.

    >>> step_of_rise(None, Decimal(1), Decimal(1), date(2026, 3, 1), 90).value
    'open'
    """
    if value is None:
        return Step.NONE
    known = entry.value if entry else Decimal(0)
    is_live = entry is not None and entry.is_live
    if value >= known + least:
        return Step.RENEW if is_live else Step.OPEN
    if is_live and (value < known or (today - entry.opened_on).days >= quiet_days):
        return Step.OVER
    return Step.FOLLOW if entry and value < known else Step.NONE


def lower_limit(limit: Decimal, owed: Decimal, percent: Decimal, coin: Decimal):
    """Return the limit to propose, rounded to ``coin``: less by ``percent``.

    Whoever has no limit (0) gets one: what they owe today and no more.

    >>> lower_limit(Decimal(120000), Decimal(5), Decimal(20), Decimal("0.01"))
    Decimal('96000.00')
    """
    amount = limit * (100 - percent) / 100 if limit > 0 else max(owed, Decimal(0))
    return (amount / coin).quantize(Decimal(1), ROUND_HALF_UP) * coin


def is_missed(
    value: Decimal | None, target: Decimal, was_missed: bool, owed: Decimal
) -> bool:
    """Return whether a target is missed: ``value`` is above it; 0 is no target.

    Once missed, it stays so until the value is below it by `TARGET_MARGIN`, and while
    it cannot be measured (None) although something is ``owed``.
    """
    if target <= 0:
        return False
    if value is None:
        return was_missed and owed > 0
    bound = target * (1 - TARGET_MARGIN) if was_missed else target
    return value > bound


def rotation_days(owed: Decimal, sold: Decimal, days: int) -> Decimal | None:
    """Return days of sales outstanding: what is owed by the sales of ``days``.

    None where nothing was sold: there is no pace to measure by.

    >>> rotation_days(Decimal(50), Decimal(90), 90)
    Decimal('50.0')
    """
    if sold <= 0:
        return None
    return (owed * days / sold).quantize(Decimal("0.1"), ROUND_HALF_UP)
