from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..core.credit_application import read_form
from .credit_application_case import REFERENCES

TYPED = {
    "legal_name": "Aceros del Norte",
    "vat": "ANO010203AB0",
    "contact_name": "Rosa Pérez",
    "phone": "81 5550 1200",
    "email": "rosa@aceros.example",
    "address": "Av. Juárez 10",
    "limit_requested": "40,000",
}


@tagged("post_install", "-at_install")
class TestCreditApplicationAtOnce(TransactionCase):
    """Two requests of one applicant, each in a transaction of its own.

    What they store is committed, so this class takes it away again.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cls.company_id = env.company.id
            partners = env["res.partner"].with_context(tracking_disable=True)
            cls.partner_id = partners.create(
                {"name": "Dos a la vez", "email": "rosa@aceros.example"}
            ).id
        cls.addClassCleanup(cls._forget)

    @classmethod
    def _forget(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            cr.execute(
                "UPDATE receivables_credit_application"
                " SET state = 'draft', sent_on = NULL WHERE partner_id = %s",
                (cls.partner_id,),
            )
            cls._applications(env).unlink()
            cr.execute("ALTER TABLE receivables_audit DISABLE TRIGGER USER")
            cr.execute(
                "DELETE FROM receivables_audit WHERE partner_id = %s", (cls.partner_id,)
            )
            cr.execute("ALTER TABLE receivables_audit ENABLE TRIGGER USER")
            env["res.partner"].browse(cls.partner_id).unlink()

    @classmethod
    def _applications(cls, env):
        applications = env["receivables.credit.application"].with_context(lang="en_US")
        return applications.search([("partner_id", "=", cls.partner_id)])

    def _request(self):
        """Return the environment of a request that has begun."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        # From here on it sees the database as it is now.
        cr.execute("SELECT 1")
        return api.Environment(cr, SUPERUSER_ID, {})

    def _open(self, env):
        return env["receivables.credit.application"]._open_for(
            env["res.partner"].browse(self.partner_id),
            env["res.company"].browse(self.company_id),
        )

    def _send(self, env):
        """Keep and send the page of the applicant, as the controller does."""
        application = self._applications(env)
        references = [
            {name: str(value) for name, value in row.items()} for row in REFERENCES
        ]
        return application._keep_page(
            read_form(TYPED, references)
        ) or application._send_page(True, "127.0.0.1")

    def test_one_application_whoever_comes_second(self):
        first, second = self._request(), self._request()

        # Opened at the same moment: neither sees the other's.
        opened = self._open(first)
        first.cr.commit()
        with mute_logger("odoo.sql_db"):
            refused = self._open(second)
        second.cr.commit()
        self.assertTrue(opened)
        self.assertFalse(refused)
        self.assertEqual(len(self._applications(self._request())), 1)

        # Sent at the same moment: the second is tried again and told so.
        first, second = self._request(), self._request()
        self.assertEqual(self._applications(second).state, "draft")
        self.assertEqual(self._send(first), [])
        first.cr.commit()
        tries = []

        def send():
            tries.append(self._applications(second).state)
            return self._send(second)

        with (
            mute_logger("odoo.sql_db"),
            patch("odoo.service.model.time.sleep"),
            self.assertRaisesRegex(UserError, "was sent already"),
        ):
            retrying(send, second)
        second.cr.rollback()

        self.assertEqual(tries, ["draft", "review"])
        application = self._applications(self._request())
        self.assertEqual(application.state, "review")
        self.assertEqual(len(application.reference_ids), len(REFERENCES))
        mails = application.env["mail.mail"].search(
            [("model", "=", application._name), ("res_id", "=", application.id)]
        )
        self.assertEqual(len(mails), 1, "the applicant is told once")
