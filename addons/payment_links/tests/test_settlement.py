from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.receivables_automation.models.res_company import ResCompany

from ..core.selection import Choice
from ..models import payment_settlement_apply
from .common import PaymentLinkCase, moment

NOW = moment("2026-04-10 18:00:00")


class SettlementCase(PaymentLinkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What core makes for a provider that an add-on brings.
        methods = cls.env.registry["account.payment.method"]
        known = methods._get_payment_method_information

        def information(self):
            return known(self) | {"none": {"mode": "electronic", "type": ("bank",)}}

        cls.startClassPatcher(
            patch.object(methods, "_get_payment_method_information", information)
        )
        cls.env["account.payment.method"].create(
            {"name": "Plata", "code": "none", "payment_type": "inbound"}
        )
        cls.provider.journal_id = cls.bank
        cls.responsible = cls._user(
            "responsible", "receivables_automation.group_receivables_user"
        )
        cls.startClassPatcher(
            patch.object(ResCompany, "_receivables_now", return_value=NOW)
        )
        cls.startClassPatcher(patch.object(payment_settlement_apply._logger, "warning"))

    @classmethod
    def _link(cls, items=None):
        link = super()._link(items)
        link.user_id = cls.responsible
        return link

    @classmethod
    def _attempt(cls, link, items, amount=None, number=None):
        """Return a transaction as the page's route makes it."""
        charge = link._charge(Choice(items.ids, amount))
        transaction = cls.env["payment.transaction"].create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.method.id,
                "amount": float(charge.amount),
                "currency_id": link.currency_id.id,
                "partner_id": link.partner_id.id,
                "operation": "online_redirect",
                "provider_reference": number,
                "reference": cls.env["payment.transaction"]._compute_reference(
                    "none", **link._transaction_values(charge)
                ),
            }
            | link._transaction_values(charge)
        )
        link._quote(transaction, charge)
        return transaction

    @classmethod
    def _paid(cls, *args, **values):
        transaction = cls._attempt(*args, **values)
        transaction._set_done()
        transaction._post_process()
        return transaction


