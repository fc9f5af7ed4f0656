from odoo import models
from odoo.exceptions import UserError

from ..core.credit_application import Problem, lacking


class ReceivablesCreditApplication(models.Model):
    """Sending an application to review: what it has to say before."""

    _inherit = "receivables.credit.application"

    def _lacking(self, has_consent):
        """Return the `Problem`s that keep this application from review; expects one."""
        self.ensure_one()
        values = {name: self[name] for name in self._applicant_fields()}
        return lacking(
            values,
            len(self.reference_ids),
            self.company_id.sudo().receivables_reference_count,
            has_consent,
        )

    def _applicant_fields(self):
        """Return the names of what an applicant fills in, without lines."""
        return (
            "legal_name",
            "vat",
            "contact_name",
            "phone",
            "email",
            "address",
            "business",
            "guarantee_offer",
            "limit_requested",
            "monthly_sales",
            "assets",
            "liabilities",
        )

    def action_send(self):
        """Send applications that a colleague filled in to review.

        The customer's consent is the paper they signed: it is not asked here.

        :raises UserError: what is missing of one, all of it at once.
        """
        self.check_access("write")
        for application in self:
            problems = application._lacking(has_consent=True)
            if problems:
                raise UserError(
                    self.env._(
                        "%(application)s cannot be sent yet:\n%(problems)s",
                        application=application.display_name,
                        problems="\n".join(
                            f"• {application._problem_text(one)}" for one in problems
                        ),
                    )
                )
        self._send(self.env.user)
        return True

    def _send(self, user):
        """Put complete applications under review and tell evaluator and customer.

        :param user: who sends it, empty for the customer.
        """
        today = self.env.company._receivables_today()
        for application in self._move(
            "review", requested_by_id=user.id, sent_on=today, data_request=False
        ):
            application._notify_evaluator(self.env._("Evaluate the credit application"))
            application._notify_customer("mail_template_credit_received")

    def _problem_text(self, problem: Problem):
        """Return what is wrong with an application's field, in words."""
        field = self._fields.get(
            "reference_ids" if problem.field == "references" else problem.field
        )
        label = field._description_string(self.env) if field else ""
        if problem.row:
            label = self.env._("Reference %s", problem.row)
        value = problem.value
        texts = {
            "required": self.env._("%s: please fill it in.", label),
            "references": self.env._("Give at least %s commercial references.", value),
            "consent": self.env._("Please accept the declaration to send it."),
            "amount": self.env._(
                "%(field)s: “%(value)s” is not an amount. Write it like 120,000.00.",
                field=label,
                value=value,
            ),
            "vat": self.env._(
                "RFC: “%s” is not one. Write the 12 or 13 characters without spaces.",
                value,
            ),
            "vat_digit": self.env._(
                "RFC: the characters of “%s” do not fit each other; one of them is"
                " mistyped. Compare it with your tax certificate (Constancia de"
                " Situación Fiscal). If it says the same, ask us to write it for you.",
                value,
            ),
            "vat_generic": self.env._(
                "RFC: “%s” stands for the general public or for who lives abroad."
                " Credit is given to one customer: write your own RFC.",
                value,
            ),
            "email": self.env._("Email: “%s” is not an address.", value),
            "too_long": self.env._(
                "%(field)s: at most %(value)s characters.", field=label, value=value
            ),
        }
        if problem.code == "required" and problem.row:
            return self.env._("%s: give its name and phone.", label)
        return texts[problem.code]
