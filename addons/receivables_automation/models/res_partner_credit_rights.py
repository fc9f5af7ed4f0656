from odoo import api, models
from odoo.exceptions import AccessError

DECIDERS = "receivables_automation.group_receivables_manager"


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: whoever may not decide on credit makes customers without any.

        :raises AccessError: a limit other than the usual one, or a policy, is given.
        """
        partners = super().create(vals_list)
        usual = self._fields["credit_limit"].get_company_dependent_fallback(self)
        for partner, vals in zip(partners, vals_list, strict=True):
            limit = vals.get("credit_limit") or 0.0
            if (limit and limit != usual) or vals.get("receivables_policy_id"):
                partner._receivables_check_decides()
        return partners

    def write(self, vals):
        """Override: only finance managers change a customer's limit or policy.

        :raises AccessError: somebody else changes one.
        """
        if not self.env.su and not vals.keys().isdisjoint(
            self._receivables_audit_fields()
        ):
            self.filtered(
                lambda one: one._receivables_changes_credit(vals)
            )._receivables_check_decides()
        return super().write(vals)

    def _receivables_changes_credit(self, vals):
        """Return whether ``vals`` gives this customer another limit or policy."""
        # What the customer has is compared, not shown.
        now = self.sudo()
        return (
            "credit_limit" in vals and now.credit_limit != (vals["credit_limit"] or 0.0)
        ) or (
            "receivables_policy_id" in vals
            and now.receivables_policy_id.id != (vals["receivables_policy_id"] or False)
        )

    def _receivables_check_decides(self):
        """Refuse to give these customers credit to whoever may not decide on it."""
        if self.env.su or self.env.user.has_group(DECIDERS):
            return
        # Contacts only repeat what was decided for their company.
        for customer in self._receivables_audited():
            raise AccessError(
                self.env._(
                    "Only finance managers change the credit limit or the credit"
                    " policy of %(customer)s. Ask one of them, or send a credit"
                    " application.",
                    customer=customer.display_name,
                )
            )
