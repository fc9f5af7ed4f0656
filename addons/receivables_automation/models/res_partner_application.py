from odoo import api, fields, models

from .res_partner_receivables import DEBT_READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    receivables_application_count = fields.Integer(
        string="Credit applications",
        compute="_compute_receivables_application_count",
        compute_sudo=False,
        groups=DEBT_READERS,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_receivables_application_count(self):
        counts = dict(
            self.env["receivables.credit.application"]._read_group(
                [
                    ("company_id", "=", self.env.company.id),
                    ("partner_id", "in", self.commercial_partner_id.ids),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            debtor = partner.commercial_partner_id._origin
            partner.receivables_application_count = counts.get(debtor, 0)

    def action_receivables_applications(self):
        """Return the credit applications of this contact's company; expects one."""
        self.ensure_one()
        debtor = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_credit_application_action"
        )
        return action | {
            "domain": [("partner_id", "=", debtor.id)],
            "context": {"default_partner_id": debtor.id},
            "display_name": debtor.display_name,
        }
