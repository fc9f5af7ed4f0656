from odoo import api, models


class ReceivablesCreditApplication(models.Model):
    _name = "receivables.credit.application"
    _inherit = ["receivables.credit.application", "receivables.audit.mixin"]

    # An application is a request; what is decided on it is a decision.
    _receivables_audit_life = False

    @api.model
    @api.private
    def _receivables_audit_fields(self):
        """Override: the state, with who decided, the amount granted and its end."""
        return dict.fromkeys(("state", "granted_limit", "valid_until"), "application")

    @api.private
    def _receivables_audited(self):
        """Override: all but what never left its draft."""
        return self.filtered(lambda one: one.sent_on)
