from odoo import models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_payment_links_providers(self):
        """Return the action of core's providers, which every link pays through."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "payment.action_payment_provider"
        )