class TestSettlement(SettlementCase):
    def test_one_payment_settles_exactly_what_was_chosen(self):
        transaction = self._paid(self._link(), self.items[1:], number="ch_20010")
        payment = transaction.payment_id
        settlement = transaction.payment_settlement_ids

        self.assertEqual(self._residuals(), [100.0, 0.0, 0.0])
        self.assertEqual((payment.amount, payment.date), (500.0, date(2026, 4, 10)))
        self.assertEqual(payment.payment_transaction_id, transaction)
        self.assertEqual(payment.journal_id, self.provider.journal_id)
        self.assertIn("ch_20010", payment.memo)
        self.assertEqual((settlement.state, settlement.credit_amount), ("applied", 0.0))
        known = self.env["account.payment"]._receivables_known_by(
            self.company, "link", transaction.reference
        )
        self.assertEqual(known, payment)

    def test_partial_payment_fills_in_the_link_s_order(self):
        link = self._link()
        self._paid(link, self.items, amount="150.00")

        self.assertEqual(self._residuals(), [0.0, 150.0, 300.0])
        self.assertEqual((link.state, link.amount_due), ("active", 450.0))

    def test_link_is_paid_with_its_last_peso(self):
        link = self._link()
        self._paid(link, self.items)

        self.assertEqual((link.state, link.payment_count), ("paid", 1))

    def test_a_payment_in_process_holds_the_reminder_of_what_it_pays(self):
        transaction = self._attempt(self._link(), self.items[1:])
        day = date(2026, 4, 10)
        self.assertFalse(any(self.items._receivables_hold_reasons(day).values()))

        transaction._set_pending()
        holds = self.items._receivables_hold_reasons(day)

        self.assertEqual(holds[self.items[0].id], [])
        for item in self.items[1:]:
            [(code, text, record)] = holds[item.id]
            self.assertEqual((code, record), ("payment_in_process", transaction))
            self.assertIn(transaction.reference, text)

    def test_running_twice_changes_nothing(self):
        transaction = self._paid(self._link(), self.items)
        payment = transaction.payment_id
        transaction._set_done()
        transaction._post_process()
        transaction.payment_settlement_ids._process()

        self.assertEqual(transaction.payment_id, payment)
        self.assertEqual(len(transaction.payment_settlement_ids), 1)
        self.assertEqual(len(self._customer_payments()), 1)

    def _customer_payments(self):
        return self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        )

    def test_two_real_payments_of_one_debt_leave_the_second_as_credit(self):
        link = self._link()
        first = self._attempt(link, self.items, number="ch_11111")
        second = self._attempt(link, self.items, number="ch_22222")
        for transaction in first | second:
            transaction._set_done()
            transaction._post_process()

        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])
        self.assertEqual(len(self._customer_payments()), 2)
        settlement = second.payment_settlement_ids
        self.assertEqual(settlement.credit_amount, 600.0)
        self.assertTrue(settlement.activity_ids)
        self.assertEqual(link._credit_in_favour(), 600.0)

    def test_money_that_comes_after_we_gave_it_up_is_taken(self):
        transaction = self._attempt(self._link(), self.items)
        transaction._set_canceled()
        transaction._set_done()
        transaction._post_process()

        self.assertEqual(transaction.state, "done")
        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])

    def test_revoked_link_s_money_is_real_money(self):
        link = self._link()
        transaction = self._attempt(link, self.items)
        link.action_revoke()
        transaction._set_done()
        transaction._post_process()

        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])
        self.assertEqual(link.state, "revoked")

    def test_invoice_paid_elsewhere_meanwhile_leaves_credit(self):
        transaction = self._attempt(self._link(), self.items)
        self._pay(self.customer, 40.0, [(self.items[0], 40.0)])
        transaction._set_done()
        transaction._post_process()

        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])
        self.assertEqual(transaction.payment_settlement_ids.credit_amount, 40.0)

    def test_what_fails_stays_and_is_tried_again_until_it_works(self):
        link = self._link()
        payments = type(self.env["account.payment"])
        with patch.object(
            payments,
            "_receivables_create_applied",
            side_effect=UserError("locked until June"),
        ):
            transaction = self._paid(link, self.items)
        settlement = transaction.payment_settlement_ids
        self.assertEqual(settlement.state, "received")
        self.assertIn("locked until June", settlement.reason)
        self.assertTrue(link._payment_under_way(self.items.ids))

        with self.enter_registry_test_mode():
            self.env.ref("payment_links.ir_cron_process").method_direct_trigger()

        self.assertEqual(settlement.state, "applied")
        self.assertFalse(settlement.reason)
        self.assertEqual(transaction.payment_id, settlement.payment_id)
        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])

    def test_provider_s_number_used_twice_is_not_two_payments(self):
        link = self._link()
        first = self._paid(link, self.items[:1], number="pi_12345")
        second = self._paid(
            self._link(self.items[1:]), self.items[1:], number="pi_12345"
        )
        settlement = second.payment_settlement_ids

        self.assertEqual(first.payment_settlement_ids.state, "applied")
        self.assertEqual(settlement.state, "duplicate")
        self.assertFalse(second.payment_id)
        self.assertEqual(self._residuals(), [0.0, 200.0, 300.0])

        settlement.action_other_money()

        self.assertEqual(settlement.state, "applied")
        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])

    def test_any_order_of_link_and_complement_leaves_one_payment(self):
        first, second = self.items[0], self.items[1]
        link = self._link(self.items)
        # The complement first: its payment is found, and claimed by the link too.
        by_sat = self._pay(
            self.customer, 100.0, [(first, 100.0)], when=date(2026, 4, 9)
        )
        by_sat._receivables_claim("sat", "UUID-1/1")
        transaction = self._late_attempt(link, first, 100.0)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(transaction.payment_id, by_sat)
        self.assertEqual(self._residuals(), [0.0, 200.0, 300.0])

        # The link first: SAT's door finds the link's payment.
        transaction = self._paid(link, second)
        found = self.env["account.payment"]._receivables_find_same(
            "sat",
            self.company,
            self.customer,
            self.company.currency_id,
            200.0,
            date(2026, 4, 12),
            items=second,
        )
        self.assertEqual(found.payments, (transaction.payment_id.id,))
        self.assertEqual(len(self._customer_payments()), 2)

    def _late_attempt(self, link, item, amount):
        """Return a transaction quoted before its item was settled elsewhere."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": amount,
                "currency_id": link.currency_id.id,
                "partner_id": link.partner_id.id,
                "operation": "online_redirect",
                "payment_link_id": link.id,
                "invoice_ids": [(6, 0, item.move_id.ids)],
            }
        )
        self.env["payment.link.quote"].create(
            {
                "link_id": link.id,
                "transaction_id": transaction.id,
                "total": amount,
                "valid_until": NOW,
                "line_ids": [(0, 0, {"move_line_id": item.id, "amount": amount})],
            }
        )
        return transaction

    def test_known_payment_s_free_money_settles_what_was_quoted(self):
        by_hand = self._pay(self.customer, 600.0, when=date(2026, 4, 9))
        transaction = self._paid(self._link(), self.items)

        self.assertEqual(transaction.payment_id, by_hand)
        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])
        self.assertEqual(len(self._customer_payments()), 1)

    def test_two_candidates_wait_for_a_person(self):
        one = self._pay(self.customer, 600.0, when=date(2026, 4, 9))
        two = self._pay(self.customer, 600.0, when=date(2026, 4, 9))
        transaction = self._paid(self._link(), self.items)
        settlement = transaction.payment_settlement_ids
        self.assertEqual(settlement.state, "parked")
        self.assertEqual(settlement.candidate_ids, one | two)
        self.assertFalse(transaction.payment_id)
        with self.assertRaises(UserError):
            settlement.action_same_money()

        settlement.chosen_payment_id = two
        settlement.action_same_money()

        self.assertEqual((settlement.state, settlement.payment_id), ("applied", two))
        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])

    def test_refund_of_everything_reopens_the_debt_and_the_link(self):
        link = self._link()
        transaction = self._paid(link, self.items)
        refund = transaction._create_child_transaction(600.0, is_refund=True)
        refund._set_done()
        refund._post_process()

        self.assertEqual(self._residuals(), [100.0, 200.0, 300.0])
        self.assertEqual(link.state, "active")
        self.assertEqual(transaction.payment_settlement_ids.state, "returned")
        self.assertEqual(link._credit_in_favour(), 0.0)

    def test_refund_of_a_part_asks_a_person(self):
        transaction = self._paid(self._link(), self.items)
        refund = transaction._create_child_transaction(50.0, is_refund=True)
        refund._set_done()
        refund._post_process()

        settlement = transaction.payment_settlement_ids
        self.assertEqual(settlement.state, "applied")
        self.assertTrue(settlement.activity_ids)

    def test_captured_in_two_parts_fills_the_quote(self):
        transaction = self._attempt(self._link(), self.items, number="pi_99999")
        for amount in (250.0, 350.0):
            part = transaction._create_child_transaction(amount)
            part.provider_reference = "pi_99999"
            part._set_done()
            part._post_process()

        self.assertEqual(self._residuals(), [0.0, 0.0, 0.0])
        self.assertEqual(len(self._customer_payments()), 2)

    def test_proof_is_never_changed(self):
        transaction = self._paid(self._link(), self.items)
        quote, settlement = (
            transaction.payment_link_quote_ids,
            transaction.payment_settlement_ids,
        )
        for record, values in (
            (quote, {"total": 1.0}),
            (quote.line_ids[0], {"amount": 1.0}),
            (settlement, {"amount": 1.0}),
        ):
            with self.assertRaises(UserError):
                record.write(values)
        with self.assertRaises(UserError):
            settlement.unlink()

    @mute_logger("odoo.sql_db")
    def test_installments_are_paid_as_chosen(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Mitad y mitad",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        invoice = self._invoice(self.customer, 1000.0, invoice_payment_term_id=term.id)
        early, late = self._items(invoice)
        self._paid(self._link(late), late)

        self.assertEqual((early.amount_residual, late.amount_residual), (500.0, 0.0))
