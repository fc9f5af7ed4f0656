from datetime import date, timedelta

from odoo.exceptions import UserError

from .profile_case import TODAY, FrozenProfileCase


class TestPromise(FrozenProfileCase):
    """The ledger says whether a promise is kept, to the cent and the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._due(10)
        cls.item = cls._items(cls.invoice)

    def _promise(self, items=None, amount=100.0, days=5, **values):
        return self.env["receivables.promise"].create(
            {
                "partner_id": self.customer.id,
                "move_line_ids": (self.item if items is None else items).ids,
                "amount": amount,
                "date_promised": TODAY + timedelta(days=days),
            }
            | values
        )

    def _later(self, days):
        """Let the job of the debtors compute ``days`` after today."""
        self._on(TODAY + timedelta(days=days))
        self.profiles._refresh(self.customer)

    def _paid_on(self, days, amount=100.0, invoice=None):
        item = self._items(invoice or self.invoice)
        when = TODAY + timedelta(days=days)
        return self._pay(self.customer, amount, [(item, amount)], when)

    def test_a_promise_is_kept_by_money_on_its_items(self):
        promise = self._promise()
        self._paid_on(5)
        self._later(5)

        self.assertEqual((promise.state, promise.amount_received), ("kept", 100))
        self.assertEqual(promise.paid_on, TODAY + timedelta(days=5))
        self.assertEqual(self._profile().broken_promise_count, 0)

    def test_it_is_broken_the_day_after_its_days_of_grace(self):
        promise = self._promise()
        self.assertEqual(promise.last_day, TODAY + timedelta(days=7))

        self._later(7)
        self.assertEqual(promise.state, "open")
        self._later(8)
        self.assertEqual(promise.state, "broken")
        self.assertEqual(self._profile(refresh=False).broken_promise_count, 1)

    def test_what_was_promised_earlier_is_judged_at_once(self):
        promise = self._promise(made_on=TODAY - timedelta(days=20), days=-10)
        self._later(0)

        self.assertEqual(promise.state, "broken")

    def test_partials_count_exactly_and_what_is_missing_is_said(self):
        promise = self._promise(amount=80)
        self._paid_on(2, 30.25)
        self._later(3)
        self.assertEqual((promise.state, promise.amount_missing), ("open", 49.75))

        self._later(8)
        self.assertEqual((promise.state, promise.amount_received), ("partial", 30.25))

    def test_the_tolerance_is_the_company_s_when_it_was_made(self):
        self.company.receivables_promise_tolerance_amount = 5
        self.company.receivables_promise_tolerance_days = 0
        promise = self._promise()
        self.company.receivables_promise_tolerance_amount = 0
        self._paid_on(1, 95)
        self._later(1)

        self.assertEqual((promise.state, promise.last_day), ("kept", date(2026, 7, 5)))

    def test_money_on_another_invoice_keeps_nothing(self):
        other = self._due(3)
        promise = self._promise()
        self._paid_on(1, invoice=other)
        self._later(8)

        self.assertEqual(promise.state, "broken")

    def test_a_credit_note_lowers_what_is_to_be_paid_and_keeps_nothing(self):
        promise = self._promise()
        self._credit_note(self.invoice, 40, TODAY)
        self._later(1)
        self.assertEqual((promise.state, promise.amount_received), ("open", 0))

        self._paid_on(2, 60)
        self._later(2)
        self.assertEqual((promise.state, promise.amount_received), ("kept", 60))

    def test_a_promise_of_which_nothing_is_left_ends_without_blame(self):
        promise = self._promise()
        self._credit_note(self.invoice, 100, TODAY)
        self._later(8)

        self.assertEqual(promise.state, "cancelled")
        self.assertTrue(promise.cancel_reason)
        self.assertEqual(self._profile(refresh=False).broken_promise_count, 0)

    def test_a_returned_payment_opens_it_again_and_a_new_one_keeps_it(self):
        promise = self._promise()
        payment = self._paid_on(1)
        self._later(1)
        self.assertEqual(promise.state, "kept")

        payment.action_cancel()
        self._later(2)
        self.assertEqual((promise.state, promise.amount_received), ("open", 0))
        self._later(8)
        self.assertEqual(promise.state, "broken")

        self._paid_on(3)
        self._later(9)
        self.assertEqual(promise.state, "kept", "booked late, dated in time")

    def test_money_that_nobody_applied_does_not_break_it(self):
        promise = self._promise()
        payment = self._pay(self.customer, 100, (), TODAY + timedelta(days=2))
        self._later(8)
        self.assertEqual((promise.state, promise.is_waiting), ("open", True))

        (self._items(payment.move_id) | self.item).reconcile()
        self._later(8)
        self.assertEqual((promise.state, promise.is_waiting), ("kept", False))

    def test_without_items_it_is_about_all_that_is_owed(self):
        newer = self._due(1)
        promise = self._promise(items=self.item.browse(), amount=150)

        self.assertTrue(promise.is_whole_debt)
        self.assertEqual(promise.move_line_ids, self.item | self._items(newer))
        self._pay(self.customer, 150, (), TODAY)
        self._later(0)
        self.assertEqual(promise.state, "kept", "the whole debt takes any money")

    def test_weekly_promises_of_one_invoice_share_its_money(self):
        first = self._promise(amount=50, days=1)
        second = self._promise(amount=50, days=8)
        self._paid_on(1, 50)
        self._later(20)

        self.assertEqual((first.state, second.state), ("kept", "broken"))
        self.assertEqual(second.amount_received, 0)

    def test_each_currency_has_its_own_promise(self):
        dollar = self._dollars()
        invoice = self._due(5, currency_id=dollar.id)
        promise = self._promise(items=self._items(invoice), currency_id=dollar.id)
        self.assertEqual(promise.tolerance_amount, 0.05, "one peso at 20")

        self._paid_on(1)
        self._later(1)
        self.assertEqual(promise.amount_received, 0, "pesos keep no dollars")
        self._pay(
            self.customer,
            40,
            [(self._items(invoice), 40)],
            TODAY,
            currency_id=dollar.id,
        )
        self._later(1)
        self.assertEqual(promise.amount_received, 40)

    def test_a_currency_without_cents(self):
        yen = self._currency("JPY", [(date(2026, 1, 1), 0.12)])
        invoice = self._due(5, amount=1000, currency_id=yen.id)
        promise = self._promise(
            items=self._items(invoice), currency_id=yen.id, amount=1000
        )
        self.assertEqual(promise.tolerance_amount, 8)
        item = self._items(invoice)
        self._pay(self.customer, 992, [(item, 992)], TODAY, currency_id=yen.id)
        self._later(0)

        self.assertEqual((promise.state, promise.amount_received), ("kept", 992))

    def test_cancelling_says_why_and_lets_the_item_be_chased(self):
        promise = self._promise()
        hold = self.item._receivables_hold_reasons(TODAY)[self.item.id]
        self.assertEqual([code for code, _text, _record in hold], ["promised"])
        self.assertEqual(hold[0][2], promise)

        with self.assertRaisesRegex(UserError, "why"):
            promise.with_context(lang="en_US")._cancel(" ")
        wizard = self.env["receivables.promise.cancel"].create(
            {"promise_ids": promise.ids, "reason": "Pidió otra fecha"}
        )
        wizard.action_apply()

        self.assertEqual(promise.state, "cancelled")
        self.assertEqual(promise.cancel_reason, "Pidió otra fecha")
        self.assertFalse(self.item._receivables_hold_reasons(TODAY)[self.item.id])

    def test_it_holds_until_its_last_day(self):
        self._promise()
        for days, held in ((7, True), (8, False)):
            day = TODAY + timedelta(days=days)
            reasons = self.item._receivables_hold_reasons(day)[self.item.id]
            self.assertEqual(bool(reasons), held, day)

    def test_the_invoice_and_the_sheet_show_it(self):
        promise = self._promise()

        self.assertEqual(self.invoice.receivables_promise_ids, promise)
        self.assertEqual(
            self.env["account.move"].search(
                [("receivables_promise_ids", "in", promise.ids)]
            ),
            self.invoice,
        )
        profile = self._profile()
        self.assertEqual((profile.promise_ids, profile.promise_count), (promise, 1))
        domain = profile.action_open_promises()["domain"]
        self.assertEqual(self.env["receivables.promise"].search(domain), promise)

    def test_a_merged_customer_keeps_its_promises(self):
        promise = self._promise()
        other = self._customer("Águila")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, other)
        self._pay(other, 100, [(self.item, 100)], TODAY)

        self.profiles._refresh(other)

        self.assertEqual((promise.partner_id, promise.state), (other, "kept"))

    def test_an_archived_customer_s_promise_still_follows_the_ledger(self):
        promise = self._promise()
        self.customer.active = False
        self._later(8)

        self.assertEqual(promise.state, "broken")

    def test_the_night_computes_open_promises_and_a_change_all(self):
        promise = self._promise()
        payment = self._paid_on(1)
        self._on(TODAY + timedelta(days=1))
        self.profiles._refresh()
        self.assertEqual(promise.state, "kept")

        payment.action_cancel()
        stale = self.env["receivables.profile.stale"]
        self.assertIn(self.customer, stale.search([]).partner_id)
        stale._refresh_some(500)
        self.assertEqual(promise.state, "open")

    def test_a_new_promise_has_the_debtor_computed(self):
        stale = self.env["receivables.profile.stale"]
        stale.search([]).unlink()
        self._promise()

        self.assertEqual(stale.search([]).partner_id, self.customer)

    def test_ten_promises_take_the_queries_of_one(self):
        counts = []
        for some in (1, 10):
            items = self._items(self._due_each([(5, 100.0)] * some))
            promises = [self._promise(items=item) for item in items]
            self._payments([(self.customer, 40, [(item, 40)], TODAY) for item in items])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            promises[0]._follow_ledger(self.company, self.customer)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual({one.amount_received for one in promises}, {40})

        self.assertLessEqual(counts[1], counts[0])

    def test_the_dunning_run_leaves_a_promised_item_alone(self):
        labels = self.env["receivables.dunning.skip"]._labels()
        self.assertIn("promised", labels)
        self._promise()
        self.company.email = "cobranza@aceros.example"
        self.customer.email = "pagos@aguila.example"
        run = self.env["receivables.dunning.run"].create(
            {"company_id": self.company.id, "date": TODAY}
        )
        run.action_preview()

        self.assertEqual(run.skip_ids.mapped("reason"), ["promised"])
        self.assertFalse(run.notice_ids)
