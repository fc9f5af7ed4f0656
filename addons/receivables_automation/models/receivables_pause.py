from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class ReceivablesPause(models.Model):
    """No notice for an invoice up to a day; it ends by itself."""

    _name = "receivables.pause"
    _description = "Pause of notices"
    _order = "until desc, id"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('move_type', 'in', ('out_invoice', 'out_receipt', 'entry'))]",
    )
    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    until = fields.Date(
        required=True, help="No notice goes out up to and including this day."
    )
    reason = fields.Char(required=True, help="Why, for whoever asks later.")

    _move_unique = models.Constraint(
        "UNIQUE (move_id)",
        "This invoice has a pause already. Change its day instead.",
    )

    @api.constrains("until")
    def _check_until(self):
        for pause in self:
            today = pause.company_id._receivables_today()
            if pause.until < today:
                raise ValidationError(
                    self.env._(
                        "%(document)s cannot be paused until %(day)s, which is over."
                        " Choose today or a later day.",
                        document=pause.move_id.display_name,
                        day=format_date(self.env, pause.until),
                    )
                )

    def action_end(self):
        """End the pauses now, so that the next run takes the invoices up again."""
        self.unlink()
        return {"type": "ir.actions.act_window_close"}
