"""When an issued invoice falls due: a CFDI does not say, so a rule has to."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from .payment_conditions import MAX_DAYS, read_condition


@dataclass(frozen=True, slots=True)
class Terms:
    """Days from the invoice's date, each ``None`` where nothing was agreed."""

    customer: int | None = None
    policy: int | None = None
    company: int | None = None


@dataclass(frozen=True, slots=True)
class DueDate:
    """A due date, the rule it came from, and the text or value that the rule read.

    ``rule`` is ``pue_month_end``, ``condition_date``, ``condition_days``,
    ``condition_cash``, ``term_customer``, ``term_policy``, ``term_company`` or
    ``issue_date``.
    """

    date: date
    rule: str
    source: str


def find_due_date(issued: date, method: str, conditions: str, terms: Terms) -> DueDate:
    """Return when an invoice falls due; the first rule that knows decides.

    1. PUE: the last day of its month, whatever ``conditions`` says (RMF 2.7.1.39:
       paid in one payment at the latest on the last day of the month of issue).
    2. ``conditions`` (CondicionesDePago): what was agreed for this very invoice, so
       before what was agreed in general; only where it holds days or a date.
    3. The customer's payment term, the policy's, the company's.
    4. The date of issue: without a term a debt is due at once.

    >>> find_due_date(date(2026, 2, 3), "PUE", "", Terms()).date
    datetime.date(2026, 2, 28)

    :raises ValueError: a term is negative or longer than ``MAX_DAYS``.
    """
    if method == "PUE":
        last_day = calendar.monthrange(issued.year, issued.month)[1]
        return DueDate(issued.replace(day=last_day), "pue_month_end", method)
    condition = read_condition(conditions, issued)
    if condition:
        return DueDate(condition.date, f"condition_{condition.kind}", conditions)
    for rule, days in (
        ("term_customer", terms.customer),
        ("term_policy", terms.policy),
        ("term_company", terms.company),
    ):
        if days is not None:
            if not 0 <= days <= MAX_DAYS:
                raise ValueError(f"A payment term of {days} days is no term.")
            return DueDate(issued + timedelta(days=days), rule, str(days))
    return DueDate(issued, "issue_date", issued.isoformat())
