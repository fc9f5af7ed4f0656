from odoo.exceptions import AccessError
from odoo.tests import tagged

from .sat_case import SatCase

GROUP = "receivables_automation.group_receivables_"
MODELS = (
    "mx.sat.document",
    "mx.sat.document.payment",
    "mx.sat.document.relation",
    "mx.sat.tax",
)


@tagged("post_install", "-at_install")
class TestSatAccess(SatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env["res.company"].create({"name": "Otra"})
        cls.readers = {
            name: cls._user(name, f"{GROUP}{name}")
            for name in ("user", "manager", "auditor")
        }
        cls.strangers = {
            "outsider": cls._user("outsider"),
            "portal": cls._user("portal", "base.group_portal"),
        }
        cls.neighbour = cls._user("n", f"{GROUP}manager", companies=other)
        cls.documents = cls._import(
            cls._cfdi(1), cls._complement(2, "10.00", (1, "10.00"))
        )

    def _rows(self, model, user):
        return self.env(user=user, context={})[model].search([])

    def test_finance_collectors_and_auditors_read(self):
        for name, user in self.readers.items():
            for model in MODELS:
                with self.subTest(user=name, model=model):
                    self.assertTrue(self._rows(model, user).read())

    def test_others_read_nothing(self):
        for name, user in self.strangers.items():
            for model in MODELS:
                with (
                    self.subTest(user=name, model=model),
                    self.assertRaises(AccessError),
                ):
                    self._rows(model, user).read()

    def test_another_company_s_manager_sees_nothing(self):
        for model in MODELS:
            with self.subTest(model=model):
                self.assertFalse(self._rows(model, self.neighbour))

    def test_nobody_writes_documents_by_hand(self):
        for name, user in self.readers.items():
            for model in MODELS[:3]:
                with self.subTest(user=name, model=model):
                    rows = self._rows(model, user)
                    with self.assertRaises(AccessError):
                        rows.write({"company_id": rows.company_id.id})
                    with self.assertRaises(AccessError):
                        rows.unlink()

    def test_the_xml_is_read_by_who_reads_the_document(self):
        attachment = self.documents[0].attachment_id

        self.assertTrue(attachment.with_user(self.readers["user"]).raw)
        with self.assertRaises(AccessError):
            attachment.with_user(self.strangers["outsider"]).read(["raw"])

    def test_only_a_manager_imports(self):
        for name in ("user", "auditor"):
            with self.subTest(user=name), self.assertRaises(AccessError):
                self.env["mx.sat.import"].with_user(self.readers[name]).create({})

    def test_an_invoice_s_folio_is_read_with_the_invoice(self):
        move = self.documents[0].move_id.with_user(self.readers["auditor"])

        self.assertEqual(move.mx_sat_uuid, self.documents[0].uuid)
        self.assertEqual(move.mx_sat_document_id, self.documents[0])
