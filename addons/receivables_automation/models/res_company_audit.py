from odoo import api, fields, models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "receivables.audit.mixin"]

    _receivables_audit_life = False

    receivables_usual_limit = fields.Monetary(
        string="Default credit limit",
        compute="_compute_receivables_usual_limit",
        groups="receivables_automation.group_receivables_auditor",
        help="Of customers without a limit of their own.",
    )

    def _compute_receivables_usual_limit(self):
        field = self.env["res.partner"]._fields["credit_limit"]
        for company in self:
            partners = self.env["res.partner"].with_company(company)
            company.receivables_usual_limit = field.get_company_dependent_fallback(
                partners
            )

    @api.model
    @api.private
    def _receivables_audit_fields(self):
        """Override: what a company gives every customer without own terms."""
        return {
            "receivables_policy_id": "policy",
            "receivables_payment_term_id": "policy",
            # Written among the defaults, which log it.
            "receivables_usual_limit": "limit",
        }

    @api.private
    def _receivables_audit_subject(self, field):
        """Override: the company itself; no customer."""
        return self, None
