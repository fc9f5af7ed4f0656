from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    payment_link_ids = fields.Many2many(
        "payment.link",
        string="Payment links",
        compute="_compute_payment_link_ids",
        groups="receivables_automation.group_receivables_user,"
        "receivables_automation.group_receivables_auditor,"
        "sales_team.group_sale_salesman",
        export_string_translation=False,
    )

    def _compute_payment_link_ids(self):
        lines = self.env["payment.link.line"].search(
            [("move_line_id.move_id", "in", self.ids)]
        )
        by_move = lines.grouped("move_id")
        for move in self:
            move.payment_link_ids = by_move.get(move, lines.browse()).link_id

    def action_payment_link(self):
        """Open the payment link for what is open on these invoices."""
        items = self.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
            )
        )
        return items.action_payment_link()
