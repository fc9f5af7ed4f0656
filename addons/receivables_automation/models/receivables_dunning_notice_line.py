from odoo import fields, models


class ReceivablesDunningNoticeLine(models.Model):
    """An open item in a notice, with the step that was told of it.

    Offset, anchor and day are kept as they were: a plan that changes later never makes
    a step go out again.
    """

    _name = "receivables.dunning.notice.line"
    _description = "Item of a dunning notice"
    _order = "notice_id, id"
    # Written by the ten thousand: who and when is said by the notice.
    _log_access = False

    notice_id = fields.Many2one(
        "receivables.dunning.notice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="notice_id.company_id")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", index=True, ondelete="set null"
    )
    step_id = fields.Many2one("receivables.dunning.step", ondelete="set null")
    occurrence = fields.Integer(
        required=True, help="1 is the first time that this step was told, 2 a repeat."
    )
    offset_days = fields.Integer(required=True)
    anchor = fields.Char(required=True)
    date = fields.Date(required=True)
    amount_due = fields.Monetary(help="What was owed when the notice was made.")
    currency_id = fields.Many2one(related="notice_id.currency_id")
    is_live = fields.Boolean(
        default=True, help="Not of a notice that was held back or cancelled."
    )
    move_id = fields.Many2one(related="move_line_id.move_id")
    date_maturity = fields.Date(related="move_line_id.date_maturity")

    _step_told_once = models.UniqueIndex(
        "(move_line_id, step_id, occurrence) WHERE is_live",
        "This step was told for this item already.",
    )
