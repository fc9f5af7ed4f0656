from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    payment_link_days = fields.Integer(
        related="company_id.payment_link_days", readonly=False
    )

    def action_payment_links_providers(self):
        """Return the action of core's providers, which every link pays through."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "payment.action_payment_provider"
        )
