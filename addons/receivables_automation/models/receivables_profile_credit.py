from odoo import api, fields, models

from .res_partner_credit import STATES
from .res_partner_receivables import READERS


class ReceivablesProfile(models.Model):
    """What a debtor uses of its credit, read now: nothing of it is stored."""

    _inherit = "receivables.profile"

    credit_state = fields.Selection(
        STATES,
        string="Credit",
        compute="_compute_credit",
    )
    credit_reason = fields.Text(string="Why on hold", compute="_compute_credit")
    has_credit_limit = fields.Boolean(compute="_compute_credit", groups=READERS)
    credit_limit = fields.Monetary(
        string="Limit", compute="_compute_credit", groups=READERS
    )
    credit_exposure = fields.Monetary(
        string="Exposure",
        compute="_compute_credit",
        groups=READERS,
        help="What is owed, and orders not invoiced yet, less guarantees and money that"
        " is applied to nothing.",
    )
    credit_used_percent = fields.Float(
        string="Used", compute="_compute_credit", groups=READERS
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_credit(self):
        for company, profiles in self.grouped("company_id").items():
            partners = profiles.partner_id.with_company(company)
            by_id = {partner.id: partner for partner in partners}
            for profile in profiles:
                profile._set_credit(by_id[profile.partner_id.id])

    def _set_credit(self, partner):
        self.credit_state = partner.receivables_credit_state
        self.credit_reason = partner.receivables_credit_reason
        # A salesperson learns the verdict; the amounts are the finance team's.
        if not self.env.su and not self.env.user.has_groups(READERS):
            return
        limit, exposure = partner.receivables_limit, partner.receivables_exposure
        self.has_credit_limit = partner.receivables_has_limit
        self.credit_limit = limit
        self.credit_exposure = exposure
        self.credit_used_percent = 100 * exposure / limit if limit else 0.0

    def action_change_limit(self):
        """Return the dialog in which the customer's limit is changed; expects one."""
        self.ensure_one()
        customer = self.partner_id.with_company(self.company_id)
        return customer.action_receivables_change_limit()
