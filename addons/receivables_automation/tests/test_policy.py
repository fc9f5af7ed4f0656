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

    def _held(self, policy):
        """Return the customers behind a policy's count, having compared both."""
        self.env.invalidate_all()
        action = policy.action_open_partners()
        found = (
            self.env["res.partner"]
            .with_context(**action["context"])
            .search(action["domain"])
        )
        self.assertEqual(policy.partner_count, len(found))
        self.assertNotIn("search_default_customer", action["context"])
        return found

    def test_the_policy_counts_its_customers_without_their_contacts(self):
        self.env["res.partner"].create(
            {
                "name": "Pagos",
                "parent_id": self.customer.id,
                "receivables_policy_id": self.policy.id,
            }
        )
        self.customer.receivables_policy_id = self.policy

        self.assertEqual(self._held(self.policy), self.customer)
        self.assertFalse(self.policy.is_usual)

    def test_the_usual_policy_counts_whoever_has_none_of_its_own(self):
        names = ("Sin política", "Con la usual", "Con otra", "Con una archivada")
        debtors = self.env["res.partner"].create([{"name": name} for name in names])
        archived = self.env["receivables.policy"].create(
            {"name": "Vieja", "active": False}
        )
        debtors[1].receivables_policy_id = self.usual_policy
        debtors[2].receivables_policy_id = self.policy
        debtors[3].receivables_policy_id = archived
        self.env["receivables.profile"]._ensure_rows(self.company, debtors)
        self.company.receivables_policy_id = self.usual_policy

        held = self._held(self.usual_policy)

        self.assertLessEqual(debtors[0] | debtors[1] | debtors[3], held)
        self.assertFalse(held & (debtors[2] | self.customer))
        self.assertEqual(self._held(self.policy), debtors[2])
        self.assertTrue(self.usual_policy.is_usual)
        policies = self.env["receivables.policy"]
        self.assertIn(self.usual_policy, policies.search([("is_usual", "=", True)]))
        self.assertNotIn(self.usual_policy, policies.search([("is_usual", "=", False)]))

    def test_many_policies_are_counted_in_as_many_queries_as_two(self):
        self.company.receivables_policy_id = self.usual_policy
        more = self.env["receivables.policy"].create(
            [{"name": f"Política {number}"} for number in range(6)]
        )
        counts = []
        for policies in (self.policy | self.usual_policy, self.usual_policy | more):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            policies.mapped("partner_count")
            counts.append(self.env.cr.sql_log_count - before)

        self.assertLessEqual(counts[1], counts[0])
