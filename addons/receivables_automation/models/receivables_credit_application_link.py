import re

from odoo import models
from odoo.exceptions import AccessError

from .res_partner_receivables import READERS

TOKEN = re.compile(r"(/my/credit/\d+)\?access_token=[\w-]+")


class ReceivablesCreditApplication(models.Model):
    """The applicant's link: whoever has it needs no account and sees what was granted.

    Sales read the messages of their customers, so no message keeps its token: it is put
    in when a mail leaves for the applicant (`mail.mail._prepare_outgoing_body`).
    """

    _inherit = "receivables.credit.application"

    def _access_link(self):
        """Return the address of the page, without its token; expects one."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.access_url}"

    def _message_create(self, values_list):
        """Override of `mail`: what an answer quotes of our mail keeps no token."""
        for values in values_list:
            if body := values.get("body"):
                values["body"] = type(body)(TOKEN.sub(r"\1", body))
        return super()._message_create(values_list)

    def action_open_portal(self):
        """Return the page as the applicant sees it; expects one application.

        :raises AccessError: the user may not know what was granted.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_groups(READERS):
            raise AccessError(
                self.env._(
                    "The page of %s shows what was granted, which is for collections."
                    " Ask a collector.",
                    self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": self.sudo().get_portal_url(),
            "target": "new",
        }
