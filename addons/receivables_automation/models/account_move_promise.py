from odoo import api, fields, models
from odoo.fields import Domain

from .account_move_dunning import WITH_SALES


class AccountMove(models.Model):
    _inherit = "account.move"

    receivables_promise_ids = fields.Many2many(
        "receivables.promise",
        string="Promises",
        compute="_compute_receivables_promise_ids",
        search="_search_receivables_promise_ids",
        compute_sudo=False,
        groups=WITH_SALES,
    )
    receivables_promise_count = fields.Integer(
        string="Promises made",
        compute="_compute_receivables_promise_ids",
        compute_sudo=False,
        groups=WITH_SALES,
    )

    @api.depends("line_ids.receivables_promise_ids.state")
    def _compute_receivables_promise_ids(self):
        promises = self.env["receivables.promise"].search(
            [("move_line_ids.move_id", "in", self.ids)]
        )
        by_move = {}
        for promise in promises:
            for move in promise.move_line_ids.move_id:
                by_move[move.id] = by_move.get(move.id, promises.browse()) | promise
        for move in self:
            move.receivables_promise_ids = by_move.get(move.id, promises.browse())
            move.receivables_promise_count = len(move.receivables_promise_ids)

    def _search_receivables_promise_ids(self, operator, value):
        if operator in ("any", "any!", "in"):
            return Domain("line_ids.receivables_promise_ids", operator, value)
        return NotImplemented

    def action_receivables_promise(self):
        """Return the form of a new promise about what is open of these documents."""
        return self._receivables_open_items().action_receivables_promise()

    def action_receivables_promises(self):
        """Return the promises about these documents."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_promise_action"
        )
        return action | {
            "domain": [("move_line_ids.move_id", "in", self.ids)],
            "context": {},
        }
