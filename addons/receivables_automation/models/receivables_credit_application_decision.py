from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import formatLang

from ..core.credit_application import review_day
from ..core.credit_tiers import refusal
from ..core.states import ForbiddenMove


class ReceivablesCreditApplication(models.Model):
    """Approving, rejecting and taking back: who may, and what it writes."""

    _inherit = "receivables.credit.application"

    def _move(self, state, **values):
        """Override to refuse a forbidden move in words that name the application."""
        try:
            return super()._move(state, **values)
        except ForbiddenMove as error:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(application)s cannot become “%(target)s”: it is “%(state)s”."
                    " Reload it to see what happened meanwhile.",
                    application=self[:1].display_name,
                    state=names[error.source],
                    target=names[error.target],
                )
            ) from error

    # === DECIDING ===

    def _amount_decided(self):
        """Return what an approval would grant, None without limit; expects one."""
        self.ensure_one()
        exact = self.currency_id._receivables_exact
        if self.policy_id.credit == "unlimited":
            return None
        if self.policy_id.credit == "cash_only":
            return exact(0)
        return exact(self.limit_approved)

    def _check_decider(self):
        """Refuse who decides on no amount at all.

        :raises AccessError: names the application and whom to ask.
        """
        self.check_access("write")
        tiers = self.env["receivables.credit.tier"]
        for application in self:
            if not tiers._is_decider(application.company_id, self.env.user):
                raise AccessError(
                    self.env._(
                        "%s is decided by those of an approval tier. Ask one of them.",
                        application.display_name,
                    )
                )

    def _check_tier(self, ignore_own=False):
        """Refuse who may not approve the amount of this application; expects one.

        :raises AccessError: it is their own request, or another tier's.
        :raises UserError: no tier reaches the amount.
        """
        self.ensure_one()
        self.check_access("write")
        user, amount = self.env.user, self._amount_decided()
        tiers = self.env["receivables.credit.tier"]._tiers_of(self.company_id)
        requesters = set() if ignore_own else self._requesters()
        found = refusal(amount, user.id, requesters, tiers)
        if not found:
            return
        money = self._money(amount)
        if found.reason == "own":
            raise AccessError(
                self.env._(
                    "You asked for %(application)s yourself, so somebody else has to"
                    " approve it.",
                    application=self.display_name,
                )
            )
        self.env["receivables.credit.tier"]._refuse(found, self.company_id, money)

    def _requesters(self):
        """Return the ids of the users whose own request this is; expects one."""
        self.ensure_one()
        users = self.requested_by_id
        if users:
            users |= self.create_uid
        own = self.env.user
        # Whoever belongs to the customer asks for themselves.
        if own.partner_id.commercial_partner_id == self.partner_id:
            users |= own
        return set(users.ids)

    def _money(self, amount):
        if amount is None:
            return self.env._("Credit without limit")
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    def action_approve(self):
        """Grant credit: write limit and policy on the customer; expects one.

        :raises UserError: not under review, no policy or limit, a required check is
            not ticked, or the amount is over every tier.
        :raises AccessError: own request, or another tier's amount.
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "approved":
            return True
        self._check_ready()
        self._check_tier()
        # Who may approve need not be allowed to write contacts or limits.
        debtor = self._debtor()
        before = {
            "before_limit": debtor.credit_limit,
            "before_policy_id": debtor.receivables_policy_id.id,
        }
        today = self.company_id._receivables_today()
        version = self._version()
        granted = self.limit_approved if version.credit == "limit" else 0
        recommendation = self.recommendation
        self._move(
            "approved",
            **before,
            decided_by_id=self.env.uid,
            decided_on=today,
            version_id=version.id,
            granted_limit=granted,
            decided_recommendation=recommendation,
            review_on=review_day(today, version.review_months),
            review_noted_on=False,
        )
        values = {"receivables_policy_id": self.policy_id.id}
        if version.credit == "limit":
            values["credit_limit"] = granted
        debtor.with_context(
            receivables_audit_reason=self.env._(
                "Credit application %s approved", self.name
            )
        ).write(values)
        self._close_activities()
        self._notify_customer("mail_template_credit_approved")
        return True

    def _check_ready(self):
        """Refuse to decide on what nobody finished evaluating; expects one.

        :raises UserError: says what is missing.
        """
        self.ensure_one()
        if self.state != "review":
            # Says why not; approving twice came to an end before.
            self._move("approved")
        version = self._version()
        if not version:
            raise UserError(
                self.env._("Choose the policy that %s grants.", self.display_name)
            )
        if version.credit == "limit" and not self.limit_approved:
            raise UserError(
                self.env._(
                    "%(application)s grants no limit yet, and 0 would mean “no limit”."
                    " Write the limit to grant; for no credit choose a cash-only"
                    " policy, or reject it.",
                    application=self.display_name,
                )
            )
        unticked = self.check_ids.filtered(
            lambda check: check.is_required and not check.is_done
        )
        if unticked:
            raise UserError(
                self.env._(
                    "%(application)s cannot be approved yet. Still to check:"
                    " %(checks)s.",
                    application=self.display_name,
                    checks=", ".join(unticked.mapped("name")),
                )
            )

    def _debtor(self):
        """Return the customer with its values of this application's company."""
        # Who decides was checked; they need not be allowed to write contacts.
        return self.partner_id.sudo().with_company(self.company_id)

    def _reject(self, reason):
        """Reject these applications; the customer is told neutrally.

        :raises UserError: no reason, or one is not under review.
        :raises AccessError: the user decides on no amount.
        """
        reason = self._checked_reason(reason)
        self._check_decider()
        for application in self.with_context(receivables_audit_reason=reason)._move(
            "rejected",
            reject_reason=reason,
            decided_by_id=self.env.uid,
            decided_on=self.env.company._receivables_today(),
        ):
            application._close_activities()
            application._notify_customer("mail_template_credit_rejected")

    def _ask_for_data(self, request):
        """Send these applications back to the customer, who reads ``request``.

        :raises UserError: nothing is asked, or one is not under review.
        """
        self.check_access("write")
        request = self._checked_reason(request)
        for application in self._move("draft", data_request=request):
            application._notify_customer("mail_template_credit_data")

    def _take_back(self, reason):
        """Undo decisions: what the customer had before an approval returns.

        :raises UserError: no reason, nothing is decided, or the customer's terms were
            changed since.
        :raises AccessError: the user could not have decided it.
        """
        reason = self._checked_reason(reason)
        for application in self:
            if application.state == "approved":
                application._check_tier(ignore_own=True)
                application._give_back(reason)
            else:
                application._check_decider()
            application.with_context(receivables_audit_reason=reason)._move(
                "review",
                decided_by_id=False,
                decided_on=False,
                reject_reason=False,
                decided_recommendation=False,
                granted_limit=0,
                version_id=False,
                review_on=False,
            )
            application._add_internal_note(
                self.env._("Decision taken back: %s", reason)
            )

    def _add_internal_note(self, text):
        """Add a line that sales do not see, unlike the chatter; expects one."""
        self.ensure_one()
        line = Markup("<p>%s · %s · %s</p>") % (
            self.company_id._receivables_today(),
            self.env.user.name,
            text,
        )
        # A decided application is written by nobody else.
        self.sudo().internal_note = (self.sudo().internal_note or Markup("")) + line

    def _checked_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write the reason."))
        return reason

    def _give_back(self, reason):
        """Write on the customer what was there before this approval; expects one.

        :raises UserError: the terms are not this approval's any more.
        """
        self.ensure_one()
        debtor = self._debtor()
        if changed := self._changed_since():
            raise UserError(changed)
        values = {"receivables_policy_id": self.before_policy_id.id}
        if self.version_id.credit == "limit":
            values["credit_limit"] = self.before_limit
        debtor.with_context(receivables_audit_reason=reason).write(values)

    def _changed_since(self):
        """Return that somebody changed what this approval wrote, '' if nobody did."""
        self.ensure_one()
        debtor = self._debtor()
        is_limit = self.version_id.credit == "limit"
        same_limit = not is_limit or not self.currency_id.compare_amounts(
            debtor.credit_limit, self.granted_limit
        )
        if same_limit and debtor.receivables_policy_id == self.policy_id:
            return ""
        return self.env._(
            "The terms of %(customer)s were changed after %(application)s: limit"
            " %(limit)s, policy %(policy)s. Change them on the customer's sheet"
            " instead.",
            customer=debtor.display_name,
            application=self.name,
            limit=self._money(debtor.credit_limit),
            policy=debtor.receivables_policy_id.name or self.env._("none"),
        )

    # === BUTTONS ===

    def action_decide(self):
        """Return the dialog that asks why; context key `decision` says for what."""
        self.ensure_one()
        self.check_access("write")
        kind = self.env.context.get("decision")
        names = {
            "reject": self.env._("Reject"),
            "data": self.env._("Ask for data"),
            "back": self.env._("Take the decision back"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": names[kind],
            "res_model": "receivables.credit.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_application_id": self.id, "default_kind": kind},
        }
