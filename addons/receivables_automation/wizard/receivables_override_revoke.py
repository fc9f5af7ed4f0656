from odoo import fields, models


class ReceivablesOverrideRevoke(models.TransientModel):
    """Dialog that takes releases back, with a reason."""

    _name = "receivables.override.revoke"
    _description = "Revoke releases"

    override_ids = fields.Many2many(
        "receivables.override", string="Releases", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Revoke the releases; expects one dialog."""
        self.ensure_one()
        self.override_ids._revoke(self.reason)
        return {"type": "ir.actions.act_window_close"}
