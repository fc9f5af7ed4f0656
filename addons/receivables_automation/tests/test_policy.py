from odoo.exceptions import UserError

from .mexican_company import MexicanCompanyCase


class TestPolicy(MexicanCompanyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer()
        terms = cls.env["account.payment.term"]
        cls.own, cls.of_policy, cls.usual, cls.of_company = terms.create(
            [{"name": name} for name in ("Own", "Policy", "Usual policy", "Company")]
        )
        cls.policy = cls.env["receivables.policy"].create(
            {"name": "Mayoreo", "payment_term_id": cls.of_policy.id}
        )
        cls.usual_policy = cls.env["receivables.policy"].create(
            {"name": "General", "payment_term_id": cls.usual.id}
        )

    def _term(self, partner=None):
        return (partner or self.customer)._receivables_payment_term(self.company)

    def test_the_term_comes_from_customer_then_policy_then_company(self):
        self.assertEqual(self._term(), (self.env["account.payment.term"], ""))

        self.company.receivables_payment_term_id = self.of_company
        self.assertEqual(self._term(), (self.of_company, "company"))

        self.company.receivables_policy_id = self.usual_policy
        self.assertEqual(self._term(), (self.usual, "policy"))

        self.customer.receivables_policy_id = self.policy
        self.assertEqual(self._term(), (self.of_policy, "policy"))

        self.customer.property_payment_term_id = self.own
        self.assertEqual(self._term(), (self.own, "customer"))

    def test_a_contact_follows_the_policy_of_its_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Pagos", "parent_id": self.customer.id}
        )
        self.customer.receivables_policy_id = self.policy

        self.assertEqual(self._term(contact), (self.of_policy, "policy"))

    def test_a_policy_without_term_leaves_the_company_s(self):
        self.company.receivables_payment_term_id = self.of_company
        self.policy.payment_term_id = False
        self.customer.receivables_policy_id = self.policy

        self.assertEqual(self._term(), (self.of_company, "company"))

    def test_an_archived_policy_no_longer_applies(self):
        self.company.receivables_policy_id = self.usual_policy
        self.customer.receivables_policy_id = self.policy

        self.policy.active = False

        self.assertEqual(self._term(), (self.usual, "policy"))

    def test_each_company_has_its_own_policy_for_a_customer(self):
        self.customer.receivables_policy_id = self.policy
        other = self.env["res.company"].create({"name": "Otra"})

        self.assertFalse(self.customer._receivables_policy(other))
        self.assertEqual(self.customer._receivables_policy(self.company), self.policy)

    def test_a_policy_of_another_company_is_refused_as_the_usual_one(self):
        other = self.env["res.company"].create({"name": "Otra"})
        foreign = self.env["receivables.policy"].create(
            {"name": "Ajena", "company_id": other.id}
        )

        with self.assertRaises(UserError):
            self.company.receivables_policy_id = foreign

    def test_the_policy_counts_its_customers(self):
        self.customer.receivables_policy_id = self.policy

        self.assertEqual(self.policy.partner_count, 1)
        domain = self.policy.action_open_partners()["domain"]
        self.assertEqual(self.env["res.partner"].search(domain), self.customer)
