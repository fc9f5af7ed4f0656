from datetime import datetime, time, timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize


class ReceivablesCreditApplication(models.Model):
    """What follows: messages, the invitation, expiry and the periodic review."""

    _inherit = "receivables.credit.application"

    def _notify_customer(self, template):
        """Queue an e-mail of ``template`` to the applicant; expects one application.

        Without an address a note on the application says so.
        """
        self.ensure_one()
        email = self._applicant_email()
        if not email:
            self.message_post(
                body=self.env._(
                    "The customer was not told: there is no e-mail address. Call them."
                ),
                subtype_xmlid="mail.mt_note",
            )
            return
        # Whoever acts need not be allowed to use templates.
        self.env.ref(f"receivables_automation.{template}").sudo().send_mail(self.id)

    def _applicant_email(self):
        """Return whom to write to, '' if nobody; expects one."""
        self.ensure_one()
        return (
            email_normalize(self.email or "")
            or email_normalize(self.partner_id.sudo().email or "")
            or ""
        )

    def _limit_text(self):
        """Return what an approval granted, for the customer; expects one."""
        self.ensure_one()
        # The customer may read what was granted to them.
        granted = self.sudo()
        if granted.version_id.credit == "cash_only":
            return self.env._("Cash purchases")
        if granted.version_id.credit == "unlimited":
            return self.env._("Credit without a fixed limit")
        return granted._money(granted.granted_limit)

    def _term_text(self):
        """Return the payment term that goes with an approval, '' if none is set."""
        self.ensure_one()
        granted = self.sudo()
        term = granted._debtor().property_payment_term_id
        return (term or granted.version_id.payment_term_id).name or ""

    def action_invite(self):
        """Send the applicant the link to fill in a draft; expects one application.

        :raises UserError: not a draft, or there is no e-mail address.
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%s was sent already; the customer cannot fill it in any more.",
                    self.display_name,
                )
            )
        if not self._applicant_email():
            raise UserError(
                self.env._(
                    "%s has no e-mail address. Write one and invite again.",
                    self.partner_id.display_name,
                )
            )
        self._notify_customer("mail_template_credit_invitation")
        self.message_post(
            body=self.env._("Invitation sent to %s", self._applicant_email()),
            subtype_xmlid="mail.mt_note",
        )
        return True

    def action_renew(self):
        """Return a new draft with the same papers, for a review; expects one."""
        self.ensure_one()
        self.check_access("read")
        self.partner_id._receivables_check_may_act()
        # The copy takes our figures along, which a salesperson does not see.
        application = self.sudo().copy()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": application.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    # === ACTIVITIES ===

    def _notify_evaluator(self, summary, day=None):
        """Give the evaluator something to do, else the collector; expects one.

        Who approved is told of what nobody evaluates any more. Return the user told.
        """
        self.ensure_one()
        # A salesperson who sends need not be allowed to plan others' work.
        application = self.sudo()
        users = application.user_id, application._debtor().receivables_collector_id
        may = self.env["receivables.limit.review"]._may
        user = next(
            (
                one
                for one in (*users, application.decided_by_id)
                if one and may(one, application.company_id)
            ),
            application.user_id.browse(),
        )
        if user:
            application.activity_schedule(
                "mail.mail_activity_data_todo",
                day or self.company_id._receivables_today(),
                summary=summary,
                user_id=user.id,
            )
        return user

    def _close_activities(self):
        # Done by the decision, whosever they were.
        self.sudo().activity_feedback(["mail.mail_activity_data_todo"])

    # === TIME ===

    @api.model
    def _cron_follow(self):
        """Expire what is over and remind of reviews, in every company."""
        for company in self.env["res.company"].search(Domain.TRUE):
            self.with_company(company)._follow_day(company)

    @api.model
    def _follow_day(self, company):
        """Do what today's date asks for in one company; twice changes nothing."""
        today = company._receivables_today()
        own = [("company_id", "=", company.id)]
        unsent_since = datetime.combine(
            today - timedelta(days=company.receivables_application_days), time.min
        )
        self.search(
            [*own, ("state", "=", "draft"), ("write_date", "<", unsent_since)]
        )._move("expired")
        for application in self.search(
            [*own, ("state", "=", "approved"), ("valid_until", "<", today)]
        ):
            application._expire()
        for application in self.search(
            [
                *own,
                ("state", "=", "approved"),
                ("review_on", "<=", today),
                ("review_noted_on", "=", False),
            ]
        ):
            # Without anybody to tell it is tried again another day.
            if application._notify_evaluator(
                self.env._("Periodic review of the credit"), application.review_on
            ):
                application.review_noted_on = today
        self.env["receivables.limit.review"]._evaluate(company)

    def _expire(self):
        """End an approval: the terms from before return, unless changed since."""
        self.ensure_one()
        changed = self._changed_since()
        if not changed:
            self._give_back(self.env._("Credit application %s expired", self.name))
        self._move("expired")
        self._add_internal_note(
            changed or self.env._("The terms from before the approval returned.")
        )
        self._notify_evaluator(self.env._("The approval of credit expired"))
