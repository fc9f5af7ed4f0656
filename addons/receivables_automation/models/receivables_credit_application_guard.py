from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .receivables_credit_application import OPEN_STATES

# Written by the methods that decide, never by a form, an import or RPC.
PROTECTED = frozenset(
    {
        "name",
        "state",
        "access_token",
        "requested_by_id",
        "sent_on",
        "decided_by_id",
        "decided_on",
        "reject_reason",
        "review_on",
        "review_noted_on",
        "version_id",
        "before_limit",
        "before_policy_id",
        "replaced_id",
        "granted_limit",
        "decided_recommendation",
        "data_request",
        "consent_on",
        "consent_by",
        "consent_address",
        "consent_text",
    }
)
# What people may still write on an application that is decided; the end of an approval
# is for who may approve it.
AFTERWARDS = frozenset({"user_id", "internal_note"})


class ReceivablesCreditApplication(models.Model):
    """What nobody writes past the buttons, and what a decision leaves as it was."""

    _inherit = "receivables.credit.application"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: decisions are not made by creating, nor by a caller's defaults.

        :raises AccessError: a field that only decisions write.
        """
        given = {name for name in PROTECTED if f"default_{name}" in self.env.context}
        for vals in vals_list:
            self._check_protected(given.union(vals))
        return super().create(vals_list)

    def write(self, vals):
        """Correct applications; decided ones keep what was decided on.

        :raises UserError: one is decided, or customer and company would change.
        :raises AccessError: fields that only decisions write.
        """
        if self.env.su:
            return super().write(vals)
        self._check_protected(vals)
        for name in {"partner_id", "company_id"} & set(vals):
            if any(application[name].id != vals[name] for application in self):
                raise UserError(
                    self.env._(
                        "An application stays with its customer and company. Open"
                        " another one."
                    )
                )
        own = {name for name in vals if not name.startswith(("message_", "activity_"))}
        if own - AFTERWARDS - {"valid_until"}:
            self._check_undecided()
        elif "valid_until" in own:
            self._check_may_end()
        result = super().write(vals)
        if "policy_id" in vals:
            self._set_checks()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for application in self:
            # A draft that was sent before may have been decided on.
            if application.state != "draft" or application.sent_on:
                raise UserError(
                    self.env._(
                        "%s was sent or decided and stays as evidence. Only a draft is"
                        " deleted.",
                        application.display_name,
                    )
                )

    @api.model
    def _check_protected(self, vals):
        """Refuse what only decisions write.

        :raises AccessError: names the fields.
        """
        if not self.env.su and PROTECTED & set(vals):
            raise AccessError(
                self.env._(
                    "A credit application is decided by its buttons: %s cannot be"
                    " written.",
                    ", ".join(sorted(PROTECTED & set(vals))),
                )
            )

    def _check_may_end(self):
        """Refuse the last day of an approval to who may not approve it.

        :raises UserError: one is decided otherwise.
        :raises AccessError: another tier's amount, or their own request.
        """
        approved = self.filtered(lambda application: application.state == "approved")
        (self - approved)._check_undecided()
        for application in approved:
            application._check_tier()

    def _check_undecided(self):
        """Refuse to change the papers of decided applications.

        :raises UserError: names the application.
        """
        for application in self:
            if application.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(application)s is %(state)s: what was decided on stays as it"
                        " was. Take the decision back, or open a new application.",
                        application=application.display_name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[application.state].lower(),
                    )
                )
