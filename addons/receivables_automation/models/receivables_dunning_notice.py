from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date, format_datetime

from ..core import states

STATES = [
    ("planned", "To send"),
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("held", "Held"),
    ("cancelled", "Cancelled"),
]


class ReceivablesDunningNotice(models.Model):
    """One message to one debtor about what they owe in one currency.

    Rows are planned by a run and change state through `_move` only. Replies of the
    debtor come to its conversation.
    """

    _name = "receivables.dunning.notice"
    _description = "Dunning notice"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    name = fields.Char(compute="_compute_name")
    run_id = fields.Many2one(
        "receivables.dunning.run", index=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    recipient_id = fields.Many2one(
        "res.partner", string="To", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Signed by", readonly=True, ondelete="set null"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    step_id = fields.Many2one(
        "receivables.dunning.step", readonly=True, ondelete="set null"
    )
    channel = fields.Selection(
        [("email", "Email"), ("activity", "Activity")], required=True, readonly=True
    )
    date = fields.Date(required=True, readonly=True)
    departure_date = fields.Date(
        readonly=True, help="The day on which it leaves, where the debtor is."
    )
    scheduled_date = fields.Datetime(
        readonly=True, help="When the contact window opens; empty: it is open."
    )
    timezone = fields.Char(readonly=True)
    departure = fields.Char(string="Leaves", compute="_compute_departure")
    amount_due = fields.Monetary(readonly=True)
    item_count = fields.Integer(string="Items", readonly=True)
    is_first_contact = fields.Boolean(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="planned")
    skip_reason = fields.Char(string="Reason's code", readonly=True)
    skip_text = fields.Text(string="Reason's details", readonly=True)
    explanation = fields.Char(string="Why", compute="_compute_explanation")
    line_ids = fields.One2many(
        "receivables.dunning.notice.line", "notice_id", readonly=True
    )
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    mail_message_id = fields.Many2one(
        "mail.message", string="Message as sent", readonly=True, ondelete="set null"
    )
    queued_at = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    preview_subject = fields.Char(string="Subject", compute="_compute_preview")
    preview_html = fields.Html(
        string="Message", compute="_compute_preview", sanitize=False
    )
    debtor_name = fields.Char(compute="_compute_texts")
    amount_text = fields.Char(compute="_compute_texts")
    due_text = fields.Char(compute="_compute_texts")
    date_text = fields.Char(compute="_compute_texts")

    _one_message_a_day = models.UniqueIndex(
        "(company_id, partner_id, currency_id, channel, date)"
        " WHERE state NOT IN ('held', 'cancelled')",
        "This customer has a notice of this day already.",
    )
    _departure = models.Index("(company_id, departure_date)")

    @api.depends("partner_id", "date")
    def _compute_name(self):
        for notice in self:
            notice.name = (
                f"{notice.partner_id.display_name} ·"
                f" {format_date(self.env, notice.date)}"
            )

    def _compute_display_name(self):
        for notice in self:
            notice.display_name = notice.name

    @api.depends("scheduled_date", "timezone", "state")
    @api.depends_context("lang")
    def _compute_departure(self):
        for notice in self:
            leaves = notice.scheduled_date
            if not leaves or notice.state not in ("planned", "queued"):
                notice.departure = False
                continue
            moment = format_datetime(
                self.env, leaves, tz=notice.timezone, dt_format="EEEE d MMM, H:mm"
            )
            notice.departure = self.env._("Leaves on %(moment)s", moment=moment)

    @api.depends("skip_reason", "skip_text", "partner_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        labels = self.env["receivables.dunning.skip"]._labels()
        for notice in self:
            if notice.skip_reason == "no_email":
                notice.explanation = self.env._(
                    "%(customer)s has no email address. Add one to its accounts-payable"
                    " contact and preview again.",
                    customer=notice.partner_id.display_name,
                )
                continue
            label = labels.get(notice.skip_reason, notice.skip_reason)
            parts = filter(None, (label, notice.skip_text))
            notice.explanation = ": ".join(parts) or False

    @api.depends("amount_due", "currency_id", "date", "line_ids.date_maturity")
    @api.depends_context("lang")
    def _compute_texts(self):
        for notice in self:
            amount = format_amount(self.env, notice.amount_due, notice.currency_id)
            if notice.currency_id != notice.company_id.currency_id:
                amount += f" {notice.currency_id.name}"
            days = notice.line_ids.move_line_id.mapped("date_maturity")
            due = min(filter(None, days), default=notice.date)
            notice.debtor_name = (notice.recipient_id or notice.partner_id).name
            notice.amount_text = amount
            notice.due_text = format_date(self.env, due, date_format="long")
            notice.date_text = format_date(self.env, notice.date, date_format="long")

    @api.depends("state", "line_ids", "mail_message_id")
    def _compute_preview(self):
        """The message as it was written, or as it would be now."""
        mailer = self.env["receivables.dunning.mailer"]
        for notice in self:
            if notice.mail_message_id:
                # Its readers are those of the notice.
                message = notice.mail_message_id.sudo()
                notice.preview_subject = message.subject
                notice.preview_html = message.body
                continue
            subject = body = False
            if notice.channel == "email" and notice.line_ids and notice.step_id:
                subject, body = mailer._write_letters(notice, True)[notice.id]
            notice.preview_subject = subject
            notice.preview_html = body

    def unlink(self):
        """Override: the items go with their notice."""
        # Whoever may delete a notice deletes what it is made of.
        self.sudo().line_ids.unlink()
        return super().unlink()

    def mail_allowed_qweb_expressions(self):
        """Add what the texts of steps say: simple fields, which render in a batch."""
        return super().mail_allowed_qweb_expressions() + (
            "object.amount_text",
            "object.due_text",
            "object.date_text",
            "object.company_id.name",
            "object.debtor_name",
        )

    # STATE

    def _move(self, target, **values):
        """Change the state where the table allows it, with ``values``; the one door.

        A repeat changes nothing.

        :raises UserError: a notice cannot become ``target``; names it.
        """
        changing = self.browse()
        for notice in self:
            try:
                if states.move(states.NOTICE, notice.state, target):
                    changing |= notice
            except states.ForbiddenMove as error:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "The notice %(notice)s is in state “%(state)s” and cannot"
                        " become “%(target)s”.",
                        notice=notice.name,
                        state=labels[notice.state],
                        target=labels[target],
                    )
                ) from error
        changing.write({"state": target} | values)
        if target in ("held", "cancelled"):
            changing.line_ids.write({"is_live": False})
        return changing

    # ACTIONS

    def _check_collector(self):
        self.check_access("read")
        self.env["receivables.dunning.run"].check_access("write")
        self.env["receivables.dunning.run"]._check_collector()

    def action_cancel(self):
        """Cancel the notices that have not left, with their queued messages."""
        self._check_collector()
        notices = self.sudo()
        mails = notices.mail_id.filtered(lambda mail: mail.state != "sent")
        notices._move(
            "cancelled",
            skip_reason="removed",
            skip_text=self.env._("by %(user)s", user=self.env.user.name),
            mail_id=False,
        )
        mails.unlink()
        return True

    def action_retry(self):
        """Write and queue failed notices again, in the same row, with today's debt."""
        self._check_collector()
        self.sudo().filtered(lambda notice: notice.state == "failed")._queue()
        return True

    def action_send(self):
        """Send the planned ones among these notices now."""
        self._check_collector()
        planned = self.sudo().filtered(lambda notice: notice.state == "planned")
        for run, notices in planned.grouped("run_id").items():
            run._lock()
            notices._queue()
        return True

    def action_open_items(self):
        """Return the items of the notice as a list of receivables."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.account_move_line_action_open_receivables"
        )
        action["domain"] = [("id", "in", self.line_ids.move_line_id.ids)]
        action["context"] = {}
        return action

    # DELIVERY

    def _set_sent(self):
        """Note that the messages left."""
        queued = self.filtered(lambda notice: notice.state == "queued")
        now = self.env.company._receivables_now()
        queued._move("sent", sent_at=now, skip_reason=False, skip_text=False)

    def _set_failed(self, why):
        """Note that the messages did not arrive, and why."""
        open_ = self.filtered(lambda notice: notice.state in ("queued", "sent"))
        open_._move("failed", skip_reason="delivery", skip_text=why)

    def _set_mail_stopped(self):
        """Note that a person took the messages out of the mail queue, and who.

        Failed, not cancelled: nobody is told again by itself, and a person may retry.
        """
        queued = self.filtered(lambda notice: notice.state == "queued")
        queued._move(
            "failed",
            skip_reason="mail_stopped",
            skip_text=self.env._("by %(user)s", user=self.env.user.name),
        )

    def _set_queued_again(self):
        """Note that a person put the messages back into the mail queue."""
        failed = self.filtered(lambda notice: notice.state == "failed")
        failed._move("queued", skip_reason=False, skip_text=False)

    def _message_receive_bounce(self, email, partner):
        result = super()._message_receive_bounce(email, partner)
        self._set_failed(
            self.env._(
                "%(email)s refused the message. Correct the address and try again.",
                email=email,
            )
        )
        return result
