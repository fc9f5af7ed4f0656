from odoo import api, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "receivables.audit.mixin"]

    # A contact is no decision; what it is given may be one.
    _receivables_audit_life = False

    @api.model
    @api.private
    def _receivables_audit_fields(self):
        """Override: what decides on a customer's credit."""
        return {"credit_limit": "limit", "receivables_policy_id": "policy"}

    @api.private
    def _receivables_audit_subject(self, field):
        """Override: the customer itself, in the company whose value it is."""
        return self.env.company, self

    @api.private
    def _receivables_audited(self):
        """Override: contacts of a company only repeat what was decided for it."""
        return self.filtered(lambda one: one == one.commercial_partner_id)

    @api.private
    def _receivables_audit_text(self, name):
        """Override: core's limit is a bare number; the log names its currency."""
        if name != "credit_limit":
            return super()._receivables_audit_text(name)
        currency = self.env.company.currency_id
        return f"{self[name]:.{currency.decimal_places}f} {currency.name}"
