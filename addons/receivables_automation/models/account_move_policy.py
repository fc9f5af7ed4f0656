from odoo import models

from .receivables_policy_version import text_hash


class AccountMove(models.Model):
    _inherit = "account.move"

    def _receivables_policy_version(self):
        """Return the version of its customer's policy on the invoice's day.

        Empty for what is no customer invoice. Expects one.
        """
        self.ensure_one()
        # The customer reads the public text; nothing else of it is shown.
        version = self.env["receivables.policy.version"].sudo()
        if self.move_type not in ("out_invoice", "out_receipt") or not self.partner_id:
            return version
        policy = self.partner_id._receivables_policy(self.company_id).sudo()
        day = self.invoice_date or self.company_id._receivables_today()
        return policy._versions_on(day).get(policy, version)

    def _receivables_public_text(self):
        """Return what the customer reads of its policy, in its language; '' if none."""
        version = self._receivables_policy_version()
        return version.with_context(lang=self.partner_id.lang).public_text or ""

    def _receivables_public_hash(self):
        """Return what tells the text shown from one that takes its place."""
        return text_hash(self._receivables_public_text())

    def _receivables_acknowledgment(self):
        """Return the customer's acknowledgment of these terms; may be empty."""
        version = self._receivables_policy_version()
        return version._acknowledgment_of(self.commercial_partner_id)
