from odoo import fields, models


class ReceivablesPromiseCancel(models.TransientModel):
    """Dialog that takes promises back, with a reason."""

    _name = "receivables.promise.cancel"
    _description = "Cancel promise"

    promise_ids = fields.Many2many(
        "receivables.promise", string="Promises", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Cancel the promises; expects one dialog."""
        self.ensure_one()
        self.promise_ids._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
