from datetime import timedelta

from odoo.fields import Command

from .profile_case import TODAY, FrozenProfileCase


class TestPromiseCorrected(FrozenProfileCase):
    """Credits, write-offs and corrected invoices keep no promise and blame nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._due(10, 1_000)

    def _promise(self, items=None, amount=1_000, **values):
        return self.env["receivables.promise"].create(
            {
                "partner_id": self.customer.id,
                "move_line_ids": (items or self._items(self.invoice)).ids,
                "amount": amount,
                "date_promised": TODAY + timedelta(days=5),
            }
            | values
        )

    def _later(self, days):
        self._on(TODAY + timedelta(days=days))
        self.profiles._refresh(self.customer)

    def _paid_on(self, days, amount, item=None):
        item = item or self._items(self.invoice)
        when = TODAY + timedelta(days=days)
        return self._pay(self.customer, amount, [(item, amount)], when)

    def _pay_by_dialog(self, amount, handling="reconcile", **values):
        """Pay the invoice in core's dialog, the difference marked as paid."""
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        dialog = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        dialog.create(
            {
                "amount": amount,
                "payment_date": TODAY + timedelta(days=1),
                "payment_difference_handling": handling,
                "writeoff_account_id": expense.id,
                "journal_id": self.bank.id,
            }
            | values
        )._create_payments()

    def _in_two(self, invoice):
        """Correct the invoice: the same amount in two instalments."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Mitad y mitad",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        invoice.button_draft()
        invoice.write({"invoice_payment_term_id": term.id, "invoice_date_due": False})
        invoice.action_post()

    def test_a_credit_note_after_the_last_day_changes_nothing(self):
        promise = self._promise()
        self._paid_on(2, 10)
        self._later(8)
        self.assertEqual(promise.state, "partial")

        self._credit_note(self.invoice, 990, TODAY + timedelta(days=60))
        self._later(61)

        self.assertEqual((promise.state, promise.amount_received), ("partial", 10))

    def test_a_late_credit_note_breaks_it_whenever_the_ledger_is_asked(self):
        promise = self._promise()
        self._credit_note(self.invoice, 1_000, TODAY + timedelta(days=30))
        self._later(31)

        self.assertEqual(promise.state, "broken")

    def test_what_is_written_off_with_the_payment_is_no_money(self):
        promise = self._promise()
        self._pay_by_dialog(100)
        self.assertEqual(self.invoice.amount_residual, 0)
        self._later(1)
        self.assertEqual((promise.state, promise.amount_received), ("open", 100))

        self._later(8)
        self.assertEqual((promise.state, promise.amount_missing), ("partial", 900))

    def test_an_early_payment_discount_is_not_missing(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "3/10",
                "early_discount": True,
                "discount_percentage": 3,
                "discount_days": 10,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        self.invoice = self._due(
            -30,
            1_000,
            invoice_date=TODAY,
            invoice_payment_term_id=term.id,
            invoice_date_due=False,
        )
        promise = self._promise()
        self._pay_by_dialog(970)
        self.assertEqual(self.invoice.amount_residual, 0)
        self._later(1)

        self.assertEqual((promise.state, promise.amount_received), ("kept", 970))

    def test_a_loss_by_the_rate_is_not_missing(self):
        dollar = self._dollars(20)
        self.invoice = self._due(10, 100, currency_id=dollar.id)
        promise = self._promise(amount=100, currency_id=dollar.id)
        dollar.rate_ids.create(
            {
                "currency_id": dollar.id,
                "name": TODAY + timedelta(days=1),
                "inverse_company_rate": 18,
                "company_id": self.company.id,
            }
        )
        item = self._items(self.invoice)
        when = TODAY + timedelta(days=1)
        self._pay(self.customer, 1_800, [(item, 100)], when)
        self._later(1)

        self.assertEqual((promise.state, promise.amount_received), ("kept", 100))

    def test_it_follows_an_invoice_into_instalments(self):
        promise = self._promise()
        self._in_two(self.invoice)
        first, second = self._items(self.invoice)
        self.assertEqual(promise.move_line_ids, first | second)

        self._paid_on(1, 500, first)
        self._later(1)
        self.assertEqual(promise.state, "open")
        self._paid_on(2, 500, second)
        self._later(2)
        self.assertEqual((promise.state, promise.amount_received), ("kept", 1_000))

    def test_it_follows_instalments_into_one_item(self):
        self._in_two(self.invoice)
        for item in self._items(self.invoice):
            promise = self._promise(item, 500)
            self.assertEqual(promise.move_line_ids, item)
        promises = self.invoice.receivables_promise_ids

        self.invoice.button_draft()
        self.invoice.write(
            {"invoice_payment_term_id": False, "invoice_date_due": TODAY}
        )
        self.invoice.action_post()

        item = self._items(self.invoice)
        self.assertEqual(len(item), 1)
        self.assertEqual([one.move_line_ids for one in promises], [item] * 2)

    def test_an_instalment_s_promise_is_not_the_invoice_s(self):
        self._in_two(self.invoice)
        first, _second = self._items(self.invoice)
        promise = self._promise(first, 500)

        self.invoice.button_draft()
        self.invoice.action_post()

        self.assertEqual(promise.move_line_ids, first)

    def test_a_kept_one_stays_kept_when_its_invoice_is_replaced(self):
        promise = self._promise()
        payment = self._paid_on(1, 1_000)
        self._later(1)
        self.assertEqual(promise.state, "kept")

        self.invoice.button_cancel()
        self._later(1)
        self.assertEqual(promise.state, "kept", "before its last day")
        other = self._due(10, 1_000)
        (self._items(payment.move_id) | self._items(other)).reconcile()
        self._later(8)

        self.assertEqual((promise.state, promise.amount_received), ("kept", 1_000))
        self.assertFalse(promise.cancel_reason)

    def test_a_contact_s_payment_that_nobody_applied_does_not_break_it(self):
        contact = self._customer(
            "Lucía Garza", parent_id=self.customer.id, is_company=False
        )
        promise = self._promise()
        payment = self.env["account.payment"].create(
            {
                "partner_id": contact.id,
                "amount": 1_000,
                "payment_type": "inbound",
                "partner_type": "customer",
                "journal_id": self.bank.id,
                "date": TODAY + timedelta(days=2),
            }
        )
        payment.action_post()
        self.assertEqual(self._items(payment.move_id).partner_id, contact)
        self._later(8)

        self.assertEqual((promise.state, promise.is_waiting), ("open", True))

    def test_it_is_not_promised_of_a_copy_whoever_makes_it(self):
        clerk = self._user("clerk", "account.group_account_invoice")
        promise = self._promise()

        copy = self.invoice.with_user(clerk).copy()
        self.invoice.with_user(clerk)._reverse_moves()

        self.assertTrue(copy)
        self.assertEqual(promise.move_line_ids, self._items(self.invoice))

    def test_of_a_corrected_entry_it_is_about_its_customer_s_items(self):
        other = self._customer("Otra")
        promise = self._promise()
        foreign = self._items(self._invoice(other, 300, TODAY))

        promise._take_items(foreign | self._items(self._due(3, 50)))

        self.assertEqual(len(promise.move_line_ids), 2)
        self.assertNotIn(foreign, promise.move_line_ids)

    def test_an_invoice_that_is_another_customer_s_now_keeps_nothing(self):
        other = self._customer("Otra")
        promise = self._promise()
        self._due(10, 400)
        self.invoice.button_draft()
        self.invoice.partner_id = other
        self.invoice.action_post()
        item = self._items(self.invoice)
        self.assertFalse(item._receivables_hold_reasons(TODAY)[item.id])

        self._pay(other, 1_000, [(item, 1_000)], TODAY + timedelta(days=1))
        self._later(9)

        self.assertNotEqual(promise.state, "kept")
        self.assertEqual(promise.amount_received, 0)
