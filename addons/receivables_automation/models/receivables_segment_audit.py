from odoo import api, models


class ReceivablesSegment(models.Model):
    _name = "receivables.segment"
    _inherit = ["receivables.segment", "receivables.audit.mixin"]

    @api.model
    @api.private
    def _receivables_audit_kind(self):
        """Override: a segment's own condition, order and plan."""
        return "segment"
