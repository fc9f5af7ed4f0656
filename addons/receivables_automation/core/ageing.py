"""Ageing: which bucket a debt belongs to, and how much lies in each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import inf

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days overdue from ``first_day`` to ``last_day``, both included; None is open.

    ``field`` is the name of its amount on a profile.
    """

    field: str
    first_day: int | None
    last_day: int | None

    def holds(self, days):
        """Return whether ``days``, a number or an array of them, lie in it."""
        first = -inf if self.first_day is None else self.first_day
        last = inf if self.last_day is None else self.last_day
        return (days >= first) & (days <= last)


BUCKETS = (
    Bucket("amount_not_due", None, 0),
    Bucket("amount_1_30", 1, 30),
    Bucket("amount_31_60", 31, 60),
    Bucket("amount_61_90", 61, 90),
    Bucket("amount_over_90", 91, None),
)


@dataclass(frozen=True, slots=True)
class DatedAmount:
    """An open amount in ``currency``: positive is owed to us, negative is a credit."""

    currency: str
    due_date: date
    residual: Decimal


@dataclass(frozen=True, slots=True)
class Ageing:
    """Amounts of one currency by age; credits count in the bucket of their own date."""

    amount_not_due: Decimal = ZERO
    amount_1_30: Decimal = ZERO
    amount_31_60: Decimal = ZERO
    amount_61_90: Decimal = ZERO
    amount_over_90: Decimal = ZERO

    @property
    def overdue_amount(self) -> Decimal:
        """Return what was due before today."""
        return (
            self.amount_1_30
            + self.amount_31_60
            + self.amount_61_90
            + self.amount_over_90
        )

    @property
    def open_amount(self) -> Decimal:
        """Return the sum of all buckets."""
        return self.amount_not_due + self.overdue_amount


def days_overdue(due_date: date, today: date) -> int:
    """Return the days since the due date: 0 on that day, negative before it.

    >>> days_overdue(date(2026, 3, 1), date(2026, 3, 31))
    30
    """
    return (today - due_date).days


def bucket_of(days: int) -> Bucket:
    """Return the bucket of a debt that is ``days`` overdue; due today is not due.

    >>> bucket_of(0).field, bucket_of(1).field, bucket_of(91).field
    ('amount_not_due', 'amount_1_30', 'amount_over_90')
    """
    return next(bucket for bucket in BUCKETS if bucket.holds(days))


def age(amounts: Iterable[DatedAmount], today: date) -> dict[str, Ageing]:
    """Return the ageing of each currency; currencies are never added up."""
    totals: dict[str, dict[str, Decimal]] = {}
    for amount in amounts:
        by_field = totals.setdefault(amount.currency, {})
        field = bucket_of(days_overdue(amount.due_date, today)).field
        by_field[field] = by_field.get(field, ZERO) + amount.residual
    return {currency: Ageing(**by_field) for currency, by_field in totals.items()}
