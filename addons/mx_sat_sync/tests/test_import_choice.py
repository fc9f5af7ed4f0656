from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .sat_case import CUSTOMER, SatCase


@tagged("post_install", "-at_install")
class TestImportChoice(SatCase):
    """Two payments that could be the reported one: a person decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(vat=CUSTOMER)
        cls.manager = cls._user(
            "manager", "receivables_automation.group_receivables_manager"
        )
        cls.invoice = cls._import(cls._cfdi(1)).move_id
        day = date(2026, 11, 11)
        cls.candidates = cls._payments([(cls.customer, 116.0, [], day)] * 2)
        cls.document = cls._import(cls._complement(2, "116.00", (1, "116.00")))
        cls.paid = cls.document.paid_ids.with_user(cls.manager)

    def test_nothing_is_done_and_both_are_named(self):
        self.assertEqual(self.document.state, "waiting")
        self.assertEqual(self.paid.candidate_ids, self.candidates)
        for payment in self.candidates:
            self.assertIn(payment.name, self.document.reason)
        self.assertAlmostEqual(self.invoice.amount_residual, 116.0)

    def test_it_is_this_one(self):
        chosen = self.candidates[1]

        chosen.with_user(self.manager).with_context(
            mx_sat_paid_id=self.paid.id
        ).action_mx_sat_is_this()

        self.assertEqual(self.document.payment_ids, chosen)
        self.assertEqual(self.document.state, "applied")
        self.assertAlmostEqual(self.invoice.amount_residual, 0.0)

    def test_only_a_candidate_can_be_chosen(self):
        other = self._pay(self.customer, 50.0)

        with self.assertRaisesRegex(UserError, "of the list"):
            self.paid._decide(other.with_user(self.manager))

    def test_it_is_another_payment(self):
        self.paid.action_another()
        self.paid.action_another()

        self.assertEqual(len(self.document.payment_ids), 1)
        self.assertFalse(self.document.payment_ids & self.candidates)
        self.assertEqual(self.document.state, "applied")
        self.assertAlmostEqual(self.invoice.amount_residual, 0.0)

    def test_processing_again_asks_again(self):
        self.candidates[0].action_cancel()

        self.document.with_user(self.manager).action_process_again()

        self.assertEqual(self.document.payment_ids, self.candidates[1])
        self.assertEqual(self.document.state, "applied")

    def test_only_a_manager_decides(self):
        collector = self._user(
            "collector", "receivables_automation.group_receivables_user"
        )

        with self.assertRaises(AccessError):
            self.paid.with_user(collector).action_another()
        with self.assertRaises(AccessError):
            self.document.with_user(collector).action_process_again()
