"""The facts of a debtor's profile: what is owed, and how it was and is paid.

Each function takes columns (an array per property, a value per row) and returns
{field of the profile: a value per debtor}; NaN is what was never measured.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .ageing import BUCKETS
from .copy_columns import month_number
from .groups import Groups, matches, pairs
from .habits import ANSWER_DAYS, MONTHS, PILED_ITEMS, RECENT_DAYS, TREND_ITEMS
from .item_history import Items

Facts = dict[str, np.ndarray]
Flags = Callable[[Items], np.ndarray]

# What of the items a share counts, and of which: figure and evidence are the same rows.
SHARES: dict[str, tuple[Flags, Flags]] = {
    "earlier_prompt_ratio": (
        lambda items: items.is_prompt,
        lambda items: items.is_counted & (items.days > RECENT_DAYS),
    ),
    "recent_prompt_ratio": (
        lambda items: items.is_prompt,
        lambda items: items.is_counted & (items.days <= RECENT_DAYS),
    ),
    "partial_payment_ratio": (
        lambda items: ~items.is_settled | (items.first < items.last),
        lambda items: items.has_money,
    ),
    "paid_since_oldest_ratio": (
        lambda items: items.is_paid,
        lambda items: (items.days > 0) & (items.due > items.oldest),
    ),
    "paid_together_ratio": (
        lambda items: items.together >= PILED_ITEMS,
        lambda items: items.is_late,
    ),
    "late_correction_ratio": (
        lambda items: items.is_corrected,
        lambda items: items.days > 0,
    ),
    "on_time_ratio": (
        lambda items: items.late <= 0,
        lambda items: items.is_paid | items.is_overdue,
    ),
}


@dataclass(frozen=True, slots=True)
class OpenItems:
    """Entries that are not settled, those of one group in one currency.

    ``residual`` is what is left, a debt positive; ``days`` since it was due; ``asked``
    what an invoice item asked for in the same currency, NaN for any other entry.
    """

    id: np.ndarray
    due: np.ndarray
    days: np.ndarray
    residual: np.ndarray
    asked: np.ndarray

    @property
    def is_debt(self) -> np.ndarray:
        """Return which are owed; the others are credits not applied."""
        return self.residual > 0

    @property
    def is_overdue(self) -> np.ndarray:
        """Return which are owed after their due date."""
        return self.is_debt & (self.days > 0)


@dataclass(frozen=True, slots=True)
class Reminders:
    """Items (ids) that stood in notices (ids) sent on a day."""

    item: np.ndarray
    notice: np.ndarray
    day: np.ndarray


# The same of what is open: sums of what is left of some entries, and counts of some.
OPEN_SUMS: dict[str, Callable[[OpenItems], np.ndarray]] = {
    "open_amount": lambda items: items.is_debt,
    "overdue_amount": lambda items: items.is_overdue,
    **{
        bucket.field: lambda items, bucket=bucket: (
            items.is_debt & bucket.holds(items.days)
        )
        for bucket in BUCKETS
    },
}
OPEN_COUNTS: dict[str, Callable[[OpenItems], np.ndarray]] = {
    "open_item_count": lambda items: items.is_debt,
    "partial_item_count": lambda items: items.is_debt & (items.residual < items.asked),
}


def amounts(items: OpenItems, groups: Groups, digits: np.ndarray) -> Facts:
    """Return what each group owes, by age, and what it has not applied.

    :param digits: per group, the decimals of its currency.
    """
    return {
        **{
            name: rounded(groups.sum(items.residual, where(items)), digits)
            for name, where in OPEN_SUMS.items()
        },
        "unapplied_amount": rounded(
            groups.sum(-items.residual, items.residual < 0), digits
        ),
        "oldest_due_date": groups.least(items.due, items.is_debt),
    }


def owed(items: OpenItems, groups: Groups, digits: np.ndarray) -> Facts:
    """Return what stands out among what each debtor owes.

    `oldest_item` is the id of the first item that fell due.
    """
    is_debt = items.is_debt
    is_coming = is_debt & (items.days <= 0)
    oldest = groups.least(items.due, is_debt)[groups.of]
    coming = groups.least(items.due, is_coming)
    is_next = is_coming & (items.due == coming[groups.of])
    longest = groups.greatest(items.days, is_debt)
    return {
        **{name: groups.size(where(items)) for name, where in OPEN_COUNTS.items()},
        "days_overdue_oldest": np.maximum(np.nan_to_num(longest), 0),
        "next_due_date": coming,
        "next_due_amount": rounded(groups.sum(items.residual, is_next), digits),
        "oldest_item": groups.least(items.id, is_debt & (items.due == oldest)),
    }


def rounded(sums: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Return sums of amounts without what binary fractions added to them."""
    scale = 10.0**digits
    return np.rint(sums * scale) / scale


