from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class ReceivablesProfile(models.Model):
    """No notice to a debtor up to a day; it ends by itself, or before."""

    _inherit = "receivables.profile"

    def action_pause(self):
        """Return the dialog in which notices to these debtors are paused."""
        self._check_may_pause()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause notices"),
            "res_model": "receivables.customer.pause",
            "view_mode": "form",
            "target": "new",
            "context": {"default_profile_ids": self.ids},
        }

    def action_resume(self):
        """End the pauses now, so that the next run takes the debtors up again."""
        self._check_may_pause()
        paused = self.filtered("pause_until")
        paused._set_pause(False)
        for profile in paused:
            profile._note_pause(self.env._("Notices are no longer paused."))

    def _pause(self, until, reason):
        """Pause notices up to and including ``until``; why stands on the customer.

        :raises UserError: the day has passed, or no reason is given.
        """
        self._check_may_pause()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why nobody is to be reminded."))
        for profile in self:
            if until < profile.company_id._receivables_today():
                raise UserError(
                    self.env._(
                        "%(customer)s cannot be paused until %(day)s, which is over."
                        " Choose today or a later day.",
                        customer=profile.partner_id.display_name,
                        day=format_date(self.env, until),
                    )
                )
        self._set_pause(until)
        for profile in self:
            profile._note_pause(
                self.env._(
                    "Notices are paused until %(day)s: %(reason)s",
                    day=format_date(self.env, until),
                    reason=reason,
                )
            )

    def _set_pause(self, until):
        for company, profiles in self.grouped("company_id").items():
            customers = profiles.partner_id.with_company(company)
            customers.receivables_pause_until = until

    def _note_pause(self, text):
        self.partner_id._message_log(body=Markup("<p>%s</p>") % text)

    def _check_may_pause(self):
        """Refuse whoever is no collector.

        :raises AccessError: says which group is needed.
        """
        self.check_access("read")
        if not self.env.user.has_group("receivables_automation.group_receivables_user"):
            raise AccessError(
                self.env._("Only collectors and finance managers pause notices.")
            )
