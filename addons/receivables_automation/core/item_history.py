"""What became of each invoice item: when it was due, what it took, how it was paid.

Items, entries and settlements are columns: an array per property, a value per row. Days
are day numbers (`copy_columns.py`); NaN is a day that has not come.
"""

from dataclasses import dataclass

import numpy as np

from .groups import Groups, matches, pairs
from .habits import LONG_OVERDUE_DAYS, PROMPT_DAYS


@dataclass(frozen=True, slots=True)
class Entries:
    """Posted journal items on receivable accounts.

    ``debtor`` is its number, -1 where only what it settled is asked about; ``balance``
    is in company currency, a debt positive. ``is_money``: a bank or cash journal booked
    it; credit notes, write-offs and exchange differences stand in other journals.
    """

    id: np.ndarray
    debtor: np.ndarray
    move: np.ndarray
    date: np.ndarray
    due: np.ndarray
    balance: np.ndarray
    is_settled: np.ndarray
    is_term: np.ndarray
    is_money: np.ndarray
    is_exchange: np.ndarray

    @property
    def is_invoice(self) -> np.ndarray:
        """Return which are what an invoice, or an instalment of it, asks for."""
        return self.is_term & (self.balance > 0)


@dataclass(frozen=True, slots=True)
class Settlements:
    """Which entry took how much of which, in company currency: ids and amounts."""

    debit: np.ndarray
    credit: np.ndarray
    amount: np.ndarray


@dataclass(frozen=True, slots=True)
class Items:
    """Invoice items of known debtors, and what became of each.

    ``first`` and ``last`` are the days of the money that it took. An item is paid
    (``paid_on``, ``late`` days after ``due``) on the day of the last money; one that
    only credit notes settled, or of which more was written off than paid, says nothing
    of its debtor. ``oldest`` is when the debtor's oldest overdue debt was due,
    ``together`` how many late items were settled on the same day. ``is_counted``:
    enough days have passed to say whether it was paid promptly. ``is_knowing``: bought
    while something was overdue for long.
    """

    id: np.ndarray
    debtor: np.ndarray
    move: np.ndarray
    issued: np.ndarray
    due: np.ndarray
    days: np.ndarray
    amount: np.ndarray
    is_settled: np.ndarray
    first: np.ndarray
    last: np.ndarray
    paid_on: np.ndarray
    late: np.ndarray
    oldest: np.ndarray
    together: np.ndarray
    is_corrected: np.ndarray
    is_counted: np.ndarray
    is_prompt: np.ndarray
    is_late: np.ndarray
    is_knowing: np.ndarray

    @property
    def is_paid(self) -> np.ndarray:
        """Return which were paid in the end."""
        return ~np.isnan(self.paid_on)

    @property
    def has_money(self) -> np.ndarray:
        """Return which took some money."""
        return ~np.isnan(self.first)

    @property
    def is_overdue(self) -> np.ndarray:
        """Return which are still owed after their due date."""
        return ~self.is_settled & (self.days > 0)

    @property
    def is_first(self) -> np.ndarray:
        """Return which were issued on the first day of all."""
        return self.issued == np.min(self.issued, initial=np.inf)

    @property
    def waited(self) -> np.ndarray:
        """Return the days from the due date to the payment, or else to today."""
        return np.where(self.is_paid, self.late, self.days)


def history(
    entries: Entries,
    settlements: Settlements,
    today: np.ndarray,
    smallest: np.ndarray,
) -> Items:
    """Return what became of each invoice item among ``entries``.

    :param today: per debtor, the day in the company's time zone.
    :param smallest: per debtor, the smallest amount of the company's currency.
    """
    chosen = np.flatnonzero(entries.is_invoice & (entries.debtor >= 0))
    debtor = entries.debtor[chosen]
    due = entries.due[chosen].astype(float)
    issued = entries.date[chosen].astype(float)
    is_settled = entries.is_settled[chosen]
    days = today[debtor] - due
    took = _taken(entries, settlements, chosen, smallest[debtor])
    closed_on, first, last, corrected_on, is_paid = took
    paid_on = np.where(is_settled & is_paid, last, np.nan)
    is_late = paid_on > due + PROMPT_DAYS
    debtors = Groups(debtor, len(today))
    oldest = debtors.least(due, ~is_settled & (days > 0))[debtor]
    return Items(
        id=entries.id[chosen],
        debtor=debtor,
        move=entries.move[chosen],
        issued=issued,
        due=due,
        days=days,
        amount=entries.balance[chosen],
        is_settled=is_settled,
        first=first,
        last=last,
        paid_on=paid_on,
        late=paid_on - due,
        oldest=oldest,
        together=_together(debtor, paid_on, is_late),
        is_corrected=corrected_on > due,
        is_counted=(days > PROMPT_DAYS) & (~is_settled | ~np.isnan(paid_on)),
        is_prompt=paid_on <= due + PROMPT_DAYS,
        is_late=is_late,
        is_knowing=_knowing(debtor, issued, due, days, is_settled, closed_on),
    )


def _taken(entries, settlements, chosen, smallest):
    """Return per item: last day, first and last of money, of a note, whether paid."""
    row, item = matches(entries.id[chosen], settlements.debit)
    known, taker = matches(entries.id, settlements.credit[row])
    item, amount = item[known], settlements.amount[row][known]
    items = Groups(item, len(chosen))
    day = entries.date[taker].astype(float)
    is_money = entries.is_money[taker]
    is_note = entries.is_term[taker]
    is_lost = ~is_money & ~is_note & ~entries.is_exchange[taker]
    paid = items.sum(amount, is_money) - items.sum(amount, is_lost)
    return (
        items.greatest(day),
        items.least(day, is_money),
        items.greatest(day, is_money),
        items.greatest(day, is_note),
        paid > smallest / 2,
    )


def _together(debtor, paid_on, is_late):
    """Return how many late items of its debtor were settled on the day of each."""
    together = np.full(len(debtor), np.nan)
    _at, number = pairs(debtor[is_late], paid_on[is_late])
    together[is_late] = np.bincount(number)[number]
    return together


def _knowing(debtor, issued, due, days, is_settled, closed_on):
    """Return which items were issued while a debt of the debtor was long overdue.

    A debt is so from the day after `LONG_OVERDUE_DAYS` until it is settled. At any day
    as many debts are as have become so by then, less those that were settled.
    """
    starts = due + LONG_OVERDUE_DAYS + 1
    ends = np.where(is_settled, closed_on, np.inf)
    is_long = (days > LONG_OVERDUE_DAYS) & (ends > due + LONG_OVERDUE_DAYS)
    begun = _order(debtor[is_long], starts[is_long])
    ended = _order(debtor[is_long], ends[is_long])
    asked = _order(debtor, issued)
    return np.searchsorted(np.sort(begun), asked, side="right") > np.searchsorted(
        np.sort(ended), asked, side="right"
    )


def _order(debtor, day):
    """Return numbers that stand by debtor first, then by day; a day may be infinite."""
    return debtor * 2.0**24 + np.minimum(day, 2.0**23)
