import os
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.receivables_automation.models.receivables_secret import VARIABLE

from ..models import payment_link_address
from .common import TOKEN, PaymentLinkCase


@tagged("post_install", "-at_install", "website")
class TestAddress(PaymentLinkCase):
    def _find(self, token):
        return self.env["payment.link"]._find_by_token(token)

    def _mail(self, body, **values):
        return self.env["mail.mail"].create(
            {"body_html": body, "email_to": "pagos@aguila.example"} | values
        )

    def test_address_opens_its_link_only(self):
        link = self._link()
        token = self._token(link)

        self.assertEqual(self._find(token), (link, True))
        for wrong in (
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            "",
            "x" * 32,
            token + "A",
        ):
            self.assertEqual(self._find(wrong), (self.env["payment.link"], False))

    def test_new_address_kills_the_old_one(self):
        link = self._link()
        old = self._token(link)
        link.action_rotate()

        self.assertEqual(self._find(old), (link, False))
        self.assertEqual(self._find(self._token(link)), (link, True))

    def test_another_database_s_address_is_unknown(self):
        link = self._link()
        token = self._token(link)
        self.env["ir.config_parameter"].set_param("database.uuid", "another")

        self.assertEqual(self._find(token), (self.env["payment.link"], False))

    def test_neutralised_copy_and_missing_secret_turn_links_off(self):
        link = self._link()
        token = self._token(link)
        with patch.dict(os.environ, {VARIABLE: ""}):
            self._assert_off(link, token)
        self.env["ir.config_parameter"].set_param("database.is_neutralized", "true")
        self._assert_off(link, token)

    def _assert_off(self, link, token):
        link.invalidate_recordset()
        self.assertFalse(link.url)
        self.assertFalse(self._find(token)[1])
        self.assertEqual(self.items._receivables_payment_url(), "")
        with self.assertRaises(UserError):
            link.action_show_address()
        with self.assertRaises(UserError):
            self._mail(link.address_placeholder)._prepare_outgoing_list()

    def test_message_gets_the_address_when_it_is_sent_and_not_before(self):
        url = self.items._receivables_payment_url()
        link = self._balance_link()
        mail = self._mail(f'<p><a href="{url}">Pagar</a> {url}</p>')

        [sent] = mail._prepare_outgoing_list()

        self.assertEqual(url, f"{{{{pay:{link.id}}}}}")
        for part in (sent["body"], sent["body_alternative"]):
            self.assertEqual(set(TOKEN.findall(part)), {self._token(link)})
            self.assertNotIn("pay:", part)
        self.assertNotIn(self._token(link), mail.body_html)

    def test_sms_gets_the_address_when_it_is_sent_and_not_before(self):
        link = self._balance_link()
        text = f"Paga aquí: {link.address_placeholder}"
        sms = self.env["sms.sms"].create({"body": text, "number": "+528155501200"})
        sent = []

        class Service:
            def _send_sms_batch(self, messages, **_values):
                sent.extend(message["content"] for message in messages)
                return [{"uuid": sms.uuid, "state": "success"}]

        sms._send_with_api(Service(), unlink_sent=False)

        self.assertIn(self._token(link), sent[0])
        self.assertEqual(sms.body, text)

    def test_items_of_several_debtors_have_no_address(self):
        other = self._items(self._invoice(self._customer("Otra")))

        self.assertEqual((self.items | other)._receivables_payment_url(), "")
        self.assertEqual(self.items[:0]._receivables_payment_url(), "")

    def test_message_about_a_dead_link_does_not_leave(self):
        link = self._link()
        mail = self._mail(f"<p>{link.address_placeholder}</p>")
        link.action_revoke()

        with self.assertRaisesRegex(UserError, str(link.id)):
            mail._prepare_outgoing_list()

    def test_nobody_learns_an_address_by_typing_its_placeholder(self):
        link = self._link()
        body = f"<p>{link.address_placeholder}</p>"
        outsider = self._user("o")
        portal = self._user("p", "base.group_portal")
        for values in (
            {"message_type": "email"},
            {"author_id": portal.partner_id.id, "message_type": "comment"},
            {"author_id": outsider.partner_id.id, "message_type": "comment"},
        ):
            with self.subTest(values=values):
                [sent] = self._mail(body, **values)._prepare_outgoing_list()
                self.assertNotIn(self._token(link), sent["body"])
        by_outsider = self._mail(body).with_user(outsider).sudo().copy()
        [sent] = by_outsider._prepare_outgoing_list()
        self.assertNotIn(self._token(link), sent["body"])

    def test_composer_sends_the_address_and_keeps_the_placeholder(self):
        collector = self._user("c", "receivables_automation.group_receivables_user")
        link = self._balance_link()
        action = link.with_user(collector).action_send()
        composer = (
            self.env["mail.compose.message"]
            .with_user(collector)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn("pay:", composer.body.replace("%3A", ":").replace("%7B", "{"))
        composer._action_send_mail()

        message = link.message_ids.filtered(lambda one: one.model == "payment.link")[0]
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        token = self._token(link)
        self.assertNotIn(token, message.body)
        [sent] = mail._prepare_outgoing_list() if mail else [None]
        self.assertIn(token, sent["body"])
        self.assertIn(token, sent["body_alternative"])

    def test_reading_an_address_leaves_traces(self):
        collector = self._user("c", "receivables_automation.group_receivables_user")
        link = self._link().with_user(collector)
        with patch.object(payment_link_address._logger, "info") as log:
            self.assertTrue(TOKEN.search(link.url))
        self.assertEqual(log.call_args.args[1:], (link.ids, collector.id))

        before = len(link.message_ids)
        link.action_show_address()
        self.assertEqual(len(link.message_ids), before + 1)

    def test_address_is_not_exported(self):
        self.assertFalse(
            self.env["payment.link"].fields_get(["url"])["url"]["exportable"]
        )

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_failed_message_says_why(self):
        link = self._link()
        mail = self._mail(f"<p>{link.address_placeholder}</p>")
        link.action_revoke()

        with patch.object(type(self.env["ir.mail_server"]), "_disable_send", bool):
            mail._send()

        self.assertEqual(mail.state, "exception")
        self.assertIn(str(link.id), mail.failure_reason)
