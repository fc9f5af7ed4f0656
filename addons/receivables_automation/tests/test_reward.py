from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .profile_case import TODAY, FrozenProfileCase


@tagged("post_install", "-at_install")
class TestReward(FrozenProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.short = cls._term("30 días", 30)
        cls.long = cls._term("45 días", 45)
        cls.reward = cls.env["receivables.reward"].create(
            {
                "name": "Puntual",
                "invoice_count": 2,
                "window_days": 90,
                "kind": "term",
                "payment_term_id": cls.long.id,
                "valid_days": 73,
                "company_id": cls.company.id,
            }
        )
        cls.manager = cls._user(
            "reward_manager", "receivables_automation.group_receivables_manager"
        )
        cls.salesperson = cls._user("reward_sales", "sales_team.group_sale_salesman")
        cls.customer.property_payment_term_id = cls.short
        # Paid on time, twice.
        cls.invoices = cls._paid_twice()

    @classmethod
    def _term(cls, name, days, delay_type="days_after", **values):
        return cls.env["account.payment.term"].create(
            {
                "name": name,
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": 100,
                            "nb_days": days,
                            "delay_type": delay_type,
                        }
                    )
                ],
            }
            | values
        )

    @classmethod
    def _paid_twice(cls, partner=None):
        """Return two invoices of the window, each paid on its due date."""
        return cls._paid_each(
            [(TODAY - timedelta(days=days), 0) for days in (40, 20)], partner
        )

    def _sell(self, amount, **values):
        """Return an invoice, or what is given, of last week that is due next week."""
        return self._invoice(
            self.customer,
            amount,
            TODAY + timedelta(days=7),
            invoice_date=TODAY - timedelta(days=7),
            **values,
        )

    def _grant(self):
        self.profiles._refresh()
        return self.reward._grant()

    def _limit_reward(self, **values):
        return self.reward.create(
            {
                "name": "Más límite",
                "invoice_count": 2,
                "window_days": 90,
                "kind": "limit",
                "limit_percent": 10,
                "company_id": self.company.id,
            }
            | values
        )

    def _halves(self, days_ago):
        """Return an invoice of two equal instalments, on its day and 30 days later."""
        day = TODAY - timedelta(days=days_ago)
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
        return self._invoice(
            self.customer,
            100,
            day,
            invoice_date=day,
            invoice_payment_term_id=term.id,
            invoice_date_due=False,
        )

    def _pay_item(self, item, late=0):
        day = item.date_maturity + timedelta(days=late)
        self._pay(self.customer, 50, [(item, 50)], day)

    def _revoke(self, grant):
        grant = grant.with_user(self.manager)
        grant.revoke_reason = "Vende a un competidor"
        grant.action_revoke()
        return grant

    def _order(self, partner=None, **values):
        return self.env["sale.order"].create(
            {"partner_id": (partner or self.customer).id, "company_id": self.company.id}
            | values
        )

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

    # USING

    def test_the_next_order_gets_the_better_term_and_says_why(self):
        self._grant()

        order = self._order()

        self.assertEqual(order.payment_term_id, self.long)
        self.assertIn("Puntual", order.receivables_reward_note)

    def test_a_contact_of_the_customer_gets_it_too(self):
        self._grant()
        contact = self._customer(
            "Compras", parent_id=self.customer.id, is_company=False
        )

        self.assertEqual(self._order(contact).payment_term_id, self.long)

    def test_without_a_reward_orders_keep_the_customer_s_term(self):
        order = self._order()

        self.assertEqual(order.payment_term_id, self.short)
        self.assertFalse(order.receivables_reward_note)

    def test_a_term_chosen_by_hand_says_nothing_of_the_reward(self):
        self._grant()
        order = self._order(payment_term_id=self.short.id)

        self.assertFalse(order.receivables_reward_note)

    def test_a_term_no_longer_than_the_customer_s_own_changes_nothing(self):
        self._grant()
        for own in (self._term("60 días", 60), self._term("45 netos", 45)):
            with self.subTest(own.name):
                self.customer.property_payment_term_id = own
                order = self._order()

                self.assertEqual(order.payment_term_id, own)
                self.assertFalse(order.receivables_reward_note)

    def test_a_reward_changed_later_is_not_for_who_has_it(self):
        grant = self._grant()

        self.reward.write({"kind": "limit", "limit_percent": 50})

        self.assertEqual((grant.kind, grant.limit_percent), ("term", 0.0))
        self.assertIn("45 días", grant.text)
        self.assertEqual(self._order().payment_term_id, self.long)

    def test_a_price_list_is_the_next_order_s(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Puntuales", "currency_id": self.company.currency_id.id}
        )
        self.reward.write({"kind": "pricelist", "pricelist_id": pricelist.id})
        self._grant()

        self.assertEqual(self._order().pricelist_id, pricelist)

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

    def test_a_salesperson_does_not_learn_the_limit_from_its_cost(self):
        self.customer.write({"credit_limit": 250_000, "user_id": self.salesperson.id})
        self._grant()
        grant = self._limit_reward()._grant()
        # 25,000 more for 90 days at 20 %.
        self.assertAlmostEqual(grant.expected_cost, 25_000 * 0.2 * 90 / 365, 2)

        for record, name in (
            (grant, "expected_cost"),
            (self.company, "receivables_capital_cost"),
            (self.long, "receivables_cost_note"),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                record.with_user(self.salesperson).read([name])

    def test_the_audit_log_keeps_what_a_reward_gives(self):
        reward = self._limit_reward()

        reward.with_user(self.manager).limit_percent = 20

        row = self.env["receivables.audit"].search(
            [("res_model", "=", reward._name), ("res_id", "=", reward.id)], limit=1
        )
        self.assertEqual((row.kind, row.field_name), ("reward", "limit_percent"))
        self.assertEqual((row.before, row.after), ("10.0", "20.0"))
        self.assertEqual(row.user_id, self.manager)

    @mute_logger("odoo.sql_db")
    def test_a_limit_is_at_most_doubled(self):
        with self.assertRaises(IntegrityError):
            self._limit_reward(limit_percent=101)

    @mute_logger("odoo.sql_db")
    def test_what_a_reward_gives_is_not_deleted(self):
        pricelist = self.env["product.pricelist"].create({"name": "Puntuales"})
        self._limit_reward(kind="pricelist", pricelist_id=pricelist.id)
        for prize in (self.long, pricelist):
            with self.subTest(prize), self.assertRaises(IntegrityError):
                prize.unlink()

    def test_a_reward_that_gives_nothing_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Vacía"):
            self.reward.create({"name": "Vacía", "kind": "limit", "limit_percent": 0})

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

    # EARLY PAYMENT

    def test_three_in_ten_net_thirty_costs_56_4_a_year_and_warns(self):
        term = self._term(
            "3/10 neto 30",
            30,
            early_discount=True,
            discount_percentage=3,
            discount_days=10,
        )

        self.assertAlmostEqual(term.receivables_yearly_cost, 56.4, 1)
        self.assertTrue(term.receivables_is_costly)
        self.assertIn("20", term.receivables_cost_note)
        self.company.receivables_capital_cost = 60.0
        term.invalidate_recordset()
        self.assertFalse(term.receivables_is_costly)

    def test_a_discount_brings_money_forward_from_a_due_date_after_the_month(self):
        # Due after 24.5, 44.5, 30 and 45.5 days, less the ten of the discount.
        for delay_type, days, cost in (
            ("days_after_end_of_month", 10, 77.9),
            ("days_after_end_of_month", 30, 32.7),
            ("days_after", 30, 56.4),
            ("days_after_end_of_next_month", 0, 31.8),
        ):
            with self.subTest(delay_type, days=days):
                term = self._term(
                    "3/10",
                    days,
                    delay_type,
                    early_discount=True,
                    discount_percentage=3,
                    discount_days=10,
                )

                self.assertAlmostEqual(term.receivables_yearly_cost, cost, 1)

    def test_a_discount_up_to_the_due_date_is_said_to_bring_nothing(self):
        term = self._term(
            "3/30 neto 30",
            30,
            early_discount=True,
            discount_percentage=3,
            discount_days=30,
        )

        self.assertIn("brings no money forward", term.receivables_cost_note)
        self.assertEqual(term.receivables_yearly_cost, 0.0)
