from odoo import api, models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "receivables.audit.mixin"]

    _receivables_audit_life = False

    @api.model
    @api.private
    def _receivables_audit_fields(self):
        """Override: what a company gives every customer without own terms."""
        return {
            "receivables_policy_id": "policy",
            "receivables_payment_term_id": "policy",
        }

    @api.private
    def _receivables_audit_subject(self, field):
        """Override: the company itself; no customer."""
        return self, None
