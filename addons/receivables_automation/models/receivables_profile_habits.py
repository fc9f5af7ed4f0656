from odoo import api, fields, models
from odoo.tools import SQL

from ..core.copy_columns import EPOCH
from ..core.debtor_facts import Reminders


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
    late_by_month = fields.Json(
        string="Days late, month by month",
        readonly=True,
        help="Mean of what was paid in each of the last 12 calendar months, the current"
        " one last; empty where nothing was paid.",
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
    def _read_reminders(self, debtors):
        """Return which items of ``debtors``, or of all, stood in notices sent."""
        for model in ("receivables.dunning.notice", "receivables.dunning.notice.line"):
            self.env[model].flush_model()
        return Reminders(
            **self._read_columns(
                {
                    "item": SQL("line.move_line_id"),
                    "notice": SQL("notice.id"),
                    "day": SQL("notice.date - DATE %s", EPOCH),
                },
                {},
                SQL(
                    """
receivables_dunning_notice notice
  JOIN receivables_dunning_notice_line line ON line.notice_id = notice.id
  JOIN account_move_line l ON l.id = line.move_line_id
 WHERE notice.state = 'sent' AND %s
                    """,
                    self._lines_of("l", debtors),
                ),
            )
        )
