from odoo import api, fields, models

from .account_move_dunning import WITH_SALES


class AccountMove(models.Model):
    _inherit = "account.move"

    receivables_dispute_ids = fields.One2many(
        "receivables.dispute", "move_id", string="Disputes", groups=WITH_SALES
    )
    receivables_dispute_count = fields.Integer(
        string="Cases",
        compute="_compute_receivables_dispute_count",
        groups=WITH_SALES,
    )

    @api.depends("receivables_dispute_ids")
    def _compute_receivables_dispute_count(self):
        counts = dict(
            self.env["receivables.dispute"]._read_group(
                [("move_id", "in", self.ids)], ["move_id"], ["__count"]
            )
        )
        for document in self:
            document.receivables_dispute_count = counts.get(document, 0)

    def action_receivables_dispute(self):
        """Return the form of a new case about this document; expects one."""
        self.ensure_one()
        return self.env["receivables.dispute"]._action_new(move_id=self.id)

    def action_receivables_disputes(self):
        """Return the cases about these documents."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_dispute_action"
        )
        return action | {"domain": [("move_id", "in", self.ids)], "context": {}}
