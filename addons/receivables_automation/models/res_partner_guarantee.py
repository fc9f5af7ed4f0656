from odoo import api, fields, models

from .res_partner_receivables import READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    receivables_guarantee_problem = fields.Text(
        string="Guarantees not counted",
        compute="_compute_receivables_guarantee_problem",
        compute_sudo=False,
        groups=READERS,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid", "lang")
    def _compute_receivables_guarantee_problem(self):
        guarantees = self.env["receivables.guarantee"].search(
            [
                ("company_id", "=", self.env.company.id),
                (
                    "partner_id.commercial_partner_id",
                    "in",
                    self.commercial_partner_id.ids,
                ),
            ]
        )
        problems = {
            debtor: "\n".join(some.filtered("problem").mapped("problem"))
            for debtor, some in guarantees.grouped(
                lambda one: one.partner_id.commercial_partner_id
            ).items()
        }
        for partner in self:
            debtor = partner.commercial_partner_id._origin
            partner.receivables_guarantee_problem = problems.get(debtor) or False
