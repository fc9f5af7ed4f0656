"""One peso, one payment: which payment in the ledger is the money a door reports.

The same money arrives as a link's transaction, a payment complement of SAT, a bank
line or by hand, in any order. Each door has a key of its own for what it reports and
is recognised by it; one door never claims a payment twice.
"""

import enum
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class Match(enum.Enum):
    """How sure it is that the money is here already."""

    NUMBER = "number"
    """A tracking key or an operation number names exactly one payment."""
    AMOUNT = "amount"
    """Exactly one payment has the customer, amount and days."""
    AMBIGUOUS = "ambiguous"
    """Several payments could be it: a person decides."""
    NONE = "none"
    """No payment can be it."""


@dataclass(frozen=True)
class Reported:
    """Money as a door reports it; ``documents`` are what it says was paid."""

    door: str
    amount: Decimal
    day: date
    numbers: frozenset[str] = frozenset()
    documents: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A payment of the same customer, company and currency.

    ``doors`` have claimed it; ``documents`` are those that it settles; ``free`` is what
    it has settled nothing with yet.
    """

    payment: int
    amount: Decimal
    day: date
    doors: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    documents: frozenset[int] = frozenset()
    free: Decimal = Decimal(0)


@dataclass(frozen=True)
class Found:
    """The answer: one payment, several (``AMBIGUOUS``) or none."""

    match: Match
    payments: tuple[int, ...] = ()


def normalise_number(number: str) -> str:
    """Return a tracking key or operation number as it is compared.

    Banks, SAT and people write the same number with other blanks, dashes, case and
    leading zeros. What has fewer than five characters, or the same character all over,
    names nothing and gives ''.

    >>> normalise_number(" 00-12 345 ")
    '12345'
    >>> normalise_number("0001")
    ''
    """
    bare = re.sub(r"[^0-9A-Z]", "", number.upper()).lstrip("0")
    return bare if len(bare) >= 5 and len(set(bare)) > 1 else ""


def find_same_money(
    reported: Reported, candidates: Collection[Candidate], window_days: int
) -> Found:
    """Return which of ``candidates`` is the ``reported`` money.

    A candidate must have the amount to the cent, be at most ``window_days`` away, not
    be claimed by the same door already, and settle one of the reported documents or
    still have free money: a payment that went to other invoices is other money.
    """
    fitting = [one for one in candidates if _can_be(reported, one, window_days)]
    if by_number := [one for one in fitting if one.numbers & reported.numbers]:
        return _answer(by_number, Match.NUMBER)
    return _answer(fitting, Match.AMOUNT)


def _can_be(reported: Reported, candidate: Candidate, window_days: int) -> bool:
    if reported.door in candidate.doors or candidate.amount != reported.amount:
        return False
    if abs((candidate.day - reported.day).days) > window_days:
        return False
    return bool(
        candidate.free > 0
        or not reported.documents
        or candidate.documents & reported.documents
    )


def _answer(fitting: Sequence[Candidate], match: Match) -> Found:
    if not fitting:
        return Found(Match.NONE)
    payments = tuple(sorted(one.payment for one in fitting))
    return Found(match if len(payments) == 1 else Match.AMBIGUOUS, payments)
