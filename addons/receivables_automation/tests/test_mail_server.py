import socket

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

SILENT_HOST = "127.0.0.1"


@tagged("post_install", "-at_install")
class TestMailServer(TransactionCase):
    def setUp(self):
        super().setUp()
        # Core sends nothing in tests; these are about what happens when it tries.
        servers = self.registry["ir.mail_server"]
        self.patch(servers, "_disable_send", lambda server: False)
        with socket.socket() as probe:
            probe.bind((SILENT_HOST, 0))
            self.port = probe.getsockname()[1]
        self.server = self.env["ir.mail_server"].create(
            {
                "name": "Silent",
                "smtp_host": SILENT_HOST,
                "smtp_port": self.port,
                "smtp_encryption": "none",
            }
        )
        self.mail = self.env["mail.mail"].create(
            {
                "subject": "Reminder",
                "body_html": "<p>Reminder</p>",
                "email_from": "us@sender.example",
                "email_to": "them@receiver.example",
                "mail_server_id": self.server.id,
                "auto_delete": False,
            }
        )

    def test_message_says_that_its_server_does_not_answer(self):
        self.mail.send()

        self.assertEqual(self.mail.state, "exception")
        self.assertIn("No outgoing server", self.mail.failure_reason)
        self.assertIn(f"{SILENT_HOST}:{self.port}", self.mail.failure_reason)

    def test_message_can_be_tried_again(self):
        self.mail.send()

        self.mail.action_retry()

        self.assertEqual(self.mail.state, "outgoing")

    def test_unknown_host_is_named(self):
        self.server.smtp_host = "no-such-host.invalid"

        with self.assertRaisesRegex(UserError, "no-such-host.invalid"):
            self.env["ir.mail_server"]._connect__(mail_server_id=self.server.id)

    @mute_logger("odoo.addons.base.models.ir_mail_server")
    def test_button_that_tests_the_connection_says_the_same(self):
        with self.assertRaisesRegex(UserError, "No outgoing server"):
            self.server.test_smtp_connection()
