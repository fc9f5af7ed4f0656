from odoo import api, fields, models


class ReceivablesDisputeClose(models.TransientModel):
    """Dialog that ends a case, with the answer to the customer."""

    _name = "receivables.dispute.close"
    _description = "Close dispute"

    dispute_id = fields.Many2one(
        "receivables.dispute",
        string="Case",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    state = fields.Selection(
        [
            ("accepted", "Accept"),
            ("rejected", "Reject"),
            ("withdrawn", "Withdraw"),
        ],
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(string="Accepted amount")
    answer = fields.Char(required=True)
    proposes_credit_note = fields.Boolean(compute="_compute_proposes_credit_note")

    @api.depends("state", "dispute_id")
    def _compute_proposes_credit_note(self):
        for dialog in self:
            is_entry = dialog.dispute_id.move_id.move_type == "entry"
            dialog.proposes_credit_note = dialog.state == "accepted" and not is_entry

    def action_apply(self):
        """End the case; expects one dialog."""
        self.ensure_one()
        is_accepted = self.state == "accepted"
        self.dispute_id._close(
            self.state, self.answer, self.amount if is_accepted else None
        )
        return {"type": "ir.actions.act_window_close"}
