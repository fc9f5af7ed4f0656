from datetime import timedelta

from odoo.exceptions import AccessError, UserError

from .profile_case import TODAY
from .reward_case import RewardCase


class TestReward(RewardCase):
    """Who earns a reward, at what cost, and how it is taken back."""

    # EARNING

    def test_two_invoices_on_time_earn_it_with_the_invoices_as_evidence(self):
        grant = self._grant()

        self.assertEqual(grant.partner_id, self.customer)
        self.assertEqual(sorted(grant.evidence), sorted(self.invoices.ids))
        self.assertEqual(grant.until, TODAY + timedelta(days=73))

    def test_one_late_payment_in_the_window_earns_nothing(self):
        self._paid(TODAY - timedelta(days=30), 3)

        self.assertFalse(self._grant())

    def test_days_of_grace_count_as_on_time(self):
        self._paid(TODAY - timedelta(days=30), 3)
        self.reward.write({"tolerance_days": 3, "invoice_count": 3})

        self.assertTrue(self._grant())

    def test_an_old_late_payment_is_forgotten_with_the_window(self):
        self._paid(TODAY - timedelta(days=200), 30)

        self.assertTrue(self._grant())

    def test_who_owes_something_overdue_earns_nothing(self):
        self._due(1)

        self.assertFalse(self._grant())

    def test_a_debt_settled_by_a_credit_note_alone_is_no_payment_on_time(self):
        self.reward.invoice_count = 3
        invoice = self._invoice(self.customer, 100.0, TODAY - timedelta(days=20))
        self._credit_note(invoice, 100.0, TODAY - timedelta(days=25))

        self.assertFalse(self._grant())

    def test_an_invoice_counts_once_every_instalment_is_paid(self):
        self.reward.invoice_count = 3
        first, second = self._items(self._halves(25))
        self._pay_item(first)
        self.assertFalse(self._grant())

        self._pay_item(second, late=-10)

        self.assertIn(first.move_id.id, self._grant().evidence)

    def test_one_instalment_paid_late_is_a_late_payment(self):
        first, second = self._items(self._halves(25))
        self._pay_item(first, late=2)
        self.assertFalse(self._grant())

        self._pay_item(second, late=-10)

        self.assertFalse(self._grant())

    def test_an_old_late_instalment_is_forgotten_but_its_invoice_does_not_count(self):
        first, second = self._items(self._halves(110))
        self._pay_item(first, late=2)
        self._pay_item(second)

        self.assertEqual(sorted(self._grant().evidence), sorted(self.invoices.ids))

    def test_a_second_night_grants_nothing_more(self):
        self.assertTrue(self._grant())
        self.assertFalse(self._grant())

    def test_it_ends_after_its_last_day_and_can_be_earned_again(self):
        grant = self._grant()
        self._on(grant.until + timedelta(days=1))
        self.reward.window_days = 300

        again = self._grant()

        self.assertEqual(grant.state, "ended")
        self.assertEqual(again.partner_id, self.customer)

    def test_another_company_s_payments_count_for_nothing(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self.reward.company_id = other

        self.assertFalse(self._grant())

    def test_the_cost_of_more_days_is_that_of_the_receivables_they_add(self):
        self._sell(9_000)

        grant = self._grant()

        # 9,000 in 90 days are 100 a day; 15 days more add 1,500 of credit, for a fifth
        # of a year at 20 %.
        self.assertEqual(grant.expected_cost, 60.0)

    def test_who_was_refunded_more_than_sold_costs_nothing(self):
        self._sell(1_000)
        self._sell(2_500, move_type="out_refund")
        pricelist = self.env["product.pricelist"].create({"name": "Puntuales"})
        self.reward.write(
            {"kind": "pricelist", "pricelist_id": pricelist.id, "price_percent": 5}
        )

        self.assertEqual(self._grant().expected_cost, 0.0)

    def test_days_from_the_end_of_the_month_are_priced_by_their_mean(self):
        self._sell(9_000)
        self.reward.payment_term_id = self._term(
            "30 fin de mes", 30, "days_after_end_of_month"
        )

        # 44.5 days on the mean, 14.5 more than the customer's 30.
        self.assertEqual(self._grant().expected_cost, 58.0)

    def test_granting_takes_the_same_queries_for_one_and_five_customers(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.reward._earned(TODAY)
            return self.env.cr.sql_log_count - before

        one = queries()
        for number in range(4):
            self._paid_twice(partner=self._customer(f"Cliente {number}"))

        self.assertEqual(queries(), one)
        self.assertEqual(len(self._grant()), 5)

    # TAKING BACK

    def test_taking_back_needs_a_reason_and_ends_it(self):
        grant = self._grant().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Write why"):
            grant.action_revoke()
        grant.revoke_reason = "Vende a un competidor"

        grant.action_revoke()

        self.assertEqual(grant.state, "revoked")
        self.assertEqual(grant.revoke_user_id, self.manager)
        self.assertEqual(self._order().payment_term_id, self.short)
        with self.assertRaisesRegex(UserError, "is over"):
            grant.action_revoke()

    def test_taken_back_it_is_not_earned_again_by_the_same_invoices(self):
        grant = self._revoke(self._grant())
        self._on(TODAY + timedelta(days=1))
        self.assertFalse(self._grant(), "the next night")

        self._paid_each([(TODAY - timedelta(days=days), 0) for days in (2, 1)])
        self.assertFalse(self._grant(), "the old ones still count in the window")

        self._on(TODAY + timedelta(days=75))
        again = self._grant()
        self.assertEqual(again.partner_id, self.customer)
        self.assertFalse(set(again.evidence) & set(grant.evidence))

    def test_a_manager_lets_it_be_earned_again(self):
        grant = self._revoke(self._grant())
        with self.assertRaises(AccessError):
            grant.with_user(self.salesperson).action_allow()

        grant.action_allow()

        self.assertEqual(grant.allow_user_id, self.manager)
        self.assertTrue(self._grant())

    def test_why_it_was_taken_back_is_not_rewritten(self):
        grant = self._revoke(self._grant())

        with self.assertRaisesRegex(UserError, "Ferretería El Águila is over"):
            grant.revoke_reason = "Otra cosa"

    def test_nobody_writes_a_grant_by_hand(self):
        grant = self._grant()

        with self.assertRaisesRegex(UserError, "evidence"):
            grant.with_user(self.manager).until = TODAY
        with self.assertRaises(AccessError):
            grant.with_user(self.manager).unlink()

    def test_salespeople_read_those_of_own_customers(self):
        grant = self._grant()
        self.assertNotIn(grant, grant.with_user(self.salesperson).search([]))
        self.customer.user_id = self.salesperson
        self.assertIn("45 días", grant.with_user(self.salesperson).text)
        with self.assertRaises(AccessError):
            grant.with_user(self.salesperson).action_revoke()

    def test_merged_customers_keep_one_reward_in_force(self):
        other = self._customer("Cliente repetido")
        self._paid_twice(partner=other)
        self.assertEqual(len(self._grant()), 2)
        wizard = self.env["base.partner.merge.automatic.wizard"]

        wizard._merge((self.customer | other).ids, self.customer)

        grants = self.env["receivables.reward.grant"].search(
            [("reward_id", "=", self.reward.id)]
        )
        self.assertEqual(grants.partner_id, self.customer)
        self.assertEqual(len(grants), 1)
