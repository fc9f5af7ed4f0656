from unittest.mock import patch

from odoo.exceptions import UserError

from .credit_case import TODAY, CreditCase

MANAGER = "receivables_automation.group_receivables_manager"
REFUSED = "is on hold"


class TestCreditInvoices(CreditCase):
    """Every way of posting an invoice, with and without a release."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("posting_manager", MANAGER)
        cls.clerk = cls._user("posting_clerk", "account.group_account_invoice")
        cls.good = cls._draft(400)
        cls.bad = cls._draft(1000.5)

    def _sold(self, amount, **values):
        """Return the draft invoice of a confirmed order."""
        order = self._order(amount, **values)
        if amount > 1000:
            order.with_user(self.manager)._receivables_release("Convenio")
        order.action_confirm()
        return order, order._create_invoices()

    def test_an_invoice_within_the_limit_is_posted(self):
        self.good.with_user(self.clerk).action_post()

        self.assertEqual(self.good.state, "posted")

    def test_posting_what_goes_over_is_refused_with_the_arithmetic(self):
        with self.assertRaisesRegex(UserError, r"1,000\.50.*0\.50 over it"):
            self.bad.with_user(self.clerk).action_post()

        self.assertEqual(self.bad.state, "draft")
        self.assertEqual(self.bad.receivables_credit_state, "hold")
        self.assertIn("0.50 over it", self.bad.receivables_credit_reason)

    def test_writing_the_state_does_not_pass_beside_it(self):
        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.with_user(self.clerk).write({"state": "posted"})

    def test_a_batch_posts_the_rest_and_names_the_refused(self):
        sent = []

        def remember(user, kind, message, **kwargs):
            sent.append((kind, message))

        with patch.object(self.registry["res.users"], "_bus_send", remember):
            (self.good | self.bad).with_user(self.clerk).action_post()

        self.assertEqual((self.good.state, self.bad.state), ("posted", "draft"))
        kind, message = next(one for one in sent if one[0] == "simple_notification")
        self.assertIn(self.bad.display_name, message["message"])
        self.assertIn("over it", message["message"])
        self.assertTrue(
            any("Not posted" in one for one in self.bad.message_ids.mapped("body"))
        )

    def test_of_a_batch_the_ones_that_go_over_together_wait(self):
        first, second = self._draft(600), self._draft(600)

        (first | second).action_post()

        self.assertEqual((first.state, second.state), ("posted", "draft"))

    def test_the_wizard_and_the_night_s_job_stop_it_too(self):
        wizard = self.env["validate.account.move"].create(
            {"move_ids": [(6, 0, (self.good | self.bad).ids)]}
        )
        wizard.validate_move()
        self.assertEqual((self.good.state, self.bad.state), ("posted", "draft"))
        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad._post()

    def test_a_future_invoice_is_scheduled_and_stopped_on_its_day(self):
        future = self._draft(5000, invoice_date="2099-01-01", date="2099-01-01")
        future._post(soft=True)
        self.assertEqual(future.state, "draft")

        with self.assertRaisesRegex(UserError, REFUSED):
            future._post(soft=False)

    def test_a_credit_note_and_entries_are_never_stopped(self):
        self.policy.credit = "cash_only"
        note = self._draft(5000, move_type="out_refund")
        bill = self._draft(5000, move_type="in_invoice")
        payment = self._pay(self.customer, 10)
        note.action_post()
        bill.action_post()

        self.assertEqual({note.state, bill.state}, {"posted"})
        self.assertEqual(payment.move_id.state, "posted")
        moves = note | bill | payment.move_id
        self.assertEqual(moves._receivables_hold_exempt(), moves)
        self.assertFalse(self.bad._receivables_hold_exempt())

    def test_what_a_satellite_exempts_is_posted(self):
        def exempt(moves):
            return moves

        with patch.object(
            self.registry["account.move"], "_receivables_hold_exempt", exempt
        ):
            self.bad.action_post()

        self.assertEqual(self.bad.state, "posted")

    def test_an_invoice_whose_money_is_in_is_posted(self):
        self._transaction(1000.5, invoice=self.bad)
        order = self._order(3000)
        self._transaction(3000.0, order=order)._check_amount_and_confirm_order()
        invoice = order._create_invoices()

        self.bad.action_post()
        invoice.action_post()

        self.assertEqual({self.bad.state, invoice.state}, {"posted"})

    def test_half_the_money_does_not_post_the_whole(self):
        self._transaction(500.0, invoice=self.bad)

        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.with_user(self.clerk).action_post()
        # Core posts while it processes the payment, which has to go on.
        self.bad.sudo().action_post()

        self.assertEqual(self.bad.state, "draft")

    def test_an_order_within_the_limit_is_invoiced_without_counting_twice(self):
        _order, invoice = self._sold(1000)

        invoice.action_post()

        self.assertEqual(invoice.state, "posted")

    def test_a_released_order_is_invoiced_within_the_tolerance(self):
        order, invoice = self._sold(2000)

        self.assertEqual(invoice.receivables_credit_state, "ok")
        self._invoice(self._customer("Otro"), 1, TODAY)
        invoice.action_post()

        self.assertEqual(invoice.state, "posted")
        self.assertTrue(order.receivables_override_id)

    def test_a_released_order_is_stopped_when_the_debt_has_grown_beyond_it(self):
        _order, invoice = self._sold(2000)
        self.policy.credit = "unlimited"
        self._draft(100).action_post()
        extra = self._draft(1)
        extra.action_post()
        self.policy.credit = "limit"

        with self.assertRaisesRegex(UserError, "1,101.00 over it"):
            invoice.action_post()

    def test_growth_within_the_tolerance_passes(self):
        _order, invoice = self._sold(2000)
        self.policy.credit = "unlimited"
        self._draft(100).action_post()
        self.policy.credit = "limit"

        invoice.action_post()

        self.assertEqual(invoice.state, "posted")

    def test_a_revoked_release_stops_the_order_at_invoicing(self):
        order, invoice = self._sold(2000)
        order.receivables_override_id.with_user(self.manager)._revoke("Error")

        with self.assertRaisesRegex(UserError, REFUSED):
            invoice.action_post()

    def test_an_invoice_of_released_and_other_orders_is_not_released(self):
        order, invoice = self._sold(2000)
        other = self._order(10)
        other.with_user(self.manager)._receivables_release("Convenio")
        other.action_confirm()
        other.receivables_override_id.with_user(self.manager)._revoke("Error")
        invoice.button_cancel()
        invoice.unlink()

        with self.assertRaisesRegex(UserError, REFUSED):
            (order | other)._create_invoices().action_post()

    def test_an_invoice_is_released_by_itself(self):
        release = self.bad.with_user(self.manager)._receivables_release("Pagó la mitad")

        self.bad.action_post()

        self.assertEqual(self.bad.state, "posted")
        self.assertEqual((release.move_id, release.amount), (self.bad, 1000.5))

    def test_an_issued_invoice_is_left_alone(self):
        self.good.action_post()

        self.policy.credit = "cash_only"

        self.assertEqual(self.good.state, "posted")
        self.assertEqual(self._fresh(self.good).receivables_credit_state, "ok")

    def test_an_old_item_stops_only_after_the_tolerance(self):
        self._set_rules({"kind": "oldest_age", "threshold": 10}, tolerance_days=5)
        self.good.invoice_date_due = "2026-06-15"
        self.good.action_post()
        fresh = self._draft(1)
        fresh.action_post()
        self._on(TODAY.replace(month=7, day=1))

        with self.assertRaisesRegex(UserError, "16 days overdue"):
            self._draft(1).action_post()

    def test_a_purchase_order_number_is_asked_of_the_invoice(self):
        self._set_rules({"kind": "instructions"}, requires_purchase_order=True)
        with self.assertRaisesRegex(UserError, "Purchase-order number"):
            self.good.action_post()

        self.good.ref = "OC-12"
        self.good.action_post()

        self.assertEqual(self.good.state, "posted")

    def test_drafts_that_count_do_not_count_twice_when_posted(self):
        self.company.receivables_count_drafts = True
        self.bad.unlink()
        more = self._draft(600)

        (self.good | more).action_post()

        self.assertEqual({self.good.state, more.state}, {"posted"})

    def test_checking_many_costs_a_constant_number_of_queries(self):
        moves = self.env["account.move"].browse()
        for _number in range(2):
            moves |= self._draft(10000, self._customer(credit_limit=5))
        many = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": move.partner_id.id,
                    "invoice_line_ids": [
                        (0, 0, {"name": "x", "price_unit": 10000, "tax_ids": False})
                    ],
                }
                for move in moves
                for _ in range(10)
            ]
        )

        def count(chosen):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(chosen._receivables_refusals()), len(chosen))
            return self.env.cr.sql_log_count - before

        count(moves[:1])
        self.assertLessEqual(count(moves | many), count(moves) + 2)
