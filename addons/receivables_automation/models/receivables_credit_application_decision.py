from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date, formatLang

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
            raise self._forbidden(error.source, error.target) from error

    def _forbidden(self, source, target):
        """Return the error that says that these cannot go from state to state."""
        names = dict(self._fields["state"]._description_selection(self.env))
        return UserError(
            self.env._(
                "%(application)s cannot become “%(target)s”: it is “%(state)s”."
                " Reload it to see what happened meanwhile.",
                application=self[:1].display_name,
                state=names[source],
                target=names[target],
            )
        )

    # === DECIDING ===

    def _amount_decided(self):
        """Return what an approval would grant, None without limit; expects one."""
        self.ensure_one()
        exact = self.currency_id._receivables_exact
        # The terms that an approval writes, which the policy's own fields follow later.
        credit = (self.version_id or self._version()).credit
        if credit == "unlimited":
            return None
        if credit == "cash_only":
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
        """Return the ids of the users whose own request this is; expects one.

        Whoever of us opened it asks for the credit, whoever sent it.
        """
        self.ensure_one()
        users = self.requested_by_id
        users |= self.create_uid.filtered(lambda user: not user.share)
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
        earlier, before = self._approvals(), self._prepare_replacing()
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
        reason = self.env._("Credit application %s approved", self.name)
        terms = self._granted_terms()
        if self.replaced_id.valid_until:
            # A limit that was given for a time ends here, if no other takes its place.
            terms.setdefault("credit_limit", self.before_limit)
        # Who may approve need not be allowed to write contacts or limits.
        self._debtor().with_context(receivables_audit_reason=reason).write(terms)
        earlier.with_context(receivables_audit_reason=reason)._end_for(self)
        self._close_activities()
        self._notify_customer("mail_template_credit_approved")
        return True

    def _check_ready(self):
        """Refuse to decide on what nobody finished evaluating; expects one.

        :raises UserError: says what is missing.
        """
        self.ensure_one()
        if self.state != "review":
            # Approving twice came to an end before.
            raise self._forbidden(self.state, "approved")
        version = self._version()
        if not version:
            raise UserError(
                self.env._("Choose the policy that %s grants.", self.display_name)
            )
        if not self.policy_id.active:
            raise UserError(
                self.env._(
                    "%(application)s grants policy %(policy)s, which is archived and"
                    " would not hold. Choose another policy.",
                    application=self.display_name,
                    policy=self.policy_id.name,
                )
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
        if self.valid_until and self.valid_until < self.company_id._receivables_today():
            raise UserError(
                self.env._(
                    "%(application)s would end on %(day)s, which is over. Choose a"
                    " later last day, or none.",
                    application=self.display_name,
                    day=format_date(self.env, self.valid_until),
                )
            )
        # Its version may be of today.
        self._set_checks()
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
            elif application.state == "rejected":
                application._check_decider()
            else:
                raise UserError(
                    self.env._(
                        "Nothing is decided on %s: there is no decision to take back."
                        " Reload it to see what happened meanwhile.",
                        application.display_name,
                    )
                )
            application.with_context(receivables_audit_reason=reason)._move(
                "review",
                decided_by_id=False,
                decided_on=False,
                reject_reason=False,
                decided_recommendation=False,
                granted_limit=0,
                version_id=False,
                review_on=False,
                replaced_id=False,
            )
            application._add_internal_note(
                self.env._("Decision taken back: %s", reason)
            )

    def _add_internal_note(self, text):
        """Add a line that sales do not see, unlike the chatter; expects one."""
        self.ensure_one()
        line = Markup("<p>%s · %s · %s</p>") % (
            format_date(self.env, self.company_id._receivables_today()),
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
