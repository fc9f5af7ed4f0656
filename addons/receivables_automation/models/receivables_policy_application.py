from odoo import models

from .receivables_credit_application import OPEN_STATES


class ReceivablesPolicy(models.Model):
    _inherit = "receivables.policy"

    def _follow_versions(self):
        """Override: what is still to be checked is what the terms in force ask for."""
        result = super()._follow_versions()
        # Whoever puts terms in force need not be allowed to work on applications.
        self.env["receivables.credit.application"].sudo().search(
            [("policy_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        )._set_checks()
        return result
