from odoo import api, fields, models
from odoo.tools import SQL

from ..core import habits

# What of the judged items (see `receivables_profile_items.py`) a share counts, and of
# which: the figure and the records behind it are the same rows.
SHARES = {
    "earlier_prompt_ratio": (
        SQL("is_prompt"),
        SQL("is_counted AND days > %s", habits.RECENT_DAYS),
    ),
    "recent_prompt_ratio": (
        SQL("is_prompt"),
        SQL("is_counted AND days <= %s", habits.RECENT_DAYS),
    ),
    "partial_payment_ratio": (
        SQL("NOT is_settled OR first < last"),
        SQL("first IS NOT NULL"),
    ),
    "paid_since_oldest_ratio": (
        SQL("paid_on IS NOT NULL"),
        SQL("days > 0 AND due > oldest"),
    ),
    "paid_together_ratio": (SQL("together >= %s", habits.PILED_ITEMS), SQL("is_late")),
    "late_correction_ratio": (SQL("is_corrected"), SQL("days > 0")),
}


class ReceivablesProfile(models.Model):
    """How a debtor pays: what tells one kind from another, from ledger and reminders.

    Each invoice item counts by its own due date. A share of nothing is empty (NULL).
    """

    _inherit = "receivables.profile"

    days_since_first_invoice = fields.Integer(
        string="Days since first invoice", readonly=True, aggregator="max"
    )
    earlier_prompt_ratio = fields.Float(
        string="Paid promptly before",
        readonly=True,
        aggregator="avg",
        help="Of what fell due more than 90 days ago: paid within 5 days.",
    )
    recent_prompt_ratio = fields.Float(
        string="Paid promptly of late",
        readonly=True,
        aggregator="avg",
        help="Of what fell due in the last 90 days, the last 5 left out: paid within 5"
        " days.",
    )
    days_late_max = fields.Integer(
        string="Days late (longest)",
        readonly=True,
        aggregator="max",
        help="Of any item, paid or still owed.",
    )
    late_size_ratio = fields.Float(
        string="Size of what is late",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Mean amount of what was not paid within 5 days, over that of what was;"
        " above 1, the large ones wait.",
    )
    partial_payment_ratio = fields.Float(
        string="Paid in parts",
        readonly=True,
        aggregator="avg",
        help="Of the items that took money: on more than one day, or not yet all.",
    )
    paid_since_oldest_ratio = fields.Float(
        string="Paid since the oldest debt",
        readonly=True,
        aggregator="avg",
        help="Of what fell due after the oldest overdue debt: paid.",
    )
    paid_together_ratio = fields.Float(
        string="Late ones paid at once",
        readonly=True,
        aggregator="avg",
        help="Of what was paid more than 5 days late: on one day with two others.",
    )
    late_correction_ratio = fields.Float(
        string="Corrected after due",
        readonly=True,
        aggregator="avg",
        help="Of what fell due: took a credit note after its due date.",
    )
    bought_overdue_ratio = fields.Float(
        string="Bought while overdue",
        readonly=True,
        aggregator="avg",
        help="Invoices issued while something was overdue for more than 30 days.",
    )
    reminder_count = fields.Integer(
        string="Reminders",
        readonly=True,
        help="Notices sent about something that was overdue.",
    )
    days_after_reminder = fields.Float(
        string="Days from reminder to payment",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Half of the reminded items were paid later than this after the last one.",
    )
    # What other sources tell: empty until they do.
    promised_count = fields.Integer(string="Promises made", readonly=True)
    disputed_count = fields.Integer(string="Disputes raised", readonly=True)
    plan_request_count = fields.Integer(string="Payment plans asked for", readonly=True)
    reminder_open_ratio = fields.Float(
        string="Reminders opened", readonly=True, aggregator="avg"
    )
    reminder_reply_ratio = fields.Float(
        string="Reminders answered", readonly=True, aggregator="avg"
    )
    reminder_bounce_count = fields.Integer(string="Reminders bounced", readonly=True)
    cancelled_cfdi_count = fields.Integer(string="CFDI cancelled", readonly=True)
    returned_payment_count = fields.Integer(string="Payments returned", readonly=True)

    @api.model
    def _habit_ctes(self):
        """Return the SQL of `reminded` and `sent`, a row per debtor each.

        On the items of `_item_ctes`.
        """
        return SQL(
            """
told AS (
    SELECT line.move_line_id AS id, notice.id AS notice_id, notice.date,
           known.company_id, known.partner_id, known.paid_on, known.is_settled
      FROM known
      JOIN receivables_dunning_notice_line line ON line.move_line_id = known.id
      JOIN receivables_dunning_notice notice ON notice.id = line.notice_id
     WHERE notice.state = 'sent' AND notice.date > known.due
),
answer AS (
    SELECT id, company_id, partner_id,
           min(paid_on) - max(date) FILTER (WHERE date <= paid_on) AS wait,
           NOT bool_or(is_settled) AND max(today.day) - max(date) > %(answer)s
               AS is_unheard
      FROM told
      JOIN today USING (company_id)
     GROUP BY id, company_id, partner_id
),
reminded AS (
    SELECT company_id, partner_id,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS days_after_reminder,
           count(*) FILTER (WHERE wait <= %(answer)s)::float8
               / NULLIF(count(*) FILTER (WHERE wait IS NOT NULL OR is_unheard), 0)
               AS reminder_response_ratio
      FROM answer
     GROUP BY company_id, partner_id
),
sent AS (
    SELECT company_id, partner_id, count(DISTINCT notice_id) AS reminder_count
      FROM told
     GROUP BY company_id, partner_id
)
            """,
            answer=habits.ANSWER_DAYS,
        )

    @api.model
    def _habit_sums(self):
        """Return the SQL of the facts that are sums over the items of `judged`."""
        sums = [
            SQL(
                "count(*) FILTER (WHERE (%(some)s) AND (%(whole)s))::float8"
                " / NULLIF(count(*) FILTER (WHERE %(whole)s), 0) AS %(name)s",
                some=some,
                whole=whole,
                name=SQL.identifier(name),
            )
            for name, (some, whole) in SHARES.items()
        ]
        sums += [
            SQL(
                "max(COALESCE(paid_on - due, days)) FILTER (WHERE is_counted)"
                " AS days_late_max"
            ),
            SQL(
                "avg(amount) FILTER (WHERE is_counted AND NOT is_prompt)"
                " / avg(amount) FILTER (WHERE is_counted AND is_prompt)"
                " AS late_size_ratio"
            ),
            SQL(
                "count(DISTINCT move_id) FILTER (WHERE is_knowing)::float8"
                " / count(DISTINCT move_id) AS bought_overdue_ratio"
            ),
        ]
        return SQL(", ").join(sums)

    @api.model
    def _habit_columns(self):
        """Return {field: SQL of its value} of how a debtor pays."""
        of_paid = (*SHARES, "bought_overdue_ratio", "days_late_max", "late_size_ratio")
        of_reminded = ("days_after_reminder", "reminder_response_ratio")
        return {
            **{name: SQL.identifier("paid", name) for name in of_paid},
            **{name: SQL.identifier("reminded", name) for name in of_reminded},
            "days_since_first_invoice": SQL("today.day - paid.first_invoice_date"),
            "reminder_count": SQL("COALESCE(sent.reminder_count, 0)"),
        }
