from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Override of `account` to note whose debt is open again."""
        self.env["receivables.profile.stale"]._add(
            self.debit_move_id | self.credit_move_id
        )
        return super().unlink()
