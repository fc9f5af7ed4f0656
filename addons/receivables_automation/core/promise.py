"""Promises of payment: what the ledger says about each, to the cent and the day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised: ``amount`` from ``made_on`` to ``last_day``, both included.

    ``last_day`` is the day promised and the days of grace after it; ``tolerance`` is an
    amount that nobody insists on. ``items`` are the debts it is about; ``is_whole``
    says that it is about all that was owed. ``state`` is what it is until now.
    """

    id: int
    amount: Decimal
    made_on: date
    last_day: date
    tolerance: Decimal
    items: frozenset[int]
    is_whole: bool = False
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Money:
    """A payment applied to ``item``; None is money that settles nothing yet."""

    day: date
    amount: Decimal
    item: int | None


@dataclass(frozen=True, slots=True)
class Credit:
    """What settled ``item`` without money, on a ``day``.

    The books forgive what is written off with a payment; a promise made before it does
    not.
    """

    day: date
    amount: Decimal
    item: int
    is_written_off: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What an entry took off ``item`` on a ``day``.

    ``entry`` identifies one that brought ``money`` of the ``total`` that it took off
    debts, both in one currency; None for a credit note. ``discount`` is what the terms
    let the debtor keep who pays on that day.
    """

    day: date
    amount: Decimal
    item: int
    entry: int | None = None
    money: Decimal = ZERO
    total: Decimal = ZERO
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Verdict:
    """``state`` is open, kept, partial, broken, void or ended.

    Void: nothing was left to be paid. Ended: neither is it now, but it came to its end
    before and stays as it is.

    ``received`` is the money that counts, ``paid_on`` its last day. ``waits`` says that
    money is here that somebody has to apply first.
    """

    state: str
    received: Decimal
    paid_on: date | None = None
    waits: bool = False


def count_money(
    settled: Iterable[Settled], coin: Decimal
) -> tuple[list[Money], list[Credit]]:
    """Return (money, credits) of what settled items; ``coin`` is the least amount.

    An entry that writes off a difference settles more than it brought: each of its
    amounts takes its share of the money, and the shares add up to the coin.

    >>> paid = [Settled(date(2026, 3, 2), Decimal(3), 7, 1, Decimal(5), Decimal(6))] * 2
    >>> [str(one.amount) for one in count_money(paid, Decimal("0.01"))[0]]
    ['2.50', '2.50']
    """
    money, credit = [], []
    taken_off: dict[int, Decimal] = {}
    for one in settled:
        if one.entry is None:
            credit.append(Credit(one.day, one.amount, one.item))
            continue
        before = taken_off.get(one.entry, ZERO)
        taken_off[one.entry] = before + one.amount
        part = _money_of(before + one.amount, one, coin) - _money_of(before, one, coin)
        granted = min(one.amount - part, one.discount)
        lost = one.amount - part - granted
        money.append(Money(one.day, part, one.item))
        credit.append(Credit(one.day, granted, one.item))
        credit.append(Credit(one.day, lost, one.item, is_written_off=True))
    return money, credit


def _money_of(amount: Decimal, entry: Settled, coin: Decimal) -> Decimal:
    """Return what of an amount that an entry took off debts it brought as money."""
    if entry.money >= entry.total:
        return amount
    share = amount * max(entry.money, ZERO) / entry.total
    return (share / coin).quantize(Decimal(1), ROUND_HALF_UP) * coin


def judge(
    promises: Iterable[Promise],
    money: Sequence[Money],
    open_items: Mapping[int, Decimal],
    today: date,
    credited: Sequence[Credit] = (),
) -> dict[int, Verdict]:
    """Return {promise id: verdict} of one debtor's promises in one currency.

    Money dated between the day of making and the last day counts, each peso for one
    promise: the one that ends first. A credit note keeps no promise; dated up to the
    last day it lowers what there was to pay. ``open_items`` are the residuals of the
    items now.

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
            promise, received, paid_on, money, left, open_items, today, credited
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


def _verdict(promise, received, paid_on, money, left, open_items, today, credited):
    too_late = [
        one.amount
        for one in (*money, *credited)
        if one.item in promise.items and one.day > promise.last_day
    ]
    lost = [
        one.amount
        for one in credited
        if one.item in promise.items
        and one.is_written_off
        and promise.made_on <= one.day <= promise.last_day
    ]
    owed = sum((open_items.get(item, ZERO) for item in promise.items), ZERO)
    # What credit notes took away in time was never to be paid; what came too late was.
    to_pay = owed + sum(too_late, ZERO) + sum(lost, ZERO)
    enough = min(promise.amount, received + to_pay) - promise.tolerance
    if received > 0 and received >= enough:
        return Verdict("kept", received, paid_on)
    is_over = received == 0 and enough <= 0
    if is_over and promise.state != "open":
        return Verdict("ended", received)
    if today <= promise.last_day:
        return Verdict("open", received, paid_on)
    if is_over:
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
