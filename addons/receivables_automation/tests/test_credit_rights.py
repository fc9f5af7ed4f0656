from odoo.exceptions import AccessError

from .credit_case import CreditCase


class TestCreditRights(CreditCase):
    """Who gives a customer credit: finance managers, by whichever door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The first may write contacts, and sees limits in core's own form.
        cls.collector = cls._user(
            "rights_collector",
            "receivables_automation.group_receivables_user",
            "base.group_partner_manager",
            "account.group_account_invoice",
        )
        cls.manager = cls._user(
            "rights_manager",
            "receivables_automation.group_receivables_manager",
            "base.group_partner_manager",
        )

    def _refused(self, **values):
        with (
            self.assertRaisesRegex(AccessError, "Only finance managers change"),
            self.env.cr.savepoint(),
        ):
            self._as_collector().write(values)

    def _as_collector(self):
        return self.customer.with_user(self.collector).with_context(lang="en_US")

    def test_a_collector_changes_neither_limit_nor_policy(self):
        self._refused(credit_limit=5000)
        self._refused(credit_limit=0)
        self._refused(receivables_policy_id=self.policy.id)
        self._refused(use_partner_credit_limit=False)

        self.assertEqual(self.customer.credit_limit, 1000)

    def test_what_stays_as_it_is_is_no_change(self):
        self._as_collector().write({"credit_limit": 1000, "phone": "81 5550 0000"})

        self.assertEqual(self.customer.phone, "81 5550 0000")

    def test_a_new_customer_has_no_credit_of_its_own(self):
        partners = self.env["res.partner"].with_user(self.collector)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            partners.create({"name": "Con límite", "credit_limit": 9})

        usual = partners.create({"name": "Sin límite", "credit_limit": 0})

        self.assertEqual(usual.credit_limit, 0)

    def test_a_contact_takes_its_company_s_limit_whoever_adds_it(self):
        contact = (
            self.env["res.partner"]
            .with_user(self.collector)
            .create({"name": "Compras", "parent_id": self.customer.id})
        )

        self.assertEqual(contact.commercial_partner_id.credit_limit, 1000)

    def test_a_finance_manager_changes_both(self):
        self.customer.with_user(self.manager).write(
            {"credit_limit": 5000, "receivables_policy_id": self.policy.id}
        )

        self.assertEqual(self.customer.credit_limit, 5000)
