from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .profile_case import TODAY, FrozenProfileCase


@tagged("post_install", "-at_install")
class TestFrontPage(FrozenProfileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls._user(
            "front", "receivables_automation.group_receivables_user"
        )
        cls.salesperson = cls._user("front_sales", "sales_team.group_sale_salesman")
        cls.outsider = cls._user("front_outsider")
        cls.page = cls.env["receivables.front.page"]

    def _read(self, user=None):
        self.profiles._refresh()
        return self.page.with_user(user or self.collector).read_page()

    def _card(self, name, user=None):
        cards = {card["name"]: card for card in self._read(user)["cards"]}
        return cards.get(name)

    def _opened(self, name, user=None):
        """Return the records that the card ``name`` opens for ``user``."""
        page = self.page.with_user(user or self.collector)
        action = page.open_card(name)
        return page.env[action["res_model"]].search(action["domain"])

    def test_figures_are_those_of_the_journal_items(self):
        late = self._due(40, 1000.0)
        self._due(-3, 500.0)
        self._due(-30, 250.0)
        self._pay(self.customer, 400.0, [(self._items(late), 400.0)], TODAY)
        self._pay(self.customer, 70.0, [], TODAY)

        self.assertEqual(self._card("overdue")["amount"], 600.0)
        self.assertEqual(self._card("owed")["amount"], 1350.0)
        self.assertEqual(self._card("due_soon")["amount"], 500.0)
        self.assertEqual(self._card("unapplied")["amount"], 70.0)
        self.assertIn("44%", self._card("overdue")["detail"])

    def test_each_figure_opens_the_records_that_add_up_to_it(self):
        self._due(40, 1000.0)
        self._due(-3, 500.0)
        page = self._read()

        for card in page["cards"]:
            if "amount" in card:
                field = {
                    "overdue": "overdue_amount",
                    "owed": "open_amount",
                    "due_soon": "amount_residual",
                }[card["name"]]
                opened = self._opened(card["name"])
                self.assertEqual(sum(opened.mapped(field)), card["amount"])
        for part in page["ageing"]:
            opened = self._opened(f"bucket:{part['name']}")
            self.assertEqual(sum(opened.mapped(part["name"])), part["amount"])
        for segment in page["segments"]:
            self.assertEqual(
                len(self._opened(f"segment:{segment['id'] or 0}")), segment["count"]
            )

    def test_ageing_leaves_empty_buckets_out(self):
        self._due(40, 1000.0)

        self.assertEqual(
            [(part["name"], part["amount"]) for part in self._read()["ageing"]],
            [("amount_31_60", 1000.0)],
        )

    def test_a_salesperson_s_page_is_about_own_customers(self):
        own = self._customer("Propio", user_id=self.salesperson.id)
        self._due(10, 1000.0)
        self._invoice(own, 300.0, TODAY - timedelta(days=5))
        self._invoice(own, 40.0, TODAY + timedelta(days=2))
        page = self._read(self.salesperson)
        cards = {card["name"]: card for card in page["cards"]}

        self.assertEqual(cards["overdue"]["amount"], 300.0)
        self.assertEqual(cards["due_soon"]["amount"], 40.0)
        self.assertNotIn("notices", cards)
        self.assertEqual([row["name"] for row in page["debtors"]], ["Propio"])
        self.assertEqual(page["first_steps"], [])

    def test_own_debtors_come_before_larger_ones_of_others(self):
        own = self._customer("Propio")
        own.receivables_collector_id = self.collector
        self._due(10, 1000.0)
        self._invoice(own, 300.0, TODAY - timedelta(days=5))

        names = [row["name"] for row in self._read()["debtors"]]

        self.assertEqual(names, ["Propio", self.customer.display_name])

    def test_who_has_none_of_the_roles_is_refused(self):
        with self.assertRaisesRegex(AccessError, "administrator"):
            self._read(self.outsider)
        with self.assertRaises(AccessError):
            self._opened("overdue", self.outsider)

    def test_a_card_that_does_not_exist_is_refused_by_name(self):
        for name in ("unlink", "bucket:id", "segment:x", "segment:²", ""):
            with self.subTest(name), self.assertRaises(UserError):
                self.page.with_user(self.collector).open_card(name)

    def test_a_salesperson_cannot_open_notices(self):
        with self.assertRaisesRegex(UserError, "notices"):
            self.page.with_user(self.salesperson).open_card("notices")

    def test_first_steps_tick_off_and_go(self):
        manager = self._user(
            "front_manager", "receivables_automation.group_receivables_manager"
        )

        def done():
            return {
                step["name"]: step["is_done"]
                for step in self._read(manager)["first_steps"]
            }

        before = done()
        self.assertEqual(
            before,
            dict.fromkeys(("load_invoices", "review_policy", "first_notice"), False),
        )
        self._due(10)
        self.env["receivables.policy"].create(
            {"name": "Usual", "company_id": self.company.id}
        )
        self.assertTrue(done()["load_invoices"])
        self.assertTrue(done()["review_policy"])
        run = self.env["receivables.dunning.run"].create({})
        run.action_preview()
        self.assertEqual(done(), {})
        card = self._card("notices", manager)
        self.assertEqual(card["count"], run.notice_count)

    def test_two_companies_do_not_add_up(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self._due(10, 1000.0)
        self.collector.company_ids |= other
        page = self.page.with_user(self.collector).with_context(
            allowed_company_ids=(other | self.company).ids
        )
        self.profiles._refresh()
        cards = {card["name"]: card for card in page.read_page()["cards"]}

        self.assertEqual(page.env.company, other)
        self.assertEqual(cards["overdue"]["amount"], 0.0)
        # Not False, which a screen would leave empty.
        self.assertIs(type(cards["due_soon"]["amount"]), float)

    def test_reading_takes_the_same_queries_for_one_and_ten_debtors(self):
        def queries():
            self.profiles._refresh()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page.with_user(self.collector).read_page()
            return self.env.cr.sql_log_count - before

        self._due(10)
        queries()
        one = queries()
        due = TODAY - timedelta(days=20)
        others = [self._customer(f"Cliente {number}") for number in range(9)]
        self._invoices([(other, 100.0, due) for other in others])

        self.assertLessEqual(queries(), one)
