from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .profile_case import TODAY, FrozenProfileCase


class TestWatch(FrozenProfileCase):
    """Who changes for the worse is told once, and leaves when the cause is gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        group = "receivables_automation.group_receivables_{}".format
        cls.collector = cls._user("collector", group("user"))
        cls.manager = cls._user("manager", group("manager"))
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman")
        cls.outsider = cls._user("outsider")
        cls.customer.user_id = cls.seller
        cls.customer.receivables_collector_id = cls.collector
        cls.watches = cls.env["receivables.watch"]
        cls.rules = cls.env["receivables.watch.rule"]
        cls.rules.search([]).active = False
        cls.promise_rule = cls.env.ref(
            "receivables_automation.receivables_watch_rule_broken_promise"
        )

    def _night(self, days=0):
        """Compute everybody ``days`` after today; return the company's entries."""
        self._on(TODAY + timedelta(days=days))
        self.profiles._refresh()
        return self.watches.search([("company_id", "=", self.company.id)], order="id")

    def _rule(self, **values):
        return self.rules.create(
            {
                "name": "Debe mucho",
                "code": "owes",
                "condition_domain": "[('open_amount', '>=', 100)]",
                "release_domain": "[('open_amount', '<', 50)]",
            }
            | values
        )

    def _broken(self, amount=100.0):
        """Return an invoice of which a promise was broken ten days ago."""
        invoice = self._due(40, amount)
        self.env["receivables.promise"].create(
            {
                "partner_id": self.customer.id,
                "move_line_ids": self._items(invoice).ids,
                "amount": amount,
                "made_on": TODAY - timedelta(days=20),
                "date_promised": TODAY - timedelta(days=10),
            }
        )
        return invoice

    def test_a_broken_promise_is_told_once_to_collector_and_salesperson(self):
        self.promise_rule.active = True
        self.customer.credit_limit = 120_000
        self._broken()

        watch = self._night()

        self.assertEqual(watch.partner_id, self.customer)
        self.assertEqual(watch.activity_ids.user_id, self.collector | self.seller)
        self.assertEqual(watch.proposed_amount, 96_000)
        self.assertIn("less 20 % =", watch.arithmetic)
        self.assertIn("Broken promises: 1", watch.explanation)
        self.assertEqual(self._night(1), watch, "not a second time")
        self.assertEqual(len(watch.activity_ids), 2)

    def test_who_answers_for_a_customer_later_is_told_then_and_once(self):
        self._rule()
        self._due(5, 120)
        self.customer.write({"user_id": False, "receivables_collector_id": False})
        watch = self._night()
        self.assertFalse(watch.activity_ids)

        self.customer.receivables_collector_id = self.collector
        self._night(1)
        self.assertEqual(watch.activity_ids.user_id, self.collector)
        watch.activity_ids.unlink()
        self._night(2)
        self.assertFalse(watch.activity_ids)

    def test_whoever_may_not_open_an_entry_is_not_told_of_it(self):
        self._rule()
        self._due(5, 120)
        elsewhere = self._user(
            "elsewhere",
            "receivables_automation.group_receivables_user",
            companies=self.env["res.company"].create({"name": "Otra"}),
        )
        for collector, salesperson in (
            (self.outsider, elsewhere),
            # Of a customer that is not theirs salespeople see nothing.
            (self.seller, self.outsider),
        ):
            self.customer.write(
                {"receivables_collector_id": collector.id, "user_id": salesperson.id}
            )
            watch = self._night()
            self.assertFalse(watch.activity_ids)
            self.assertFalse(watch.is_told)

        self.customer.user_id = self.seller
        self._night(1)
        self.assertEqual(watch.activity_ids.user_id, self.seller)

    def test_another_broken_promise_is_news_again(self):
        self.promise_rule.active = True
        self._broken()
        first = self._night()
        self._broken(30)

        second = self._night(1) - first

        self.assertEqual((first.state, first.is_cause_live), ("closed", False))
        self.assertFalse(first.activity_ids)
        self.assertEqual((second.state, second.value), ("open", 2))

    def test_closed_by_hand_the_same_cause_does_not_bring_it_back(self):
        self.promise_rule.active = True
        self._broken()
        watch = self._night()

        wizard = self.env["receivables.watch.close"].create(
            {"watch_ids": watch.ids, "reason": "Cambio de banco"}
        )
        wizard.with_user(self.collector).action_apply()

        self.assertEqual(
            (watch.state, watch.close_reason), ("closed", "Cambio de banco")
        )
        self.assertEqual(watch.closed_by_id, self.collector)
        self.assertFalse(watch.activity_ids)
        self.assertEqual(self._night(1), watch)
        self._broken(30)
        self.assertEqual(len(self._night(2)), 2)

    def test_quiet_days_and_a_promise_kept_after_all_end_it(self):
        self.promise_rule.active = True
        invoice = self._broken()
        watch = self._night()
        self._pay(
            self.customer,
            100,
            [(self._items(invoice), 100)],
            TODAY - timedelta(days=11),
        )
        self.profiles._refresh(self.customer)

        self._night(1)

        self.assertEqual((watch.state, watch.is_cause_live), ("closed", False))
        self.assertTrue(watch.close_reason)

    def test_a_condition_leaves_by_its_own_bound(self):
        self._rule()
        invoice = self._due(5, 120)
        watch = self._night()
        self.assertEqual(watch.rule_id.code, "owes")

        item = self._items(invoice)
        self._pay(self.customer, 60, [(item, 60)], TODAY)
        self._night(1)
        self.assertEqual(watch.state, "open", "between the two bounds nothing changes")

        self._pay(self.customer, 20, [(item, 20)], TODAY)
        self._night(2)
        self.assertEqual((watch.state, watch.is_cause_live), ("closed", False))
        self._due(5, 120)
        self.assertEqual(len(self._night(3)), 2, "a new cause is a new entry")

    def test_a_fact_without_source_finds_nobody_and_says_so(self):
        rule = self._rule(kind="rises", fact="payments_from_the_moon")
        self._due(5, 120)

        self.assertFalse(self._night())
        self.assertIn("nothing measures payments_from_the_moon", rule.problem)
        rule.write({"kind": "holds", "condition_domain": "[('no_such', '>', 1)]"})
        self.assertIn("no_such", rule.problem)
        self.assertFalse(self._night(1))
        empty = self._rule(code="empty", kind="rises", fact="reminder_response_ratio")
        self.assertFalse(empty.problem)
        self.assertFalse(self._night(2), "a fact that is empty does not rise")

    def test_without_a_limit_what_is_owed_is_proposed(self):
        self._rule(proposal="limit")
        self._due(5, 120)
        self._pay(self.customer, 15, (), TODAY)

        self.assertEqual(self._night().proposed_amount, 105)

    def test_a_limit_of_nothing_is_not_proposed(self):
        self._rule(
            proposal="limit",
            condition_domain="[('invoice_count', '>', 0)]",
            release_domain="[]",
        )
        invoice = self._due(5, 120)
        self._pay(self.customer, 120, [(self._items(invoice), 120)], TODAY)

        watch = self._night()

        self.assertEqual((watch.proposal, watch.proposed_amount), ("none", 0))
        with self.assertRaisesRegex(UserError, "Nothing is proposed"):
            watch.with_user(self.manager).action_apply_limit()

    @mute_logger("odoo.sql_db")
    def test_a_limit_lower_by_all_of_it_is_refused(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._rule(proposal="limit", percent=100)

    def test_the_end_of_a_rule_is_the_end_of_its_entries(self):
        rule = self._rule()
        self._due(5, 120)
        watch = self._night()

        rule.company_id = self.env["res.company"].create({"name": "Otra"})
        self._night(1)

        self.assertEqual((watch.state, watch.is_cause_live), ("closed", False))
        self.assertIn("switched off", watch.close_reason)
        self.assertFalse(watch.activity_ids)
        rule.company_id = False
        again = self._night(2) - watch
        self.assertEqual(again.state, "open")
        again._close("Ya se habló")
        rule.active = False
        self._night(3)
        self.assertEqual(
            (again.is_cause_live, again.close_reason), (False, "Ya se habló")
        )

    def test_a_rule_that_is_switched_on_again_tells_again(self):
        rule = self._rule(
            kind="rises", fact="broken_promise_count", least_rise=1, quiet_days=90
        )
        self._broken()
        watch = self._night().filtered(lambda one: one.rule_id == rule)
        rule.active = False
        self._night(1)
        self.assertEqual(watch.state, "closed")

        rule.active = True

        again = self._night(2).filtered(lambda one: one.rule_id == rule) - watch
        self.assertEqual(again.state, "open")

    def test_a_manager_gives_the_limit_and_the_audit_log_knows_why(self):
        self._rule(proposal="limit", percent=10)
        self.customer.credit_limit = 1_000
        self._due(5, 120)
        watch = self._night().with_context(lang="en_US")
        with self.assertRaisesRegex(AccessError, "Only finance managers"):
            watch.with_user(self.collector).action_apply_limit()

        action = watch.with_user(self.manager).action_apply_limit()
        dialog = self.env["receivables.limit.change"].with_user(self.manager)
        dialog.with_context(**action["context"]).create({}).action_apply()

        self.assertEqual(self.customer.credit_limit, 900)
        self.assertEqual(watch.state, "closed")
        row = self.env["receivables.audit"].search(
            [("partner_id", "=", self.customer.id)], limit=1
        )
        self.assertEqual((row.before, row.after), ("1000.00 MXN", "900.00 MXN"))
        self.assertIn("Debe mucho", row.reason)
        with self.assertRaisesRegex(UserError, "Nothing is proposed"):
            watch.with_user(self.manager).action_apply_limit()

    def test_a_guarantee_is_proposed_for_what_is_owed(self):
        self._rule(proposal="guarantee")
        self._due(5, 120)
        watch = self._night()

        self.assertEqual(watch.proposed_amount, 120)
        self.assertIn("Guarantee", watch.arithmetic)

    def test_a_rule_that_cannot_be_read_is_refused_by_name(self):
        for values in (
            {"condition_domain": "[('open_amount', '>'"},
            {"condition_domain": "[('open_amount', '>', 'mucho')]"},
            {"kind": "rises", "fact": False},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "Debe"),
                self.env.cr.savepoint(),
            ):
                self._rule(**values)

    def test_rights(self):
        self._rule()
        self._due(5, 120)
        other = self._customer("Ajeno")
        self._invoice(other, 500, TODAY - timedelta(days=9))
        watches = self._night()
        self.assertEqual(len(watches), 2)
        self.assertEqual(
            self.watches.with_user(self.seller).search([]).sudo().partner_id,
            self.customer,
        )
        with self.assertRaises(AccessError):
            watches.with_user(self.outsider).read(["rule_id"])
        mine = watches.filtered(lambda one: one.partner_id == self.customer)
        with self.assertRaisesRegex(AccessError, "Only collectors"):
            mine.with_user(self.seller)._close("no")
        with self.assertRaisesRegex(UserError, "why"):
            mine.with_user(self.collector)._close("")
        for user in (self.manager, self.collector):
            for operation in ("write", "create", "unlink"):
                self.assertFalse(mine.with_user(user).has_access(operation))
        profile = self._profile(refresh=False).with_user(self.seller)
        self.assertEqual(profile.watch_ids, mine)

    def test_a_salesperson_sees_why_and_no_limit(self):
        self._rule(proposal="limit", percent=10)
        self.customer.credit_limit = 98_765
        self._due(5, 120)
        watch = self._night().with_user(self.seller)

        self.assertEqual(watch.rule_id.name, "Debe mucho")
        self.assertIn("120", watch.explanation)
        self.assertEqual(watch.proposal, "limit")
        hidden = ["proposed_amount", "limit_then", "owed_then", "percent", "arithmetic"]
        for name in [*hidden, "close_reason"]:
            with self.subTest(name), self.assertRaises(AccessError):
                watch.read([name])
        for view_type in ("list", "form"):
            arch = watch.get_view(view_type=view_type)["arch"]
            self.assertIn("rule_id", arch)
            for name in hidden:
                self.assertNotIn(name, arch)

    def test_two_companies_have_lists_of_their_own(self):
        rule = self._rule(company_id=self.env["res.company"].create({"name": "O"}).id)
        self._due(5, 120)
        self.assertFalse(self._night())

        rule.company_id = False
        self.assertEqual(self._night(1).company_id, self.company)

    def test_a_merge_leaves_one_live_entry(self):
        self._rule()
        self._due(5, 120)
        other = self._customer("Águila")
        self._invoice(other, 500, TODAY - timedelta(days=9))
        watches = self._night()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, other)
        watches.invalidate_recordset()

        self.assertEqual(watches.exists(), watches)
        self.assertEqual(watches.partner_id, other)
        self.assertEqual(len(watches.filtered("is_cause_live")), 1)

    def test_ten_debtors_take_the_queries_of_one(self):
        self._rule(proposal="limit")
        counts = []
        for some in (1, 10):
            partners = [
                self._customer(
                    f"Deudor {some}-{number}",
                    receivables_collector_id=self.collector.id,
                )
                for number in range(some)
            ]
            self._invoices([(one, 200, TODAY - timedelta(days=4)) for one in partners])
            self.profiles._refresh(self.env["res.partner"].search([]))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.watches._evaluate(self.company)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(len(self.watches.search([("rule_id.code", "=", "owes")])), 11)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_shipped_rules_can_be_read(self):
        shipped = self.rules.with_context(active_test=False).search(
            [("code", "!=", "owes")]
        )
        self.assertEqual(
            set(shipped.mapped("code")),
            {
                "broken_promise",
                "late_trend",
                "returned_payment",
                "cancelled_cfdi",
                "sat_69b",
                "bounced_address",
            },
        )
        self.assertIn(self.promise_rule, shipped._usable())
