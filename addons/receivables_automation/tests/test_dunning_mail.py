from datetime import date

from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.mail.tests.common import MailCommon

from .dunning_case import DunningCase


@tagged("post_install", "-at_install")
class TestDunningMail(DunningCase, MailCommon):
    def _notice(self, days=3, **values):
        self._due(days, **values)
        return self._execute().notice_ids

    def test_debtor_reads_their_own_language(self):
        self.customer.lang = "es_MX"
        mail = self._notice().mail_id

        self.assertIn("Vencimiento", mail.body_html)
        self.assertIn("Hola", mail.body_html)
        self.assertIn("2026", mail.subject)
        self.assertIn("de abril de", mail.subject)

    def test_message_itemises_the_debt_and_nobody_else_s(self):
        stranger = self._customer("Extraño", email="x@example.com")
        foreign = self._due(3, stranger, amount=77)
        one, two = self._due(3, amount=31200), self._due(0, amount=22000.5)
        notices = self._execute().notice_ids
        body = notices.filtered(
            lambda notice: notice.partner_id == self.customer
        ).mail_id.body_html

        for text in (one.name, two.name, "31,200.00", "22,000.50", "53,200.50"):
            self.assertIn(text, body)
        self.assertNotIn(foreign.name, body)
        self.assertNotIn("Extraño", body)

    def test_only_the_first_message_tells_the_policy_s_public_text(
        self,
    ):
        policy = self.env["receivables.policy"].create(
            {"name": "Mayoreo", "public_text": "Net 30.\nBring <your> order number."}
        )
        self.company.receivables_policy_id = policy

        first = self._notice().mail_id

        self.assertIn("Net 30.", first.body_html)
        self.assertIn("&lt;your&gt;", first.body_html)
        self._on("2026-04-22")
        later = self._execute(date(2026, 4, 22)).notice_ids.mail_id
        self.assertIn("100.00", later.body_html)
        self.assertNotIn("Net 30.", later.body_html)

    def test_part_of_an_invoice_in_dispute_is_said_to_be_left_out(self):
        invoice = self._due(3)
        self.assertNotIn("disputed", self._execute().notice_ids.mail_id.body_html)
        self.env["receivables.dispute"].create(
            {
                "move_id": invoice.id,
                "amount": 40,
                "reason_id": self.env["receivables.dispute.reason"].search([])[0].id,
            }
        )
        self._on("2026-04-22")

        body = self._execute(date(2026, 4, 22)).notice_ids.mail_id.body_html

        self.assertIn("60.00", body)
        self.assertIn("What you have disputed is not included", body)

    def test_plain_text_keeps_an_item_on_one_line(self):
        invoice = self._due(3)
        text = html2plaintext(self._execute().notice_ids.mail_id.body_html)

        [line] = [line for line in text.splitlines() if invoice.name in line]
        self.assertIn("100.00", line)

    def test_button_only_where_there_is_something_to_open(self):
        address = ""
        # In a database with payment links, these answer otherwise.
        self.patch(
            self.registry["account.move.line"],
            "_receivables_payment_urls",
            lambda items, items_by_key, _is_preview: dict.fromkeys(
                items_by_key, address
            ),
        )
        without = self._notice().mail_id
        self.assertNotIn("<a ", without.body_html)
        address = "{{pay:12}}"
        other = self._customer("Otro", email="otro@example.com")
        self._due(3, other)

        mail = self._execute().notice_ids.mail_id

        self.assertIn('href="{{pay:12}}"', mail.body_html)
        self.assertIn("{{pay:12}}", mail.mail_message_id.body)

    def test_sent_mail_marks_the_notice_and_keeps_its_text(self):
        notice = self._notice()

        with self.mock_mail_gateway():
            notice.mail_id.send()

        self.assertEqual(notice.state, "sent")
        self.assertTrue(notice.sent_at)
        self.assertIn("100.00", notice.mail_message_id.body)
        self.assertIn(notice.mail_message_id, notice.message_ids)

    def test_failure_comes_back_and_is_retried_in_the_same_row(self):
        notice = self._notice()
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.send_email_mocked.side_effect = ConnectionError("refused")
            notice.mail_id.send()
        self.assertEqual(notice.state, "failed")
        self.assertTrue(notice.explanation.startswith("Not delivered: "))

        notice.action_retry()

        self.assertEqual(notice.state, "queued")
        self.assertEqual(notice.mail_id.state, "outgoing")

    def test_mail_cancelled_by_hand_leaves_no_notice_on_its_way(self):
        notice = self._notice()
        mail = notice.mail_id

        mail.cancel()

        self.assertEqual(notice.state, "failed")
        self.assertIn(self.env.user.name, notice.explanation)
        self.assertFalse(self._preview().notice_ids)
        mail.mark_outgoing()
        self.assertEqual((notice.state, notice.explanation), ("queued", False))

    def test_mail_deleted_from_the_queue_leaves_no_notice_on_its_way(self):
        notice = self._notice()

        notice.mail_id.unlink()

        self.assertEqual(notice.state, "failed")
        notice.action_retry()
        self.assertEqual(notice.state, "queued")
        self.assertTrue(notice.mail_id)

    def test_retry_takes_the_mail_that_failed_out_of_the_queue(self):
        notice = self._notice()
        first = notice.mail_id
        first.cancel()

        notice.action_retry()

        self.assertFalse(first.exists())
        self.assertEqual((notice.state, notice.mail_id.state), ("queued", "outgoing"))

    def test_an_answer_that_does_not_arrive_is_not_the_notice_s_failure(self):
        notice = self._notice()
        answer = self.env["mail.mail"].create(
            {"model": notice._name, "res_id": notice.id, "body_html": "Gracias"}
        )

        answer._postprocess_sent_message([], [], "refused", "unknown")
        answer.cancel()

        self.assertEqual(notice.state, "queued")

    def test_bounce_marks_the_notice_failed(self):
        notice = self._notice()
        with self.mock_mail_gateway():
            notice.mail_id.send()

        notice._message_receive_bounce("pagos@aguila.example", self.customer)

        self.assertEqual(notice.state, "failed")
        self.assertIn("pagos@aguila.example", notice.skip_text)

    def test_reply_reaches_the_notice(self):
        notice = self._notice()
        with self.mock_mail_gateway():
            notice.mail_id.send()
            self.env["mail.thread"].message_process(
                False,
                f"From: {self.customer.email}\n"
                "To: cobranza@aceros.example\n"
                "Message-Id: <reply-1@aguila.example>\n"
                f"In-Reply-To: {notice.mail_message_id.message_id}\n"
                "Subject: Re\nContent-Type: text/plain\n\nYa pagamos\n",
            )

        reply = notice.message_ids - notice.mail_message_id
        self.assertEqual(reply.author_id, self.customer)

    def test_mail_outside_the_window_waits_in_the_queue(self):
        self._at("2026-04-18 18:00:00")
        self._due(0)
        notice = self._execute("2026-04-18").notice_ids

        self.assertEqual(str(notice.mail_id.scheduled_date), "2026-04-20 13:00:00")

    def test_amount_in_another_currency_names_it(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True

        notice = self._notice(currency_id=dollar.id)

        self.assertIn("USD", notice.mail_id.subject)

    def test_old_items_beside_a_coming_one_are_not_said_to_come_due(self):
        self._due(40)
        self._due(-14)

        subject = self._execute().notice_ids.with_context(lang="en_US").mail_id.subject

        self.assertNotIn("Coming due", subject)
