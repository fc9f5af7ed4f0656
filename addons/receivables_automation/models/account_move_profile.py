from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _receivables_note_change(self):
        """Have the debtors of these entries computed anew, and of what they settle.

        Another customer may have paid: an entry in draft keeps what it is matched with,
        but is no money any more.
        """
        items = self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        items |= items.matched_debit_ids.debit_move_id
        items |= items.matched_credit_ids.credit_move_id
        self.env["receivables.profile.stale"]._add(items)

    def _post(self, soft=True):
        """Override of `account` to note whose debt changed."""
        posted = super()._post(soft)
        posted._receivables_note_change()
        return posted

    def button_draft(self):
        """Override of `account` to note whose debt changed."""
        result = super().button_draft()
        self._receivables_note_change()
        return result

    def button_cancel(self):
        """Override of `account` to note whose debt changed."""
        result = super().button_cancel()
        self._receivables_note_change()
        return result
