from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _receivables_note_change(self):
        """Have the debtors of these entries computed anew."""
        self.env["receivables.profile.stale"]._add(self.line_ids)

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
