"""The facts of a debtor's profile, read from its history.

Names and meanings are those of `receivables.profile`; the computation is another one,
in plain Python, so that neither can inherit the other's mistakes. None is what nothing
has measured.
"""

from collections import Counter
from statistics import mean, median

from .history import History, Invoice

TREND_ITEMS = 6
ANSWER_DAYS = 5
LONG_OVERDUE = 30
# Appel et al. 2020 call an invoice of Latin America late after five days.
PROMPT_DAYS = 5
RECENT_DAYS = 90

Facts = dict[str, float | int | None]


def facts_of(history: History) -> Facts:
    """Return the profile's facts of one debtor on ``history.today``."""
    today = history.today
    invoices = history.invoices
    owed = [one for one in invoices if one.is_open]
    overdue = [one for one in owed if one.due < today]
    return (
        _owed(owed, overdue, today)
        | _paid(invoices, overdue, today)
        | _then_and_now(invoices, today)
        | _habits(invoices, overdue, today)
        | _reminded(history)
        | _told(history)
    )


def _is_paid(invoice: Invoice) -> bool:
    """Return whether an invoice was settled, and some of it with money."""
    return not invoice.is_open and bool(invoice.payments)


def _paid_on(invoice: Invoice) -> int:
    return max(day for day, _amount in invoice.payments)


def _late(invoice: Invoice) -> int:
    return _paid_on(invoice) - invoice.due


def _is_prompt(invoice: Invoice) -> bool:
    return _is_paid(invoice) and _late(invoice) <= PROMPT_DAYS


def _share(some: list, whole: list) -> float | None:
    return len(some) / len(whole) if whole else None


def _owed(owed: list[Invoice], overdue: list[Invoice], today: int) -> Facts:
    def between(first: int, last: int) -> int:
        return sum(one.residual for one in owed if first <= today - one.due <= last)

    return {
        "open_amount": sum(one.residual for one in owed),
        "overdue_amount": sum(one.residual for one in overdue),
        "amount_1_30": between(1, 30),
        "amount_31_60": between(31, 60),
        "amount_61_90": between(61, 90),
        "amount_over_90": between(91, 9999),
        "open_item_count": len(owed),
        "partial_item_count": sum(bool(one.payments or one.credits) for one in owed),
        "days_overdue_oldest": max((today - one.due for one in overdue), default=0),
    }


def _paid(invoices: list[Invoice], overdue: list[Invoice], today: int) -> Facts:
    paid = [one for one in invoices if _is_paid(one)]
    paid.sort(key=lambda one: (_paid_on(one), one.number))
    late = [_late(one) for one in paid]
    measured = len(paid) + len(overdue)
    trend = None
    if len(late) >= 2 * TREND_ITEMS:
        before = late[-2 * TREND_ITEMS : -TREND_ITEMS]
        trend = mean(late[-TREND_ITEMS:]) - mean(before)
    issued = [one.issued for one in invoices]
    moments = [day for one in invoices for day, _amount in one.payments]
    return {
        "invoice_count": len(invoices),
        "paid_invoice_count": len(paid),
        "days_late_avg": mean(late) if late else None,
        "days_late_median": median(late) if late else None,
        "on_time_ratio": (
            sum(days <= 0 for days in late) / measured if measured else None
        ),
        "late_trend_days": trend,
        "days_since_first_invoice": today - min(issued) if issued else None,
        "days_since_invoice": today - max(issued) if issued else None,
        "days_since_payment": today - max(moments) if moments else None,
    }


def _then_and_now(invoices: list[Invoice], today: int) -> Facts:
    """Return how promptly it paid what fell due long ago, and what did of late."""
    due = [
        one
        for one in invoices
        if one.due + PROMPT_DAYS < today and (one.is_open or _is_paid(one))
    ]
    earlier = [one for one in due if today - one.due > RECENT_DAYS]
    recent = [one for one in due if today - one.due <= RECENT_DAYS]
    slow = [one.amount for one in due if not _is_prompt(one)]
    prompt = [one.amount for one in due if _is_prompt(one)]
    return {
        "earlier_prompt_ratio": _share(list(filter(_is_prompt, earlier)), earlier),
        "recent_prompt_ratio": _share(list(filter(_is_prompt, recent)), recent),
        "late_size_ratio": mean(slow) / mean(prompt) if slow and prompt else None,
        "days_late_max": max(
            (today - one.due if one.is_open else _late(one) for one in due),
            default=None,
        ),
    }


def _habits(invoices: list[Invoice], overdue: list[Invoice], today: int) -> Facts:
    with_money = [one for one in invoices if one.payments]
    in_parts = [
        one
        for one in with_money
        if one.is_open or len({day for day, _amount in one.payments}) > 1
    ]
    slow_days = [
        _paid_on(one) for one in invoices if _is_paid(one) and not _is_prompt(one)
    ]
    oldest = min((one.due for one in overdue), default=today)
    since = [one for one in invoices if oldest < one.due < today]
    due = [one for one in invoices if one.due < today]
    return {
        "partial_payment_ratio": _share(in_parts, with_money),
        "paid_since_oldest_ratio": _share(list(filter(_is_paid, since)), since),
        "paid_together_ratio": _share(
            [day for day in slow_days if slow_days.count(day) > 2], slow_days
        ),
        "late_correction_ratio": _share(
            [one for one in due if any(day > one.due for day, _ in one.credits)], due
        ),
        "bought_overdue_ratio": _share(
            [one for one in invoices if _was_long_overdue(invoices, one.issued)],
            invoices,
        ),
    }


def _was_long_overdue(invoices: list[Invoice], day: int) -> bool:
    """Return whether something had been overdue for long on a day."""
    return any(
        one.due + LONG_OVERDUE < day
        and (one.is_open or max(when for when, _ in one.payments + one.credits) > day)
        for one in invoices
        if one.issued < day
    )


def _reminded(history: History) -> Facts:
    """Return what came of reminders about overdue invoices."""
    waits, asked = [], 0
    for invoice in history.invoices:
        if _is_paid(invoice):
            paid_on = _paid_on(invoice)
            before = [day for day in invoice.reminders if day <= paid_on]
            if before:
                waits.append(paid_on - before[-1])
                asked += 1
        elif invoice.is_open and invoice.reminders:
            asked += history.today - invoice.reminders[-1] > ANSWER_DAYS
    answered = [days for days in waits if days <= ANSWER_DAYS]
    sent = history.reminders
    arrived = [one for one in sent if not one.bounced]
    opened = [one for one in arrived if one.opened]
    replied = [one for one in arrived if one.replied]
    return {
        "reminder_count": len(sent),
        "reminder_response_ratio": len(answered) / asked if asked else None,
        "days_after_reminder": median(waits) if waits else None,
        "reminder_open_ratio": _share(opened, arrived),
        "reminder_reply_ratio": _share(replied, arrived),
        "reminder_bounce_count": len(sent) - len(arrived),
    }


def _told(history: History) -> Facts:
    """Return what people and machines have told."""
    disputes = history.disputes
    owed = Counter({one.number: one.residual for one in history.invoices})
    cancelled = [one for one in history.invoices if one.cancelled_on is not None]
    return {
        "promised_count": len(history.promises),
        "broken_promise_count": sum(one.kept is False for one in history.promises),
        "disputed_count": len(disputes),
        "open_dispute_amount": sum(
            min(one.amount, owed[one.number])
            for one in disputes
            if one.closed_on is None
        ),
        "plan_request_count": len(history.plan_requests),
        "cancelled_cfdi_count": len(cancelled),
        "returned_payment_count": len(history.returned_payments),
    }
