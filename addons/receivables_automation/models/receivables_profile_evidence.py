from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .receivables_profile_habits import SHARES

COMPARISONS = {sign: SQL(sign) for sign in ("=", "!=", "<", "<=", ">", ">=")}
# Below a bound it is what is missing that proves; above it, what is there.
AT_MOST = ("<", "<=")

# The shares of `receivables_profile_habits.py`, and the one that is counted by itself.
COUNTED = SHARES | {
    "on_time_ratio": (
        SQL("paid_on <= due"),
        SQL("paid_on IS NOT NULL OR NOT is_settled AND days > 0"),
    ),
}
# Which items speak of a fact that is no share; %s is the comparison with its value.
ITEMS = {
    "days_late_avg": "paid_on - due %s",
    "days_late_median": "paid_on - due %s",
    "days_late_max": "is_counted AND COALESCE(paid_on - due, days) %s",
    "days_overdue_oldest": "NOT is_settled AND days > 0 AND days %s",
    "days_since_first_invoice": "issued = first_issued",
    "late_size_ratio": "is_counted AND NOT is_prompt",
    "paid_invoice_count": "paid_on IS NOT NULL",
    "invoice_count": "TRUE",
    "open_amount": "NOT is_settled",
    "open_item_count": "NOT is_settled",
    "overdue_amount": "NOT is_settled AND days > 0",
    "amount_not_due": "NOT is_settled AND days <= 0",
    "amount_1_30": "NOT is_settled AND days BETWEEN 1 AND 30",
    "amount_31_60": "NOT is_settled AND days BETWEEN 31 AND 60",
    "amount_61_90": "NOT is_settled AND days BETWEEN 61 AND 90",
    "amount_over_90": "NOT is_settled AND days > 90",
    "partial_item_count": "NOT is_settled AND first IS NOT NULL",
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
            return self._judged_items(SQL("is_knowing = %s", is_knowing))
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
        condition = self._item_condition(leaf)
        return condition and self._judged_items(condition)

    @api.model
    def _item_condition(self, leaf):
        """Return the SQL that finds the judged items behind a comparison, or None."""
        if leaf.field in COUNTED:
            some, whole = COUNTED[leaf.field]
            if leaf.value is False:
                return whole
            if leaf.operator in AT_MOST:
                return SQL("(%s) AND (%s) IS NOT TRUE", whole, some)
            return SQL("(%s) AND (%s)", whole, some)
        if leaf.field not in ITEMS or leaf.value is False:
            return None
        text = ITEMS[leaf.field]
        if "%s" not in text:
            return SQL(text)  # pylint: disable=sql-injection
        bound = SQL("%s %s", COMPARISONS[leaf.operator], leaf.value)
        return SQL(text, bound)  # pylint: disable=sql-injection

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
                ("partner_id", "child_of", self.partner_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                *MOMENTS[leaf.field],
                *since,
            ],
            order="date, id",
        )

    def _judged_items(self, condition):
        """Return the invoice items of this debtor that meet an SQL condition."""
        self._flush_ledger()
        companies = self.company_id
        query = SQL(
            """
WITH %s
SELECT id
  FROM (SELECT judged.*, min(issued) OVER () AS first_issued FROM judged) item
 WHERE %s
 ORDER BY due, id
            """,
            self._item_ctes(
                companies, self._receivable_accounts(companies), self.partner_id
            ),
            condition,
        )
        ids = [row[0] for row in self.env.execute_query(query)]
        return self.env["account.move.line"].browse(ids)

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
