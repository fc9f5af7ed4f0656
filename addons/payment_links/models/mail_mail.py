from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_body(self):
        """Override of `mail`: put payment links' addresses in at the last moment.

        The stored body keeps the placeholder; the plain-text part is made from what is
        returned here. Core keeps an error's text as the reason on the message.
        """
        body = super()._prepare_outgoing_body()
        message = self.mail_message_id
        # What somebody sent to us is passed on as it is.
        if not body or message.message_type == "email":
            return body
        writers = (message.create_uid or self.create_uid) | message.author_id.user_ids
        return self.env["payment.link"]._put_in_addresses(body, writers)
