from odoo.exceptions import UserError
from odoo.fields import Command

from .credit_case import CreditCase


class TestCustomerPapers(CreditCase):
    """Guarantees and documents stay with the debtor that they are about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.kind = cls.env["receivables.document.type"].create({"name": "Acta"})
        cls._set_rules(
            {"kind": "documents"}, document_type_ids=[Command.set(cls.kind.ids)]
        )
        cls.guarantee = cls.env["receivables.guarantee"].create(
            {"name": "Pagaré", "partner_id": cls.customer.id, "amount": 500}
        )
        cls.document = cls.env["receivables.document"].create(
            {"partner_id": cls.customer.id, "type_id": cls.kind.id}
        )
        cls.papers = (cls.guarantee, cls.document)

    def _check_counted_for(self, partner):
        self.env.invalidate_all()
        self.assertEqual(self._exposure(partner).guarantees, 500)
        self.assertEqual(partner.receivables_credit_state, "ok")
        action = partner.with_context(
            receivables_part="guarantees"
        ).action_receivables_exposure()
        self.assertEqual(self.guarantee.search(action["domain"]), self.guarantee)

    def test_what_a_contact_hands_in_is_its_company_s(self):
        contact = self.env["res.partner"].create(
            {"name": "Rosa", "parent_id": self.customer.id}
        )
        for paper in self.papers:
            paper.partner_id = contact
            self.assertEqual(paper.partner_id, self.customer)
            self.assertEqual(
                paper.copy({"partner_id": contact.id}).partner_id, self.customer
            )

    def test_a_customer_that_becomes_a_contact_brings_its_papers(self):
        group = self._customer("Grupo")
        self.customer.write({"is_company": False, "parent_id": group.id})
        self._check_counted_for(group)
        pound = self._currency("GBP", [])
        self.guarantee.currency_id = pound
        self.assertIn("GBP", group.receivables_guarantee_problem)
        self.guarantee.currency_id = self.company.currency_id

        self.customer.write({"is_company": True, "parent_id": False})

        self._check_counted_for(self.customer)
        self.assertFalse(self._exposure(group))

    def test_the_company_of_a_paper_is_never_another(self):
        other = self.env["res.company"].create({"name": "Otra"})
        for paper in self.papers:
            paper.company_id = self.company
            with self.assertRaisesRegex(UserError, "Ferretería El Águila.*stays there"):
                paper.company_id = other
            self.assertEqual(paper.company_id, self.company)
