from odoo import fields, models


class ReceivablesAudit(models.Model):
    _inherit = "receivables.audit"

    kind = fields.Selection(
        selection_add=[("application", "Credit application")],
        ondelete={"application": "cascade"},
    )
