from odoo import fields, models


class ReceivablesCustomerPause(models.TransientModel):
    """Dialog that pauses notices to debtors until a day, with a reason."""

    _name = "receivables.customer.pause"
    _description = "Pause notices"

    profile_ids = fields.Many2many(
        "receivables.profile", string="Debtors", required=True, readonly=True
    )
    until = fields.Date(
        required=True,
        help="Up to and including this day nobody is reminded; it returns by itself.",
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Pause the debtors; expects one dialog."""
        self.ensure_one()
        self.profile_ids._pause(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
