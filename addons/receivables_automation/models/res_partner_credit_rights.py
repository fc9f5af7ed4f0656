from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..core.credit_tiers import NO_LIMIT, Credit, raised_to, refusal

DECIDERS = "receivables_automation.group_receivables_manager"
CREDIT_FIELDS = ("credit_limit", "receivables_policy_id")
# What makes a contact a debtor of its own, or the other way round.
MOVES = frozenset({"parent_id", "is_company", "company_type"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: whoever may not decide on credit makes customers without any.

        :raises AccessError: a limit other than the usual one, or a policy, is given.
        """
        partners = super().create(vals_list)
        if self.env.su:
            return partners
        usual = self._receivables_usual_credit()
        changes = []
        for partner, vals in zip(partners.sudo(), vals_list, strict=True):
            # What they have is compared, whoever gave it: a caller's default, too.
            has = self._receivables_credit_values(partner)
            asked = self._receivables_credit_values(vals)
            # A form writes 0 into a contact that core then gives its company's limit.
            has |= {name: value for name, value in asked.items() if value}
            changes.append((partner, usual, has))
        self._receivables_check_credit(changes)
        return partners

    def write(self, vals):
        """Override: only finance managers change a customer's limit or policy.

        Contacts only repeat what was decided for their company, and leave it behind
        when they become customers of their own.

        :raises AccessError: somebody else changes one, or raises it above what they may
            approve.
        :raises UserError: it is a contact's, or no tier reaches the amount.
        """
        given = {name: vals[name] for name in CREDIT_FIELDS if name in vals}
        if MOVES.isdisjoint(vals):
            if given and not self.env.su:
                asked = self._receivables_credit_values(given)
                # What the customer has is compared, not shown.
                self._receivables_check_credit(
                    [
                        (partner, self._receivables_credit_values(partner), asked)
                        for partner in self.sudo()
                    ]
                )
            return super().write(vals)
        # First it moves; what it is given then is decided for what it is by now.
        contacts = self._receivables_contacts()
        # What customers have is compared, not shown.
        own = (self - contacts).sudo() if not self.env.su else self.browse()
        granted = {
            one.id for here, _ in own._receivables_unusual_credit() for one in here
        }
        result = super().write(
            {name: value for name, value in vals.items() if name not in given}
        )
        # What was granted to a customer goes when it becomes a contact.
        for customer in self.browse(granted)._receivables_contacts():
            self._receivables_check_decides(customer)
        contacts._receivables_start_customers()
        return self.write(given) and result if given else result

    def unlink(self):
        """Override: who is left behind by its company starts as a new customer."""
        # Who is whose contact is asked, not shown.
        partners = self.sudo().with_context(active_test=False)
        left = partners.search(
            [("commercial_partner_id", "in", self.ids), ("id", "not in", self.ids)]
        )
        result = super().unlink()
        left.exists()._receivables_start_customers()
        return result

    # === WHO DECIDES ===

    @api.model
    def _receivables_credit_values(self, source):
        """Return {field: plain value} of the credit fields in ``source``.

        :param source: values, or one partner.
        """
        return {
            name: self._fields[name].convert_to_cache(source[name], self)
            for name in CREDIT_FIELDS
            if name in source
        }

    @api.model
    def _receivables_usual_credit(self):
        """Return {field: plain value} of what a new customer gets in this company."""
        return self._receivables_credit_values(
            {
                name: self._fields[name].get_company_dependent_fallback(self)
                for name in CREDIT_FIELDS
            }
        )

    @api.model
    def _receivables_check_credit(self, changes):
        """Refuse changes of credit that are not the user's to make.

        :param changes: [(partner, what it has, what it is given instead)], the latter
            two as `_receivables_credit_values` returns them.
        :raises AccessError: the user is no finance manager, or is of another tier.
        :raises UserError: it is a contact's, or no tier reaches the amount.
        """
        if self.env.su:
            return
        raised = []
        for partner, before, given in changes:
            if before | given == before:
                continue
            # Whose contact it is, and what its company has, is compared, not shown.
            customer = partner.sudo()
            debtor = customer.commercial_partner_id
            if debtor != customer:
                self._receivables_check_repeats(customer, given)
                continue
            self._receivables_check_decides(customer)
            raised.append(
                raised_to(
                    self._receivables_granted(before),
                    self._receivables_granted(before | given),
                )
            )
        self._receivables_check_tier(
            max((one for one in raised if one is not None), default=None)
        )

    @api.model
    def _receivables_check_repeats(self, contact, given):
        """Refuse credit for a contact other than what its company has."""
        debtor = contact.commercial_partner_id
        own = self._receivables_credit_values(debtor)
        if own | given != own:
            raise UserError(
                self.env._(
                    "%(contact)s is a contact of %(customer)s and has its credit."
                    " Change the limit or the policy of %(customer)s instead.",
                    contact=contact.name or contact.display_name,
                    customer=debtor.display_name,
                )
            )

    @api.model
    def _receivables_check_decides(self, customer):
        """Refuse to change the credit of ``customer`` to who is no finance manager."""
        if not self.env.user.has_group(DECIDERS):
            raise AccessError(
                self.env._(
                    "Only finance managers change the credit limit or the credit"
                    " policy of %(customer)s. Ask one of them, or send a credit"
                    " application.",
                    customer=customer.display_name,
                )
            )

    @api.model
    def _receivables_granted(self, values):
        """Return the `Credit` that credit fields of these ``values`` grant here."""
        company = self.env.company
        # Whoever decides on credit need not be allowed to read policies.
        policies = self.env["receivables.policy"].sudo()
        policy = self._receivables_own_or_usual(
            policies.browse(values["receivables_policy_id"]), company
        )
        limit = company.currency_id._receivables_exact(values["credit_limit"])
        # Without a policy the limit says what core says with it.
        return Credit(policy.credit or "limit", limit)

    @api.model
    def _receivables_check_tier(self, amount):
        """Refuse who may not approve credit up to ``amount`` here; None is no raise."""
        if amount is None:
            return
        company = self.env.company
        top = None if amount == NO_LIMIT else amount
        tiers = self.env["receivables.credit.tier"]
        if found := refusal(top, self.env.uid, (), tiers._tiers_of(company)):
            text = self._receivables_limit_text(company, top or 0)
            tiers._refuse(found, company, text)

    # === CONTACTS ===

    def _receivables_contacts(self):
        """Return those of these partners that are contacts of another one."""
        return self.filtered(lambda one: one.sudo().commercial_partner_id != one)

    def _receivables_unusual_credit(self):
        """Yield (who has other credit than a new customer gets, that) by company."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        for company in companies.search(Domain.TRUE) if self else ():
            here = self.with_company(company)
            usual = here._receivables_usual_credit()
            yield (
                here.filtered(
                    lambda one, usual=usual: (
                        one._receivables_credit_values(one) != usual
                    )
                ),
                usual,
            )

    def _receivables_start_customers(self):
        """Give those that are no contacts by now what a new customer gets.

        In every company: what they repeat was granted to the company they belonged to.
        """
        # Whoever moves a contact need not decide on credit, nor work in each company.
        customers = (self - self._receivables_contacts()).sudo()
        reason = self.env._("No contact of another customer any more: starts anew")
        for here, usual in customers._receivables_unusual_credit():
            here.with_context(receivables_audit_reason=reason).write(usual)
