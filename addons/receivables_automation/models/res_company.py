import pytz

from odoo import fields, models

from ..core.time_zones import zone_of_state
from .res_partner_receivables import READERS

# Every employee may read a company; what finance decides is not for all of them.
SETTINGS_READERS = f"{READERS},base.group_system"


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_is_sample = fields.Boolean(
        string="Sample company",
        readonly=True,
        copy=False,
        help="Filled with invented customers and invoices, to try things out.",
    )

    receivables_payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Usual payment term",
        check_company=True,
        help="For invoices without a due date, of customers without a term.",
    )
    receivables_policy_id = fields.Many2one(
        "receivables.policy",
        string="Usual credit policy",
        check_company=True,
        help="For customers without a policy of their own.",
    )
    receivables_same_payment_days = fields.Integer(
        string="Days between reports of one payment",
        default=5,
        help="Money of the same customer and amount that comes by two ways within these"
        " days, such as a payment link and SAT's complement, is taken for one payment.",
    )

    receivables_capital_cost = fields.Float(
        string="Cost of capital (% a year)",
        default=20.0,
        groups=SETTINGS_READERS,
        help="What money costs this company elsewhere. An early-payment discount that"
        " costs more is pointed out, and credit given as a reward is priced with it.",
    )

    _receivables_capital_cost_range = models.Constraint(
        "CHECK (receivables_capital_cost BETWEEN 0 AND 1000)",
        "The cost of capital is between 0 and 1,000 % a year.",
    )
    receivables_segment_days = fields.Integer(
        string="Days before a debtor changes segment",
        default=2,
        help="On so many days its facts have to point to another segment. Whoever has"
        " none gets one at once.",
    )

    _receivables_segment_days_range = models.Constraint(
        "CHECK (receivables_segment_days BETWEEN 1 AND 30)",
        "Days before a debtor changes segment: from 1 to 30.",
    )
    _receivables_same_payment_days_range = models.Constraint(
        "CHECK (receivables_same_payment_days BETWEEN 0 AND 60)",
        "Days between two reports of one payment: from 0 to 60.",
    )

    def _receivables_load_sample(self):
        """Fill this company with the sample story; expects one company.

        Without effect the second time. See `receivables.sample`.

        :raises UserError: the company already has journal entries of its own.
        """
        self.ensure_one()
        self.env["receivables.sample"]._load(self)

    def _receivables_now(self):
        """Return the current moment in UTC, naive: the one clock of the suite."""
        return fields.Datetime.now()

    def _receivables_today(self):
        """Return today's date where this company is; expects one company.

        The company's zone, else its state's, never the user's: after 18:00 in Mexico,
        UTC is tomorrow, and an invoice would be overdue for some and not for others.
        """
        return self._receivables_day(self._receivables_now())

    def _receivables_day(self, moment):
        """Return the date of a UTC moment where this company is; expects one."""
        self.ensure_one()
        # Whoever may see the ledger may know the date, if not the company's address.
        address = self.sudo().partner_id
        zone = pytz.timezone(address.tz or zone_of_state(address.state_id.code))
        return pytz.utc.localize(moment).astimezone(zone).date()
