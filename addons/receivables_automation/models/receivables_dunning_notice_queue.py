from collections import Counter, defaultdict

from odoo import fields, models

from ..core.dunning_batch import Skipped


class ReceivablesDunningNotice(models.Model):
    _inherit = "receivables.dunning.notice"

    def _queue(self):
        """Write these notices with the debt as it is now, and queue them.

        Items that were paid or are held meanwhile are taken out, with their reason; a
        notice that is left empty is held. All are of one company.
        """
        live = self._refresh_debt()
        by_channel = live.grouped("channel")
        by_channel.get("email", self.browse())._queue_emails()
        by_channel.get("activity", self.browse())._schedule_activities()

    def _refresh_debt(self):
        """Take out what must not be chased any more; return the notices with a rest."""
        if not self:
            return self
        day = self.company_id._receivables_today()
        items = self.line_ids.move_line_id
        holds = items.exists()._receivables_hold_reasons(day)
        disputed = items.exists()._receivables_disputed_parts()
        dropped = self.env["receivables.dunning.notice.line"]
        skips = []
        for line in self.line_ids:
            reason, text = self._drop_reason(line, holds)
            if reason:
                dropped |= line
                skips.append((line, reason, text))
            else:
                item = line.move_line_id
                part = float(disputed.get(item.id, 0))
                owed = line.currency_id.round(item.amount_residual_currency - part)
                if line.currency_id.compare_amounts(owed, line.amount_due):
                    line.amount_due = owed
        self._record_drops(skips)
        empty = self.filtered(lambda notice: not notice.line_ids - dropped)
        first = {line.notice_id: why for line, *why in reversed(skips)}
        for notice in empty:
            reason, text = first.get(notice, ("settled", False))
            notice._move("held", skip_reason=reason, skip_text=text)
        (dropped - empty.line_ids).unlink()
        rest = self - empty
        for notice in rest:
            amount = notice.currency_id.round(sum(notice.line_ids.mapped("amount_due")))
            if notice.currency_id.compare_amounts(amount, notice.amount_due):
                notice.amount_due = amount
            if notice.item_count != len(notice.line_ids):
                notice.item_count = len(notice.line_ids)
        return rest

    def _drop_reason(self, line, holds):
        """Return (code, text) if a planned item must not go out; else ('', '')."""
        item = line.move_line_id
        # No holds are known of an item that was deleted meanwhile.
        if item.id not in holds:
            return "settled", False
        if item.parent_state != "posted" or item.reconciled:
            return "settled", False
        if line.currency_id.compare_amounts(item.amount_residual_currency, 0) <= 0:
            return "settled", False
        if held := holds[item.id]:
            code, text, _record = held[0]
            return code, text
        return "", ""

    def _record_drops(self, skips):
        """Keep in the runs why items were taken out after the preview."""
        if not skips:
            return
        items = self.line_ids.move_line_id
        # For a notice of an older run, the latest run's reason is the one that holds.
        told = self.env["receivables.dunning.skip"].search([("id", "in", items.ids)])
        by_run = defaultdict(list)
        for line, reason, text in skips:
            by_run[line.notice_id.run_id].append((line, reason, text or None))
        for run, of_run in by_run.items():
            skipped = [
                Skipped(
                    line.move_line_id.id, reason, line.step_id.id or None, None, text
                )
                for line, reason, text in of_run
                if line.move_line_id.id not in told.ids
            ]
            self.env["receivables.dunning.skip.group"]._add(run, skipped)
            counts = Counter(reason for _line, reason, _text in of_run)
            run.skip_counts = dict(counts + Counter(run.skip_counts or {}))
            run.skip_count = sum(run.skip_counts.values())

    def _queue_emails(self):
        """Write the emails and put them into Odoo's queue; failures are held."""
        if not self:
            return
        self._set_addresses()
        reachable = self.filtered("recipient_id")
        for notice in self - reachable:
            if notice.state == "planned":
                notice._move("held", skip_reason="no_email", skip_text=False)
            else:
                notice.write({"skip_reason": "no_email", "skip_text": False})
        letters = self.env["receivables.dunning.mailer"]._write_letters(reachable)
        reply_to = reachable._notify_get_reply_to(
            default=self.company_id.email_formatted or None
        )
        values = [
            notice._mail_values(letters[notice.id], reply_to[notice.id])
            for notice in reachable
        ]
        # What failed before must not leave beside what is written now.
        superseded = reachable.mail_id.filtered(lambda mail: mail.state != "sent")
        reachable.mail_id = False
        superseded.unlink()
        # Collectors queue what was planned; the queue itself is not theirs to read.
        mails = self.env["mail.mail"].sudo().create(values)
        now = self.env.company._receivables_now()
        reachable._move("queued", queued_at=now, skip_reason=False, skip_text=False)
        for notice, mail in zip(reachable, mails, strict=True):
            notice.write(
                {"mail_id": mail.id, "mail_message_id": mail.mail_message_id.id}
            )

    def _mail_values(self, letter, reply_to):
        """Return the values of a notice's email; expects one notice."""
        subject, body = letter
        sender = self.company_id.email_formatted or self.env.user.email_formatted
        template = self.env["receivables.dunning.mailer"]._template(self).sudo()
        return {
            "subject": subject,
            "body": body,
            "body_html": body,
            "email_from": sender,
            "reply_to": reply_to or sender,
            "recipient_ids": [fields.Command.link(self.recipient_id.id)],
            "mail_server_id": template.mail_server_id.id,
            "model": self._name,
            "res_id": self.id,
            "message_type": "email_outgoing",
            "author_id": (self.user_id.partner_id or self.company_id.partner_id).id,
            "scheduled_date": self.scheduled_date,
            "auto_delete": True,
            # The message stays with the notice when the queue forgets it.
            "is_notification": True,
        }

    def _set_addresses(self):
        """Fill in who receives and who signs, where the plan left it open."""
        persons = self.partner_id._receivables_persons_in_charge(self.company_id)
        for notice in self:
            user = persons[notice.partner_id.id]
            if user and notice.user_id != user:
                notice.user_id = user
        addresses = self.partner_id._receivables_addresses(self.company_id)
        departures = self.env["receivables.contact.calendar"]._departures(
            self.company_id, {zone for _recipient, zone in addresses.values()}
        )
        for notice in self:
            recipient, zone = addresses[notice.partner_id.id]
            leaves, day = departures[zone]
            values = {
                "recipient_id": recipient or False,
                "timezone": zone,
                "scheduled_date": leaves or False,
                "departure_date": max(notice.date, day),
            }
            changed = {
                name: value
                for name, value in values.items()
                if notice._fields[name].convert_to_write(notice[name], notice) != value
            }
            if changed:
                notice.write(changed)

    def _schedule_activities(self):
        """Make a task of each notice for the person in charge; it counts as sent."""
        persons = self.partner_id._receivables_persons_in_charge(self.company_id)
        now = self.env.company._receivables_now()
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get("res.partner")
        values = []
        for notice in self:
            user = persons[notice.partner_id.id] or notice.run_id.create_uid
            step = notice.step_id.with_context(lang=user.lang)
            values.append(
                {
                    "activity_type_id": todo.id,
                    "res_model_id": model.id,
                    "res_id": notice.partner_id.id,
                    "date_deadline": notice.date,
                    "summary": f"{step.name}: {notice.amount_text}",
                    "note": step.activity_note or "",
                    "user_id": user.id,
                }
            )
        # A list of tasks is read in Odoo; an email to a colleague for each is noise.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            values
        )
        self._move("queued", queued_at=now)
        self._set_sent()
