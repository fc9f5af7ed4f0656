from odoo import fields, models
from odoo.exceptions import UserError

from .res_partner_receivables import READERS


class ReceivablesCreditApplication(models.Model):
    """Which approval a customer's terms come from, and what returns after it.

    A customer has one approval in force in each company. A later one replaces it, and
    it expires; when the later one ends or is taken back before the replaced one would
    have ended, that one is in force again.
    """

    _inherit = "receivables.credit.application"

    replaced_id = fields.Many2one(
        "receivables.credit.application",
        string="Replaced approval",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups=READERS,
        help="The approval that was in force when this one was given.",
    )

    def _debtor(self):
        """Return whose terms are decided, with the values of the company; expects one.

        An applicant may have become a contact of another company meanwhile.
        """
        # Who decides was checked; they need not be allowed to write contacts.
        debtor = self.partner_id.sudo().commercial_partner_id
        return debtor.with_company(self.company_id)

    def _approvals(self):
        """Return the customer's approvals, the latest first; expects one."""
        # An approval holds whoever may read it.
        return self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self._debtor().id),
                ("state", "=", "approved"),
            ],
            order="decided_on DESC, id DESC",
        )

    def _in_force(self):
        """Return the approval that the customer's terms come from; expects one.

        It is none if somebody changed the terms on the customer's sheet.
        """
        approvals = self._approvals()
        return next((one for one in approvals if one._has_terms()), approvals[:0])

    def _granted_terms(self):
        """Return {field: value} that this approval writes on the customer."""
        self.ensure_one()
        terms = {"receivables_policy_id": self.policy_id.id}
        if self.version_id.credit == "limit":
            terms["credit_limit"] = self.granted_limit
        return terms

    def _has_terms(self):
        """Return whether the customer has what this approval gave; expects one."""
        debtor = self._debtor()
        same_limit = self.version_id.credit != "limit" or not (
            self.currency_id.compare_amounts(debtor.credit_limit, self.granted_limit)
        )
        return same_limit and debtor.receivables_policy_id == self.policy_id

    def _prepare_replacing(self):
        """Return what an approval keeps of the one that it replaces; expects one.

        What a temporary approval gave ends with it, so that what returns some day is
        from before that one.
        """
        replaced, debtor = self._in_force(), self._debtor()
        if replaced.valid_until:
            limit, policy = replaced.before_limit, replaced.before_policy_id
        else:
            limit, policy = debtor.credit_limit, debtor.receivables_policy_id
        return {
            "replaced_id": replaced.id,
            "before_limit": limit,
            "before_policy_id": policy.id,
        }

    def _end_for(self, later):
        """Expire approvals that ``later`` takes the place of."""
        self._move("expired")
        self._close_activities()
        for application in self:
            application._add_internal_note(self.env._("Replaced by %s", later.name))

    def _still_running(self):
        """Return the latest replaced approval that would not be over; expects one."""
        today = self.company_id._receivables_today()
        earlier = self.replaced_id
        while earlier.valid_until and earlier.valid_until < today:
            earlier = earlier.replaced_id
        return earlier

    def _give_back(self, reason):
        """Write on the customer what there is without this approval; expects one.

        :raises UserError: the terms are not this approval's any more.
        """
        self.ensure_one()
        if changed := self._changed_since():
            raise UserError(changed)
        terms = {"receivables_policy_id": self.before_policy_id.id}
        if self.version_id.credit == "limit":
            terms["credit_limit"] = self.before_limit
        # What was replaced is put back whoever may read it.
        if earlier := self.sudo()._still_running():
            terms |= earlier._granted_terms()
            earlier.with_context(receivables_audit_reason=reason)._move(
                "approved", review_noted_on=False
            )
            earlier._add_internal_note(
                self.env._("In force again in place of %s", self.name)
            )
        self._debtor().with_context(receivables_audit_reason=reason).write(terms)

    def _changed_since(self):
        """Return why the terms are not this approval's any more, '' if they are."""
        self.ensure_one()
        in_force = self._in_force()
        if in_force == self:
            return ""
        debtor = self._debtor()
        if in_force and self._has_terms():
            return self.env._(
                "%(customer)s has these terms by %(later)s, which was approved after"
                " %(application)s. Take that one back instead.",
                customer=debtor.display_name,
                later=in_force.name,
                application=self.name,
            )
        return self.env._(
            "The terms of %(customer)s were changed after %(application)s: limit"
            " %(limit)s, policy %(policy)s. Change them on the customer's sheet"
            " instead.",
            customer=debtor.display_name,
            application=self.name,
            limit=self._money(debtor.credit_limit),
            policy=debtor.receivables_policy_id.name or self.env._("none"),
        )
