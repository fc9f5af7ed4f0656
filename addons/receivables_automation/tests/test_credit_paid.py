from decimal import Decimal

from odoo.exceptions import UserError
from odoo.fields import Command

from .credit_case import TODAY, CreditCase

REFUSED = "is on hold"


class TestCreditPaid(CreditCase):
    """Money paid online counts once, for what it paid, as long as we have it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("paid_clerk", "account.group_account_invoice")
        cls.manager = cls._user(
            "paid_manager",
            "receivables_automation.group_receivables_manager",
            "sales_team.group_sale_manager",
        )

    def _paid(self, amount, **values):
        """Return a confirmed order that was paid in full online."""
        order = self._order(amount, **values)
        tx = self._transaction(order.amount_total, order=order)
        tx._check_amount_and_confirm_order()
        self.assertEqual(order.state, "sale")
        return order, tx

    def _assert_stopped(self, move):
        with self.assertRaisesRegex(UserError, REFUSED):
            move.with_user(self.clerk).action_post()

    def _booked(self, tx):
        """Bring the money of a transaction into the ledger, as core does."""
        payment = self._pay(self.customer, tx.amount)
        payment.payment_transaction_id = tx
        tx.payment_id = payment
        self.assertEqual(payment.move_id.state, "posted")

    def test_money_of_an_order_covers_no_more_than_was_paid(self):
        order, _tx = self._paid(3000)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.price_unit = 5000
        self._assert_stopped(invoice)
        invoice.invoice_line_ids.price_unit = 3000
        invoice.write(
            {
                "invoice_line_ids": [
                    Command.create({"name": "Flete", "price_unit": 1, "tax_ids": False})
                ]
            }
        )
        self.assertEqual(
            self._fresh(invoice).receivables_credit_state,
            "hold",
            "Nobody paid the rest",
        )
        self._assert_stopped(invoice)
        invoice.invoice_line_ids.filtered(lambda line: line.name == "Flete").unlink()

        invoice.with_user(self.clerk).action_post()

        self.assertEqual(invoice.state, "posted")

    def test_a_second_invoice_finds_the_money_taken(self):
        order, _tx = self._paid(3000)
        order._create_invoices().with_user(self.clerk).action_post()
        again = self._draft(3000)
        again.invoice_line_ids.sale_line_ids = order.order_line

        self._assert_stopped(again)

    def test_a_batch_takes_the_money_of_an_order_once(self):
        order, _tx = self._paid(3000)
        invoice = order._create_invoices()
        again = self._draft(3000)
        again.invoice_line_ids.sale_line_ids = order.order_line

        (invoice | again).with_user(self.clerk).action_post()

        self.assertEqual((invoice.state, again.state), ("posted", "draft"))

    def test_parts_of_a_paid_order_are_posted_one_by_one(self):
        order, _tx = self._paid(1000, quantity=3)
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 1
        first.with_user(self.clerk).action_post()

        order._create_invoices().with_user(self.clerk).action_post()

        self.assertEqual(order.order_line.qty_invoiced, 3)

    def test_a_credit_note_gives_the_money_back_to_its_order(self):
        order, _tx = self._paid(3000)
        invoice = order._create_invoices()
        invoice.action_post()
        invoice._reverse_moves([{"invoice_date": TODAY, "date": TODAY}], cancel=True)
        again = order._create_invoices()

        again.with_user(self.clerk).action_post()

        self.assertEqual(again.state, "posted")

    def test_money_that_is_in_the_ledger_is_not_taken_off_twice(self):
        order = self._order(1500, require_payment=True, prepayment_percent=0.2)
        tx = self._transaction(300, order=order)
        self.assertEqual(order._receivables_amounts()[order.id], (1200, 1200))
        self._booked(tx)

        self.assertEqual(order._receivables_amounts()[order.id], (1200, 1500))
        with self.assertRaisesRegex(UserError, "200.00 over it"):
            order.action_confirm()
        self.customer.credit_limit = 1200
        order.action_confirm()
        self.assertEqual(self._exposure().total, 1200)

    def test_what_was_refunded_is_not_paid(self):
        order, tx = self._paid(5000)
        invoice = order._create_invoices()
        refund = tx._create_child_transaction(5000, is_refund=True)
        self.assertTrue(order._receivables_is_paid(), "Not asked for yet")
        refund._set_pending()

        self.assertFalse(order._receivables_is_paid())
        self._assert_stopped(invoice)
        refund._set_done()
        self._assert_stopped(invoice)

    def test_a_refund_that_is_not_booked_is_still_in_the_ledger(self):
        order = self._order(1500)
        tx = self._transaction(300, order=order)
        self._booked(tx)
        tx._create_child_transaction(100, is_refund=True)._set_done()

        self.assertEqual(order._receivables_amounts()[order.id], (1300, 1600))

    def test_of_an_authorization_what_was_voided_is_not_paid(self):
        order = self._order(5000)
        tx = self._transaction(5000, order=order)
        # No provider of these tests authorizes before it captures.
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = 'authorized' WHERE id = %s",
            (tx.id,),
        )
        tx.invalidate_recordset()
        taken = tx._create_child_transaction(500)
        self.assertTrue(order._receivables_is_paid(), "All of it is still authorized")
        order.with_context(send_email=True).sudo().action_confirm()
        invoice = order._create_invoices()
        taken._set_done()
        tx._create_child_transaction(4500)._set_canceled()

        self.assertEqual(tx.state, "done")
        self.assertEqual(order._receivables_money(), (Decimal(500), 0))
        self.assertFalse(order._receivables_is_paid())
        self._assert_stopped(invoice)

    def test_money_of_an_order_does_not_pay_an_invoice_it_is_linked_to(self):
        order, tx = self._paid(3000)
        order._create_invoices().action_post()
        free = self._draft(3000)
        tx.invoice_ids = free

        self._assert_stopped(free)

    def test_one_customer_s_order_helps_no_invoice_of_another(self):
        other = self._customer("Otro", credit_limit=500)
        order, _tx = self._paid(3000)
        invoice = order._create_invoices()
        invoice.partner_id = other
        own = self._draft(10)

        with self.assertRaisesRegex(UserError, "Otro is on hold:\n.*2,500.00 over it"):
            (own | invoice).with_user(self.clerk).action_post()
