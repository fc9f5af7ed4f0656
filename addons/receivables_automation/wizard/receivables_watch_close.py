from odoo import fields, models


class ReceivablesWatchClose(models.TransientModel):
    """Dialog that takes debtors off the watch list, with a reason."""

    _name = "receivables.watch.close"
    _description = "Take off the watch list"

    watch_ids = fields.Many2many(
        "receivables.watch", string="Debtors", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Close the entries; expects one dialog."""
        self.ensure_one()
        self.watch_ids._close(self.reason)
        return {"type": "ir.actions.act_window_close"}
