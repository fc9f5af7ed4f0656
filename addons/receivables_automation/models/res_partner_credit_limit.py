from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ..core.credit_limit import INPUTS, FormulaError, compute


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _receivables_limit_inputs(self, company):
        """Return {partner id: {input: Decimal or None}} for limit formulas.

        None is what nobody knows. The hook of whoever brings payment capacity and
        references; constant queries, for commercial partners.
        """
        profiles = self.env["receivables.profile"].sudo()
        found = profiles.search(
            [("company_id", "=", company.id), ("partner_id", "in", self.ids)]
        )
        facts = {
            profile.partner_id.id: values for profile, values in found._facts().items()
        }
        sales = self.env["receivables.credit"]._credit_sales(company, self)
        guarantees = {}
        for partner_id, amount in self.env["receivables.credit"]._guarantees(
            company, self
        ):
            guarantees[partner_id] = guarantees.get(partner_id, 0) + amount
        exact = company.currency_id._receivables_exact
        inputs = {}
        for partner in self:
            own = facts.get(partner.id, {})
            monthly = sales.get(partner.id)
            ratio, open_amount = own.get("on_time_ratio"), own.get("open_amount") or 0
            inputs[partner.id] = dict.fromkeys(INPUTS) | {
                "average_monthly_credit_sales": monthly,
                # Days of credit sales that are still open.
                "rotation": exact(open_amount) * 30 / monthly if monthly else None,
                "on_time_ratio": None if ratio is None else Decimal(str(ratio)),
                "guarantees": exact(guarantees.get(partner.id, 0)),
            }
        return inputs

    def _receivables_recommended_limit(self):
        """Return the `Calculation` of this company's formula; expects one customer.

        :raises UserError: there is no formula, or an input of it has no value.
        """
        self.ensure_one()
        debtor = self.commercial_partner_id
        company = self.env.company
        version = debtor.receivables_policy_version_id
        if not version.limit_formula:
            raise UserError(
                self.env._(
                    "The policy of %(customer)s has no limit formula. Write one in the"
                    " policy, or set the limit by hand.",
                    customer=debtor.display_name,
                )
            )
        values = debtor._receivables_limit_inputs(company)[debtor.id]
        labels = self._receivables_input_labels()
        try:
            return compute(version.limit_formula, values, labels)
        except FormulaError as error:
            label = labels.get(error.part, error.part)
            error.part = label
            raise UserError(
                f"{debtor.display_name}: {version._formula_problem(error)}"
            ) from error

    def action_receivables_recommend_limit(self):
        """Return the recommended limit with its arithmetic, as a note and a message."""
        self.ensure_one()
        calculation = self._receivables_recommended_limit()
        money = self.env["receivables.credit"]._money(self.env.company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "title": self.env._("Recommended limit: %s", money(calculation.value)),
                "message": " · ".join(calculation.lines),
            },
        }

    @api.model
    def _receivables_input_labels(self):
        """Return {input: its name for people}."""
        return {
            "average_monthly_credit_sales": self.env._("Average monthly credit sales"),
            "rotation": self.env._("Rotation in days"),
            "on_time_ratio": self.env._("Paid on time"),
            "payment_capacity": self.env._("Payment capacity"),
            "references": self.env._("Commercial references"),
            "guarantees": self.env._("Usable guarantees"),
        }
