from odoo import api, models


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.private
    def _receivables_notices(self):
        """Return the dunning notices whose message these mails are.

        In superuser mode: the mail queue works for everybody, and whoever keeps it need
        not read notices. An answer written in a notice's conversation is not meant.
        """
        notices = (
            self.env["receivables.dunning.notice"]
            .sudo()
            .browse(
                mail.res_id
                for mail in self.sudo()
                if mail.model == "receivables.dunning.notice" and mail.res_id
            )
            .exists()
        )
        return notices.filtered(lambda notice: notice.mail_id in self)

    def write(self, vals):
        """Override of `mail`: a notice follows what a person does with its mail."""
        result = super().write(vals)
        state = vals.get("state")
        if state == "cancel":
            self._receivables_notices()._set_mail_stopped()
        elif state == "outgoing":
            self._receivables_notices()._set_queued_again()
        return result

    def unlink(self):
        """Override of `mail`: a mail deleted before it left is not on its way."""
        waiting = self.filtered(lambda mail: mail.state == "outgoing")
        waiting._receivables_notices()._set_mail_stopped()
        return super().unlink()

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Tell the dunning notices of these mails whether they left."""
        notices = self._receivables_notices()
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
