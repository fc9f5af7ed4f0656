from odoo import api, fields, models
from odoo.tools import SQL

from .loose_many2one import LooseMany2one


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

    notice_id = LooseMany2one("receivables.dunning.notice", required=True, index=True)
    company_id = fields.Many2one(related="notice_id.company_id")
    move_line_id = LooseMany2one("account.move.line", string="Item")
    step_id = LooseMany2one("receivables.dunning.step")
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

    # What is not live never collides; it is in the index so that items are found by it.
    _step_told_once = models.UniqueIndex(
        "(move_line_id, step_id, occurrence, (CASE WHEN is_live THEN 0 ELSE id END))",
        "This step was told for this item already.",
    )

    @api.model
    def _forget(self, field_name, deleted):
        """Empty a reference to records that are deleted; nobody's rights are asked."""
        if not deleted:
            return
        self.flush_model([field_name])
        field = SQL.identifier(field_name)
        self.env.cr.execute(
            SQL(
                """UPDATE receivables_dunning_notice_line
                      SET %(field)s = NULL
                    WHERE %(field)s = ANY(%(ids)s)""",
                field=field,
                ids=deleted.ids,
            )
        )
        self.invalidate_model([field_name])
