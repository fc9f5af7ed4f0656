from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReceivablesCommon


@tagged("post_install", "-at_install")
class TestCreateApplied(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls._currency("EUR", [("2026-01-01", 20.0), ("2026-03-15", 25.0)])

    def _pay(self, amount, allocations, **values):
        return self.env["account.payment"]._receivables_create_applied(
            {
                "partner_id": self.own_customer.id,
                "amount": amount,
                "currency_id": self.company.currency_id.id,
                "date": date(2026, 4, 1),
                "journal_id": self.bank.id,
            }
            | values,
            allocations,
        )

    def _residuals(self, *moves):
        return [move.amount_residual for move in moves]

    def _credit_of(self, payment):
        """Return the payment's open credit, as a positive amount."""
        open_lines = payment.move_id.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        return -sum(open_lines.mapped("amount_residual_currency"))

    def test_money_goes_where_it_was_meant_and_not_to_the_oldest(self):
        old = self._invoice(self.own_customer, 100.0, due=date(2026, 1, 31))
        new = self._invoice(self.own_customer, 100.0, due=date(2026, 5, 31))

        payment = self._pay(90.0, [(self._items(new), 60.0)])

        self.assertEqual(self._residuals(old, new), [100.0, 40.0])
        self.assertAlmostEqual(self._credit_of(payment), 30.0)
        self.assertEqual(payment.reconciled_invoice_ids, new)

    def test_several_invoices_are_settled_by_one_payment(self):
        invoices = [self._invoice(self.own_customer, 100.0) for _ in range(3)]

        payment = self._pay(
            225.0,
            [
                (self._items(invoice), amount)
                for invoice, amount in zip(invoices, (100.0, 75.0, 50.0), strict=True)
            ],
        )

        self.assertEqual(self._residuals(*invoices), [0.0, 25.0, 50.0])
        self.assertEqual(invoices[0].payment_state, "paid")
        self.assertEqual(len(payment), 1)
        self.assertAlmostEqual(self._credit_of(payment), 0.0)

    def test_without_allocation_all_is_the_customer_s_credit(self):
        payment = self._pay(50.0, [])

        self.assertAlmostEqual(self._credit_of(payment), 50.0)
        self.assertEqual(payment.move_id.state, "posted")

    def test_foreign_invoice_is_settled_by_its_own_amount(self):
        invoice = self._invoice(self.own_customer, 100.0, currency_id=self.euro.id)

        payment = self._pay(2500.0, [(self._items(invoice), 100.0, 2500.0)])

        self.assertAlmostEqual(invoice.amount_residual, 0.0)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertAlmostEqual(self._credit_of(payment), 0.0)

    def test_agreed_rate_settles_the_invoice_and_books_the_difference(self):
        # 100 are worth 2,500 on the day; the parties took 2,480 for them.
        invoice = self._invoice(self.own_customer, 2480.0)

        payment = self._pay(
            100.0,
            [(self._items(invoice), 2480.0, 100.0)],
            currency_id=self.euro.id,
        )

        self.assertAlmostEqual(invoice.amount_residual, 0.0)
        gain = payment.move_id.line_ids.filtered(
            lambda line: (
                line.account_id == self.company.income_currency_exchange_account_id
            )
        )
        self.assertAlmostEqual(gain.balance, -20.0)

    def test_cash_basis_tax_becomes_due_with_the_payment(self):
        invoice = self._invoice(
            self.own_customer, 100.0, taxes=self.company.account_sale_tax_id
        )
        item = self._items(invoice)

        self._pay(item.amount_residual / 2, [(item, item.amount_residual / 2)])

        moves = self.env["account.move"].search(
            [("tax_cash_basis_origin_move_id", "=", invoice.id)]
        )
        self.assertEqual(len(moves), 1)

    def test_more_than_is_left_of_an_invoice_is_refused(self):
        item = self._items(self._invoice(self.own_customer, 100.0))

        with self.assertRaisesRegex(UserError, "left to pay"):
            self._pay(200.0, [(item, 60.0), (item, 60.0)])

    def test_more_than_the_payment_is_refused(self):
        item = self._items(self._invoice(self.own_customer, 100.0))

        with self.assertRaisesRegex(UserError, "more than the payment"):
            self._pay(50.0, [(item, 60.0)])

    def test_item_that_is_not_this_customer_s_open_receivable_is_refused(self):
        other = self._items(self._invoice(self.other_customer, 100.0))
        paid = self._invoice(self.own_customer, 100.0)
        self._register(paid)
        income = self._invoice(self.own_customer, 100.0).invoice_line_ids

        for item in (other, self._items(paid), income):
            with self.subTest(item=item.display_name), self.assertRaises(UserError):
                self._pay(50.0, [(item, 10.0)])

    def test_refused_payment_leaves_nothing_behind(self):
        item = self._items(self._invoice(self.own_customer, 100.0))
        before = self.env["account.payment"].search_count([])

        with self.assertRaises(UserError), self.cr.savepoint():
            self._pay(50.0, [(item, 60.0)])

        self.assertEqual(self.env["account.payment"].search_count([]), before)

    def test_batch_settles_all_with_one_reconciliation(self):
        invoices = [self._invoice(self.own_customer, 100.0) for _ in range(4)]
        values = {
            "partner_id": self.own_customer.id,
            "amount": 100.0,
            "currency_id": self.company.currency_id.id,
            "date": date(2026, 4, 1),
            "journal_id": self.bank.id,
        }

        payments = self.env["account.payment"]._receivables_create_applied_batch(
            [(values, [(self._items(invoice), 100.0)]) for invoice in invoices]
        )

        self.assertEqual(len(payments), 4)
        self.assertEqual(self._residuals(*invoices), [0.0] * 4)

    def test_payments_of_one_batch_cannot_settle_more_than_is_left(self):
        item = self._items(self._invoice(self.own_customer, 100.0))
        values = {
            "partner_id": self.own_customer.id,
            "amount": 60.0,
            "currency_id": self.company.currency_id.id,
            "date": date(2026, 4, 1),
            "journal_id": self.bank.id,
        }

        with self.assertRaisesRegex(UserError, "left to pay"):
            self.env["account.payment"]._receivables_create_applied_batch(
                [(values, [(item, 60.0)]), (values, [(item, 60.0)])]
            )
