from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .reward_case import RewardCase


class TestRewardPrize(RewardCase):
    """What a reward gives, on orders and in the records."""

    def test_the_next_order_gets_the_better_term_and_says_why(self):
        self._grant()

        order = self._order()

        self.assertEqual(order.payment_term_id, self.long)
        self.assertIn("Puntual", order.receivables_reward_note)

    def test_an_order_that_a_salesperson_writes_gets_it(self):
        self._grant()
        self.customer.user_id = self.salesperson

        orders = self.env["sale.order"].with_user(self.salesperson)
        order = orders.create({"partner_id": self.customer.id})

        self.assertEqual(order.payment_term_id, self.long)
        self.assertIn("45 días", order.receivables_reward_note)

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
