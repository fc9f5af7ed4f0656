from odoo import api, models


class ReceivablesFrontPage(models.AbstractModel):
    _inherit = "receivables.front.page"

    @api.model
    def _step_action(self, name):
        if name == "load_invoices" and self.env["mx.sat.import"].has_access("create"):
            return self.env["ir.actions.act_window"]._for_xml_id(
                "mx_sat_sync.mx_sat_import_action"
            )
        return super()._step_action(name)
