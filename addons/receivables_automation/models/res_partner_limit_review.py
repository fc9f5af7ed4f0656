from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from .res_partner_receivables import COMPARE, READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    receivables_limit_review_on = fields.Date(
        string="Limit to review since",
        compute="_compute_receivables_limit_review_on",
        search="_search_receivables_limit_review_on",
        compute_sudo=False,
        groups=READERS,
        help="Nobody has changed or kept the limit for as long as the policy allows.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_receivables_limit_review_on(self):
        found = self.env["receivables.limit.review"].search_fetch(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("state", "=", "open"),
            ],
            ["partner_id", "due_on"],
        )
        days = {review.partner_id.id: review.due_on for review in found}
        for partner in self:
            debtor = partner.commercial_partner_id._origin
            partner.receivables_limit_review_on = days.get(debtor.id)

    def _search_receivables_limit_review_on(self, operator, value):
        if operator not in COMPARE:
            return NotImplemented
        own = Domain("company_id", "=", self.env.company.id)
        found, is_without = self.env["receivables.limit.review"]._searched(
            own, operator, value
        )
        domain = Domain("commercial_partner_id", "in", found.partner_id.ids)
        return ~domain if is_without else domain

    def _receivables_audit_log(self, rows):
        """Override: who changes or keeps a limit has reviewed it."""
        result = super()._receivables_audit_log(rows)
        looked_at = defaultdict(self.browse)
        for row in rows:
            if row["field_name"] == "credit_limit" and row["action"] != "create":
                looked_at[row["company"]] |= row["partner"]
        for company, customers in looked_at.items():
            self.env["receivables.limit.review"]._end(company, customers)
        return result
