import operator
from datetime import timedelta
from functools import partial

import numpy as np
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..core.copy_columns import day_number
from ..core.debtor_facts import OPEN_COUNTS, OPEN_SUMS, SHARES, is_wholly_paid

COMPARISONS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# Below a bound it is what is missing that proves; above it, what is there.
AT_MOST = ("<", "<=")

# Which of what is open, of any kind, speaks of a fact.
OPEN = OPEN_SUMS | OPEN_COUNTS
# Which invoice items do, where it is no share; some are compared with its value.
ITEMS = {
    "days_late_avg": lambda items, meets: meets(items.late),
    "days_late_median": lambda items, meets: meets(items.late),
    "days_late_max": lambda items, meets: items.is_counted & meets(items.waited),
    "days_since_first_invoice": lambda items, meets: items.is_first,
    "late_size_ratio": lambda items, meets: items.is_counted & ~items.is_prompt,
    "paid_invoice_count": lambda items, meets: is_wholly_paid(items),
    "invoice_count": lambda items, meets: np.full(len(items.id), True),
}
# What people told: model and domain.
RECORDS = {
    "promised_count": ("receivables.promise", [("state", "!=", "cancelled")]),
    "broken_promise_count": ("receivables.promise", [("state", "=", "broken")]),
    "disputed_count": ("receivables.dispute", [("state", "!=", "withdrawn")]),
    "open_dispute_amount": ("receivables.dispute", [("state", "=", "open")]),
}
# Days since the last one of them: of what none is there, or one, in so many days.
MOMENTS = {
    "days_since_invoice": [("display_type", "=", "payment_term"), ("balance", ">", 0)],
    "days_since_payment": [
        ("balance", "<", 0),
        ("journal_id.type", "in", ("bank", "cash", "credit")),
    ],
}
# What counts for "at most so many days" counts against "more".
SINCE = {"<=": ">=", ">": ">=", "<": ">", ">=": ">", "=": "=", "!=": "!="}
REMINDER_FACTS = ("reminder_count", "reminder_response_ratio", "days_after_reminder")


class ReceivablesProfile(models.Model):
    """The records behind each fact of one debtor."""

    _inherit = "receivables.profile"

    def _evidence(self, leaf):
        """Return the records that make a comparison hold; None where nothing can show.

        Above a bound, what was counted; below one, what was counted against it, and for
        counts that may be none at all: no record is the proof. Expects one profile.
        """
        self.ensure_one()
        if leaf.operator not in COMPARISONS or leaf.value is None:
            return None
        if leaf.field in MOMENTS:
            return self._moments(leaf)
        if leaf.field == "bought_overdue_ratio":
            is_knowing = leaf.operator not in AT_MOST
            return self._items_where(lambda items: items.is_knowing == is_knowing)
        if leaf.field in REMINDER_FACTS:
            return self._reminders()
        if leaf.field in RECORDS:
            model, domain = RECORDS[leaf.field]
            return self.env[model].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("partner_id", "=", self.partner_id.id),
                    *domain,
                ]
            )
        if condition := self._open_condition(leaf):
            return self._open_where(condition)
        condition = self._item_condition(leaf)
        return condition and self._items_where(condition)

    @api.model
    def _open_condition(self, leaf):
        """Return what tells the entries behind a comparison among `OpenItems`."""
        if leaf.value is False:
            return None
        if leaf.field == "days_overdue_oldest":
            meets = partial(_meets, COMPARISONS[leaf.operator], leaf.value)
            return lambda items: items.is_overdue & meets(items.days)
        return OPEN.get(leaf.field)

    @api.model
    def _item_condition(self, leaf):
        """Return what tells the items behind a comparison among `Items`, or None."""
        fact, bound = leaf.field, leaf.value
        if fact in SHARES:
            some, whole = SHARES[fact]
            if bound is False:
                return whole
            is_against = leaf.operator in AT_MOST
            return lambda items: whole(items) & (some(items) != is_against)
        if bound is False:
            return None
        if fact not in ITEMS:
            return None
        meets = partial(_meets, COMPARISONS[leaf.operator], bound)
        return lambda items: ITEMS[fact](items, meets)

    def _moments(self, leaf):
        """Return the items of the days that a comparison of days since speaks of.

        More days than a bound: that none is there since then is the proof.
        """
        since = []
        if leaf.value is not False:
            day = self.day - timedelta(days=leaf.value)
            since = [("date", SINCE[leaf.operator], day)]
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                *MOMENTS[leaf.field],
                *since,
            ],
            order="date, id",
        )

    def action_paid_in_month(self):
        """Return the items of which this debtor paid the last money in a month.

        Context key `receivables_month`: a day of it. Expects one profile.
        """
        self.ensure_one()
        first = fields.Date.to_date(self.env.context["receivables_month"])
        first = first.replace(day=1)
        start = day_number(first)
        end = day_number(first + relativedelta(months=1))
        items = self._items_where(
            lambda items: (items.paid_on >= start) & (items.paid_on < end)
        )
        action = self.env["account.move.line"].action_receivables_open_items()
        title = self.env._(
            "%(customer)s: paid in %(month)s",
            customer=self.partner_id.display_name,
            month=format_date(self.env, first, date_format="MMMM y"),
        )
        return action | {
            "domain": [("id", "in", items.ids)],
            "context": {"create": False},
            "name": title,
            "display_name": title,
        }

    def _items_where(self, condition):
        """Return the invoice items of this debtor that ``condition`` tells of them."""
        items, _debtors = self._read_ledger(self.company_id, self.partner_id).items()
        return self._chosen(items, condition)

    def _open_where(self, condition):
        """Return the open entries of this debtor that ``condition`` tells of them."""
        ledger = self._read_ledger(self.company_id, self.partner_id)
        items, _debtors = ledger.open_items()
        return self._chosen(items, condition)

    @api.model
    def _chosen(self, items, condition):
        found = np.flatnonzero(condition(items))
        found = found[np.lexsort((items.id[found], items.due[found]))]
        return self.env["account.move.line"].browse(items.id[found].tolist())

    def _reminders(self):
        """Return the notices sent to this debtor about something overdue."""
        notices = self.env["receivables.dunning.notice"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "sent"),
            ]
        )
        return notices.filtered(
            lambda notice: any(
                due and due < notice.date
                for due in notice.line_ids.mapped("date_maturity")
            )
        )


def _meets(compare, bound, values):
    """Return where values are known and compare with ``bound`` as asked."""
    return compare(values, bound) & ~np.isnan(values)
