from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: a paid link is paid, from this moment on."""
        partials = super().create(vals_list)
        self.env["payment.link"]._follow_items(partials.debit_move_id)
        return partials

    def unlink(self):
        """Override of `account`: a debt that reopens makes its link active again."""
        items = self.debit_move_id
        result = super().unlink()
        self.env["payment.link"]._follow_items(items.exists())
        return result
