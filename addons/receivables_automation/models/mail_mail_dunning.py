from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell the dunning notices of these mails whether they left."""
        # The mail queue works for everybody; the notice follows its own mail.
        notices = (
            self.env["receivables.dunning.notice"]
            .sudo()
            .browse(
                mail.res_id
                for mail in self
                if mail.model == "receivables.dunning.notice" and mail.res_id
            )
            .exists()
        )
        if notices and failure_type:
            notices._set_failed(failure_reason or failure_type)
        elif notices:
            notices._set_sent()
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
