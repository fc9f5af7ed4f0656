from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.same_money import Match
from .mexican_company import MexicanCompanyCase


@tagged("post_install", "-at_install")
class TestSameMoney(MexicanCompanyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer()
        cls.invoice = cls._invoice(cls.customer, 1160.0)
        cls.item = cls._items(cls.invoice)

    def _find(self, door="sat", amount=1160.0, day=date(2026, 4, 3), **values):
        return self.env["account.payment"]._receivables_find_same(
            door,
            self.company,
            values.pop("partner", self.customer),
            self.company.currency_id,
            amount,
            day,
            **values,
        )

    def test_the_payment_that_settled_the_invoice_is_found_and_claimed_once(self):
        payment = self._pay(self.customer, 1160.0, [(self.item, 1160.0)])

        found = self._find(items=self.item)
        payment._receivables_claim("sat", "UUID-1/1")

        self.assertEqual(found.payments, (payment.id,))
        known = self.env["account.payment"]._receivables_known_by
        self.assertEqual(known(self.company, "sat", "UUID-1/1"), payment)
        self.assertFalse(known(self.company, "link", "UUID-1/1"))
        self.assertEqual(self._find(items=self.item).match, Match.NONE)
        self.assertEqual(self._find("link").match, Match.AMOUNT)

    def test_money_that_paid_another_invoice_is_other_money(self):
        other = self._invoice(self.customer, 1160.0)
        self._pay(self.customer, 1160.0, [(self._items(other), 1160.0)])

        self.assertEqual(self._find(items=self.item).match, Match.NONE)

    def test_an_open_credit_is_found(self):
        payment = self._pay(self.customer, 1160.0)

        self.assertEqual(self._find(items=self.item).payments, (payment.id,))

    def test_another_customer_s_or_a_cancelled_payment_is_not(self):
        self._pay(self._customer("Otra"), 1160.0)
        self._pay(self.customer, 1160.0).action_cancel()

        self.assertEqual(self._find().match, Match.NONE)

    def test_the_payment_of_a_contact_is_and_of_a_child_company_is_not(self):
        self._pay(self._customer("Filial", parent_id=self.customer.id), 1160.0)
        self.assertEqual(self._find().match, Match.NONE)

        contact = self._customer(
            "Pagos", parent_id=self.customer.id, is_company=False, active=False
        )
        payment = self._pay(contact, 1160.0)
        self.assertEqual(self._find().payments, (payment.id,))

    def test_a_reference_on_the_payment_decides_between_two(self):
        self._pay(self.customer, 1160.0)
        named = self._pay(self.customer, 1160.0, memo="mban-01002403")

        self.assertEqual(self._find().match, Match.AMBIGUOUS)
        self.assertEqual(self._find(numbers=["MBAN01002403"]).payments, (named.id,))

    def test_one_key_cannot_name_two_payments(self):
        first, second = (self._pay(self.customer, 10.0) for _ in range(2))
        first._receivables_claim("link", "tx-1")

        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            second._receivables_claim("link", "tx-1")

    def test_keys_are_read_by_finance_only_and_written_by_nobody(self):
        self._pay(self.customer, 10.0)._receivables_claim("link", "tx-1")
        keys = self.env["receivables.payment.key"].search([])
        manager = self._user("m", "receivables_automation.group_receivables_manager")

        self.assertEqual(keys.with_user(manager).mapped("door"), ["link"])
        with self.assertRaises(AccessError):
            keys.with_user(manager).write({"door": "sat"})
        with self.assertRaises(AccessError):
            keys.with_user(self._user("o")).mapped("door")

    def test_another_company_s_keys_are_not_seen(self):
        self._pay(self.customer, 10.0)._receivables_claim("link", "tx-1")
        other = self.env["res.company"].create({"name": "Other"})
        group = "receivables_automation.group_receivables_manager"
        stranger = self._user("s", group, companies=other)

        keys = self.env(user=stranger, context={})["receivables.payment.key"]

        self.assertFalse(keys.search([]))
