from odoo import api, fields, models
from odoo.fields import Domain

from .res_partner_receivables import COMPARE, READERS


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    limit_review_on = fields.Date(
        string="Limit to review since",
        compute="_compute_limit_review_on",
        search="_search_limit_review_on",
        compute_sudo=False,
        groups=READERS,
    )

    @api.depends("partner_id", "company_id")
    def _compute_limit_review_on(self):
        found = self.env["receivables.limit.review"].search_fetch(
            [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "=", "open"),
            ],
            ["company_id", "partner_id", "due_on"],
        )
        days = {(one.company_id, one.partner_id): one.due_on for one in found}
        for profile in self:
            key = profile.company_id, profile.partner_id
            profile.limit_review_on = days.get(key)

    def _search_limit_review_on(self, operator, value):
        if operator not in COMPARE:
            return NotImplemented
        found, is_without = self.env["receivables.limit.review"]._searched(
            Domain.TRUE, operator, value
        )
        domain = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", reviews.partner_id.ids)
            for company, reviews in found.grouped("company_id").items()
        )
        return ~domain if is_without else domain
