from datetime import date

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .dunning_case import DunningCase

TERMS = "Net 30."


@tagged("post_install", "-at_install")
class TestDunningTerms(DunningCase, MailCommon):
    """A message that did not arrive has told nobody the credit terms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.receivables_policy_id = cls.env["receivables.policy"].create(
            {"name": "Mayoreo", "public_text": TERMS}
        )

    def _fail(self, notice):
        """Have the mail server refuse the e-mail of a notice."""
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.send_email_mocked.side_effect = ConnectionError("refused")
            notice.mail_id.send()
        self.assertEqual(notice.state, "failed")

    def test_the_message_after_a_failed_one_tells_the_terms(self):
        self._due(3)
        first = self._execute().notice_ids
        self.assertIn(TERMS, first.mail_id.body_html)
        self._fail(first)

        self._on("2026-04-22")
        second = self._execute(date(2026, 4, 22)).notice_ids - first
        self.assertIn(TERMS, second.mail_id.body_html)
        with self.mock_mail_gateway():
            second.mail_id.send()

        self._on("2026-04-29")
        self._invoice(self.customer, 50, due=date(2026, 4, 26))
        third = self._execute(date(2026, 4, 29)).notice_ids - first - second
        self.assertTrue(third.mail_id.body_html)
        self.assertNotIn(TERMS, third.mail_id.body_html)

    def test_so_does_the_same_message_tried_again(self):
        self._due(3)
        notice = self._execute().notice_ids
        self._fail(notice)

        notice.action_retry()

        self.assertIn(TERMS, notice.mail_id.body_html)