def places(items: Items, groups: Groups) -> np.ndarray:
    """Return the place of each item among those its debtor paid, from 0, last first."""
    return groups.rank(items.paid_on, items.is_paid)


def paid(items: Items, groups: Groups, place: np.ndarray) -> Facts:
    """Return how each debtor was invoiced, and how it paid; ``place`` is `places`."""
    is_paid = items.is_paid
    is_lately = place < TREND_ITEMS
    is_before = (place >= TREND_ITEMS) & (place < 2 * TREND_ITEMS)
    # Of two means the difference would be 7.000…1 where it is 7.
    trend = groups.sum(items.late, is_lately) - groups.sum(items.late, is_before)
    trend[groups.size(is_paid) < 2 * TREND_ITEMS] = np.nan
    slow = groups.mean(items.amount, items.is_counted & ~items.is_prompt)
    prompt = groups.mean(items.amount, items.is_counted & items.is_prompt)
    return {
        "days_late_avg": groups.mean(items.late, is_paid),
        "days_late_median": groups.median(items.late, is_paid),
        "days_late_max": groups.greatest(items.waited, items.is_counted),
        "late_trend_days": trend / TREND_ITEMS,
        "late_size_ratio": slow / prompt,
        "first_invoice_date": groups.least(items.issued),
        "last_invoice_date": groups.greatest(items.issued),
        **_invoices(items, groups),
        **{
            name: groups.share(some(items), whole(items))
            for name, (some, whole) in SHARES.items()
        },
    }


def is_wholly_paid(items: Items) -> np.ndarray:
    """Return which were paid, of invoices of which nothing is owed any more.

    One with an instalment that is still owed is not paid, whoever owes it.
    """
    return items.is_paid & ~np.isin(items.move, items.move[~items.is_settled])


def _invoices(items: Items, groups: Groups) -> Facts:
    """Return the facts that count invoices, whatever the number of their items."""
    at, number = pairs(items.debtor, items.move)
    invoices = Groups(items.debtor[at], groups.count)
    has_paid = np.bincount(number, weights=is_wholly_paid(items)) > 0
    is_knowing = np.bincount(number, weights=items.is_knowing) > 0
    return {
        "invoice_count": invoices.size(),
        "paid_invoice_count": invoices.size(has_paid),
        "bought_overdue_ratio": invoices.share(is_knowing),
    }


def recent_items(items: Items, groups: Groups, place: np.ndarray) -> list[list[int]]:
    """Return per debtor the ids of the items of its trend; ``place`` is `places`."""
    chosen = np.flatnonzero(place < 2 * TREND_ITEMS)
    chosen = chosen[np.lexsort((place[chosen], groups.of[chosen]))]
    ends = np.cumsum(np.bincount(groups.of[chosen], minlength=groups.count)).tolist()
    ids = items.id[chosen].tolist()
    return [ids[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def late_by_month(
    items: Items, groups: Groups, today: np.ndarray
) -> list[list[float | None]]:
    """Return per debtor the mean days late of what it paid in each of `MONTHS` months.

    The last is the month of ``today`` (per debtor); None where nothing was paid.
    """
    chosen = np.flatnonzero(items.is_paid)
    debtor = items.debtor[chosen]
    ago = month_number(today)[debtor] - month_number(items.paid_on[chosen])
    is_shown = (ago >= 0) & (ago < MONTHS)
    place = (debtor * MONTHS + MONTHS - 1 - ago)[is_shown]
    late = items.late[chosen][is_shown]
    months = Groups(place, groups.count * MONTHS).mean(late)
    return [
        [None if np.isnan(days) else round(days, 1) for days in row]
        for row in months.reshape(groups.count, MONTHS).tolist()
    ]


def reminded(
    items: Items, reminders: Reminders, groups: Groups, today: np.ndarray
) -> Facts:
    """Return how each debtor answers notices about what was overdue.

    An item answers the last notice before its payment; one that is owed and was last
    told of longer than `ANSWER_DAYS` ago did not hear it.

    :param today: per debtor.
    """
    row, at = matches(items.id, reminders.item)
    is_overdue = reminders.day[row] > items.due[at]
    row, at = row[is_overdue], at[is_overdue]
    day, notice = reminders.day[row].astype(float), reminders.notice[row]
    told = Groups(at, len(items.id))
    answered = told.greatest(day, day <= items.paid_on[at])
    wait = items.paid_on - answered
    is_answer = wait <= ANSWER_DAYS
    silent_days = today[items.debtor] - told.greatest(day)
    is_unheard = ~items.is_settled & (silent_days > ANSWER_DAYS)
    first, _number = pairs(items.debtor[at], notice)
    return {
        "days_after_reminder": groups.median(wait, ~np.isnan(wait)),
        "reminder_response_ratio": groups.share(
            is_answer, ~np.isnan(wait) | is_unheard
        ),
        "reminder_count": Groups(items.debtor[at][first], groups.count).size(),
    }
