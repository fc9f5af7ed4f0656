from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date

from ..core.credit_limit import INPUTS, FormulaError, compute


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _receivables_limit_inputs(self, company):
        """Return {partner id: {input: Decimal or None}} for limit formulas.

        None is what nobody knows. The hook of whoever knows more; constant queries,
        for commercial partners.
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
        applied = self.env["receivables.credit.application"]._known_inputs(
            company, self
        )
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
                **applied.get(partner.id, {}),
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
        if version and version.credit != "limit":
            raise UserError(
                self.env._("The policy gives no limit: there is none to compute.")
            )
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
                self.env._(
                    "%(customer)s: %(problem)s",
                    customer=debtor.display_name,
                    problem=version._formula_problem(error),
                )
            ) from error

    # === CHANGING ===

    def _receivables_set_limit(self, company, limit, reason):
        """Give this customer a limit in ``company``'s currency; expects one customer.

        The audit log keeps who, before, after and ``reason``; 0 is no limit.

        :raises UserError: no reason, or the customer has this limit already.
        :raises AccessError: the user is no finance manager, or raises the limit above
            what they may approve.
        :raises ValidationError: ``limit`` is below zero.
        """
        debtor = self._receivables_limit_owner(company, reason)
        # What the debtor's superuser writes is asked of the user.
        asked = debtor.sudo(False)
        asked._receivables_check_decides(debtor)
        currency = company.currency_id
        limit = currency.round(limit)
        before = debtor.credit_limit
        if not currency.compare_amounts(limit, before):
            raise UserError(
                self.env._(
                    "The limit of %(customer)s is %(limit)s already. If it should stay,"
                    " keep the limit.",
                    customer=debtor.display_name,
                    limit=self._receivables_limit_text(company, limit),
                )
            )
        asked._receivables_check_credit(
            [(debtor, self._receivables_credit_values(debtor), {"credit_limit": limit})]
        )
        debtor.with_context(receivables_audit_reason=reason.strip()).write(
            {"credit_limit": limit}
        )

    def _receivables_keep_limit(self, company, reason):
        """Note that somebody looked at the limit and leaves it; expects one customer.

        :raises UserError: no reason.
        :raises AccessError: the user is no collector.
        """
        debtor = self._receivables_limit_owner(company, reason)
        if not self.env.user.has_group("receivables_automation.group_receivables_user"):
            raise AccessError(
                self.env._("Only collectors and finance managers review a limit.")
            )
        text = debtor._receivables_audit_text("credit_limit")
        row = debtor.with_context(
            receivables_audit_reason=reason.strip()
        )._receivables_audit_row("review", "limit", "credit_limit", text, text)
        debtor._receivables_audit_log([row])

    def _receivables_limit_owner(self, company, reason):
        """Return the debtor to write on, once it may be: read, in use, with why."""
        self.ensure_one()
        self.check_access("read")
        if company not in self.env.companies:
            raise AccessError(
                self.env._(
                    "You do not work in %s. Choose it above and try again.",
                    company.sudo().name,
                )
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Write the reason."))
        # The caller asks who decides on limits; core, for rights on contacts.
        return self.commercial_partner_id.sudo().with_company(company)

    @api.model
    def _receivables_limit_text(self, company, limit):
        """Return a limit for people: 0 is no limit."""
        if not limit:
            return self.env._("Credit without limit")
        return self.env["receivables.credit"]._money(company)(limit)

    def _receivables_last_limit_change(self, company):
        """Return the audit log's latest change of a customer's limit, or none.

        As superuser: what it says is shown to who decides on limits.
        """
        self.ensure_one()
        return (
            self.env["receivables.audit"]
            .sudo()
            .search(
                [
                    ("kind", "=", "limit"),
                    ("field_name", "=", "credit_limit"),
                    ("action", "=", "write"),
                    # Of this very customer: a merge brings rows of others.
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.commercial_partner_id.id),
                    ("company_id", "=", company.id),
                ],
                limit=1,
            )
        )

    @api.model
    def _receivables_logged_amount(self, text):
        """Return the amount of a limit as the log keeps it: with its currency or bare.

        Databases of an earlier version have rows without currency.
        """
        return float((text or "0").split()[0])

    def _receivables_last_limit_text(self, company):
        """Return when, who, from what to what and why, False without a change."""
        last = self._receivables_last_limit_change(company)
        return last and self.env._(
            "%(day)s, %(who)s: from %(before)s to %(after)s. %(reason)s",
            day=format_date(self.env, company._receivables_day(last.date)),
            who=last.user_id.name,
            before=self._receivables_limit_text(
                company, self._receivables_logged_amount(last.before)
            ),
            after=self._receivables_limit_text(
                company, self._receivables_logged_amount(last.after)
            ),
            reason=last.reason or "",
        )

    # === ACTIONS ===

    def action_receivables_recommend_limit(self):
        """Return the dialog that gives the recommended limit; expects one customer.

        :raises UserError: no limit can be recommended, and why.
        """
        self.ensure_one()
        self._receivables_recommended_limit()
        return self.action_receivables_change_limit()

    def action_receivables_change_limit(self, **defaults):
        """Return the dialog in which a limit is changed or kept; expects one customer.

        :param defaults: values of `receivables.limit.change` to start with.
        """
        self.ensure_one()
        self.check_access("read")
        company = self.env.company
        debtor = self.commercial_partner_id
        values = {
            "partner_id": debtor.id,
            "company_id": company.id,
            "limit_then": debtor.credit_limit,
        } | defaults
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit limit"),
            "res_model": "receivables.limit.change",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def action_receivables_put_back_limit(self):
        """Return the dialog with the limit from before the last change; expects one.

        :raises UserError: nobody changed it yet.
        """
        self.ensure_one()
        self.check_access("read")
        last = self._receivables_last_limit_change(self.env.company)
        if not last:
            raise UserError(
                self.env._(
                    "Nobody has changed the limit of %s yet: there is nothing to put"
                    " back.",
                    self.commercial_partner_id.display_name,
                )
            )
        before = self._receivables_logged_amount(last.before)
        return self.action_receivables_change_limit(
            limit_new=before, is_without_limit=not before
        )

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
