from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_portal_application = fields.Boolean(
        string="Customers apply for credit in the portal", default=True
    )
    receivables_reference_count = fields.Integer(
        string="Commercial references of an application",
        default=3,
        help="An application is not sent with fewer.",
    )
    receivables_application_days = fields.Integer(
        string="Days that an unsent application lives",
        default=30,
        help="Without a change in so many days, it expires.",
    )
    receivables_consent_text = fields.Text(
        string="Consent of applicants",
        translate=True,
        help="What an applicant agrees to. Empty: the standard text.",
    )

    _receivables_application_range = models.Constraint(
        "CHECK (receivables_reference_count BETWEEN 0 AND 10"
        " AND receivables_application_days BETWEEN 1 AND 365)",
        "An application has 0 to 10 references and lives 1 to 365 days unsent.",
    )

    def _receivables_consent(self):
        """Return what an applicant agrees to, in the language in use."""
        self.ensure_one()
        return self.receivables_consent_text or self.env._(
            "I declare that what this application says is true, and I authorise"
            " %(company)s to verify it with the references given and to consult"
            " credit-information companies about the applicant.",
            company=self.name,
        )
