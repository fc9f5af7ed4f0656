import re

from odoo import models
from odoo.tools import email_normalize


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_body(self):
        """Override of `mail`: an applicant's own link gets its token as it leaves.

        The stored body has the address alone. The token goes to the applicant's address
        and nobody else's, whoever wrote the message.
        """
        body = super()._prepare_outgoing_body()
        if not body or self.model != "receivables.credit.application":
            return body
        # The mail queue works for everybody, whoever may read applications.
        application = self.env[self.model].sudo().browse(self.res_id).exists()
        to = email_normalize(self.email_to or "")
        if not to or self.recipient_ids or self.email_cc:
            return body
        if not application or to != application._applicant_email():
            return body
        page = re.escape(application.access_url)
        link = application.get_portal_url()
        return type(body)(re.sub(rf"{page}(?=[\"'])", lambda _match: link, body))
