from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _reconcile_post_hook(self, data):
        """Override of `account` to note whose debt changed."""
        result = super()._reconcile_post_hook(data)
        self.env["receivables.profile.stale"]._add(self)
        return result

    def write(self, vals):
        """Override of `account` to note whose due dates, partner or account changed."""
        if {"date_maturity", "partner_id", "account_id"}.isdisjoint(vals):
            return super().write(vals)
        stale = self.env["receivables.profile.stale"]
        posted = self.filtered(lambda line: line.parent_state == "posted")
        stale._add(posted)
        result = super().write(vals)
        if "partner_id" in vals or "account_id" in vals:
            stale._add(posted)
        return result
