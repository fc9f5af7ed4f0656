from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .credit_case import CreditCase


@tagged("post_install", "-at_install")
class TestPolicyPublicText(CreditCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.public_text = "Pague en 30 días.\nInterés moratorio: 2 %."
        cls.invoice = cls._draft(100)
        cls.invoice.action_post()
        cls.url = cls.invoice.get_portal_url()

    def _acknowledge(self, token, **changed):
        """Open the invoice's page and press its button, with ``changed`` values."""
        page = self.url_open(self.url)
        values = {
            name: page.text.partition(f'name="{name}" value="')[2].partition('"')[0]
            for name in ("csrf_token", "terms")
        }
        return self.url_open(
            f"/my/invoices/{self.invoice.id}/terms",
            data=values | {"access_token": token} | changed,
        )

    def _proof(self):
        self.env.invalidate_all()
        return self.customer.receivables_acknowledgment_ids

    def test_the_text_is_on_the_printed_invoice(self):
        report = self.env["ir.actions.report"]
        html = report._render_qweb_html("account.account_invoices", self.invoice.ids)
        self.assertIn("Interés moratorio: 2 %.", html[0].decode())

    def test_a_credit_note_or_an_invoice_without_policy_shows_nothing(self):
        note = self._draft(100, move_type="out_refund")
        self.assertEqual(note._receivables_public_text(), "")
        self.company.receivables_policy_id = False
        self.assertEqual(self.invoice._receivables_public_text(), "")

    def test_an_older_invoice_shows_the_text_of_its_day(self):
        self._on(self.invoice.invoice_date.replace(month=8))

        self.policy.public_text = "Pague en 15 días."

        self.assertIn("30 días", self.invoice._receivables_public_text())

    def test_the_customer_acknowledges_it_once_in_the_portal(self):
        self.assertIn("Interés moratorio", self.url_open(self.url).text)

        page = self._acknowledge(self.invoice.access_token)
        self._acknowledge(self.invoice.access_token)

        proof = self._proof()
        self.assertEqual(len(proof), 1)
        self.assertEqual(proof.version_id, self.policy.version_id)
        self.assertEqual(proof.name, self.customer.name)
        self.assertEqual(proof.public_text, self.policy.public_text)
        self.assertEqual(len(proof.text_hash), 64)
        self.assertEqual(proof.date, self.company._receivables_now())
        self.assertTrue(proof.address)
        self.assertNotIn("/terms", page.text)

    def test_the_text_that_was_shown_is_kept_in_its_language(self):
        self.env["res.lang"]._activate_lang("es_MX")
        version = self.policy._prepare_change()
        version.with_context(lang="es_MX").public_text = "Pague pronto."
        version._put_in_force()
        contact = self._customer(
            "Pagos", parent_id=self.customer.id, is_company=False, lang="es_MX"
        )
        self.invoice = self._draft(100, contact)
        self.invoice.action_post()
        self.url = self.invoice.get_portal_url()

        self._acknowledge(self.invoice.access_token)

        proof = self._proof()
        self.assertEqual(proof.public_text, "Pague pronto.")
        self.assertEqual(proof.text_hash, self.invoice._receivables_public_hash())

    def test_a_text_that_is_not_the_one_shown_is_not_acknowledged(self):
        self._acknowledge(self.invoice.access_token, terms="0123456789")

        self.assertFalse(self._proof())

    def test_without_the_invoice_s_token_nothing_is_kept(self):
        self._acknowledge("0123456789")

        self.assertFalse(self._proof())

    def test_the_proof_is_neither_changed_nor_deleted(self):
        proof = self.policy.version_id._acknowledge(self.customer, "Compras")
        with self.assertRaisesRegex(UserError, "not changed"):
            proof.name = "Otro"
        with self.assertRaisesRegex(UserError, "not deleted"):
            proof.unlink()
        user = self._user(
            "proof_manager", "receivables_automation.group_receivables_manager"
        )
        with self.assertRaises(AccessError):
            proof.with_user(user).check_access("write")
