from odoo import api, models


class ReceivablesGuarantee(models.Model):
    _name = "receivables.guarantee"
    _inherit = ["receivables.guarantee", "receivables.audit.mixin"]

    @api.model
    @api.private
    def _receivables_audit_kind(self):
        """Override: what may be owed beyond the limit."""
        return "limit"
