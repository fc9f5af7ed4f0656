"""Promises of payment: what the ledger says about each, to the cent and the day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised: ``amount`` from ``made_on`` to ``last_day``, both included.

    ``last_day`` is the day promised and the days of grace after it; ``tolerance`` is an
    amount that nobody insists on. ``items`` are the debts it is about; ``is_whole``
    says that it is about all that was owed.
    """

    id: int
    amount: Decimal
    made_on: date
    last_day: date
    tolerance: Decimal
    items: frozenset[int]
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """A payment applied to ``item``; None is money that settles nothing yet."""

    day: date
    amount: Decimal
    item: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``state`` is open, kept, partial, broken, or void: nothing was left to be paid.

    ``received`` is the money that counts, ``paid_on`` its last day. ``waits`` says that
    money is here that somebody has to apply first.
    """

    state: str
    received: Decimal
    paid_on: date | None = None
    waits: bool = False


def judge(
    promises: Iterable[Promise],
    money: Sequence[Money],
    open_items: Mapping[int, Decimal],
    today: date,
) -> dict[int, Verdict]:
    """Return {promise id: verdict} of one debtor's promises in one currency.

    Money dated between the day of making and the last day counts, each peso for one
    promise: the one that ends first. A credit note keeps no promise; it lowers what
    there is to pay. ``open_items`` are the residuals of the items now.

    Money that settles nothing yet counts for a promise about the whole debt; any other
    promise is not broken while that money would keep it.

    >>> promise = Promise(
    ...     1, Decimal(100), date(2026, 3, 1), date(2026, 3, 12), ZERO, frozenset({7})
    ... )
    >>> paid = [Money(date(2026, 3, 10), Decimal(40), 7)]
    >>> judge([promise], paid, {7: Decimal(60)}, date(2026, 3, 12))[1].state
    'open'
    >>> judge([promise], paid, {7: Decimal(60)}, date(2026, 3, 13))[1].state
    'partial'
    """
    left = {index: one.amount for index, one in enumerate(money)}
    verdicts = {}
    for promise in sorted(promises, key=lambda one: (one.last_day, one.id)):
        received, paid_on = _take(promise, money, left)
        verdicts[promise.id] = _verdict(
            promise, received, paid_on, money, left, open_items, today
        )
    return verdicts


def _take(
    promise: Promise, money: Sequence[Money], left: dict[int, Decimal]
) -> tuple[Decimal, date | None]:
    """Return what counts for a promise and its last day; take it out of ``left``."""
    received, paid_on = ZERO, None
    for index in sorted(left, key=lambda at: (money[at].day, at)):
        one = money[index]
        is_about = one.item in promise.items or (one.item is None and promise.is_whole)
        if not is_about or not promise.made_on <= one.day <= promise.last_day:
            continue
        part = min(left[index], promise.amount - received)
        if part > 0:
            left[index] -= part
            received += part
            paid_on = one.day
    return received, paid_on


def _verdict(promise, received, paid_on, money, left, open_items, today):
    later = sum(
        (
            one.amount
            for one in money
            if one.item in promise.items and one.day > promise.last_day
        ),
        ZERO,
    )
    owed = sum((open_items.get(item, ZERO) for item in promise.items), ZERO)
    # What credit notes took away was never to be paid; what came too late was.
    enough = min(promise.amount, received + later + owed) - promise.tolerance
    if received > 0 and received >= enough:
        return Verdict("kept", received, paid_on)
    if today <= promise.last_day:
        return Verdict("open", received, paid_on)
    if received == 0 and enough <= 0:
        return Verdict("void", received)
    free = sum(
        (
            left[index]
            for index, one in enumerate(money)
            if one.item is None and promise.made_on <= one.day <= promise.last_day
        ),
        ZERO,
    )
    if free > 0 and received + free >= enough:
        return Verdict("open", received, paid_on, waits=True)
    return Verdict("partial" if received > 0 else "broken", received, paid_on)
