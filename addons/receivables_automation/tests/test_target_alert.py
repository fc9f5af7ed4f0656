from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .profile_case import TODAY, FrozenProfileCase


class TestTargetAlert(FrozenProfileCase):
    """A target that is crossed is told once, and again only after it was met."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        group = "receivables_automation.group_receivables_{}".format
        cls.manager = cls._user("manager", group("manager"))
        cls.collector = cls._user("collector", group("user"))

    def _night(self, days=0):
        self._on(TODAY + timedelta(days=days))
        self.profiles._refresh()
        return self.env["receivables.target.alert"].search(
            [("company_id", "=", self.company.id)], order="id"
        )

    def test_an_overdue_share_above_its_target_is_told_once(self):
        self.company.receivables_target_overdue_share = 20
        overdue = self._due(5, 300)
        self._due(-20, 700)

        alert = self._night()

        self.assertEqual(
            (alert.kind, alert.value, alert.is_live), ("overdue_share", 30, True)
        )
        self.assertRegex(alert.arithmetic, "300.00 overdue ÷ .*1,000.00 owed = 30.0 %")
        self.assertIn(self.manager, alert.activity_ids.user_id)
        self.assertNotIn(self.collector, alert.activity_ids.user_id)
        self.assertEqual(self._night(1), alert)

        self._pay(self.customer, 140, [(self._items(overdue), 140)], TODAY)
        self._night(2)
        self.assertFalse(alert.is_live, "160 of 860 is 18.6 %, below 19 %")
        self.assertEqual(alert.met_on, TODAY + timedelta(days=2))
        self.assertFalse(alert.activity_ids)
        self._due(5, 300)
        self.assertEqual(len(self._night(3)), 2, "a new crossing")

    def test_within_the_margin_it_stays_missed(self):
        self.company.receivables_target_overdue_share = 20
        overdue = self._due(5, 300)
        self._due(-20, 700)
        alert = self._night()
        self._pay(self.customer, 130, [(self._items(overdue), 130)], TODAY)
        self._night(1)

        self.assertTrue(alert.is_live, "170 of 870 is 19.5 %")

    def test_rotation_is_what_is_owed_by_the_sales_of_90_days(self):
        self.company.receivables_target_rotation_days = 60
        day = TODAY - timedelta(days=30)
        recent = self._due(5, 600, invoice_date=day)
        self._due(200, 300, invoice_date=TODAY - timedelta(days=230))
        self._credit_note(recent, 100, day)

        alert = self._night()

        # 500 + 300 owed, 600 - 100 sold: 800 / 500 x 90.
        self.assertEqual((alert.kind, alert.value), ("rotation", 144))

    def test_without_sales_to_measure_by_it_stays_missed_while_something_is_owed(self):
        self.company.receivables_target_rotation_days = 60
        owed = self._due(5, 600, invoice_date=TODAY - timedelta(days=85))
        alert = self._night()

        self._night(10)
        self.assertTrue(alert.is_live)

        self._pay(self.customer, 600, [(self._items(owed), 600)], TODAY)
        self._night(11)
        self.assertFalse(alert.is_live)

    def test_who_has_an_archived_policy_counts_for_the_usual_one(self):
        former, usual = self.env["receivables.policy"].create(
            [
                {"name": "Anterior", "receivables_target_overdue_share": 50},
                {"name": "Usual", "receivables_target_overdue_share": 50},
            ]
        )
        self.company.receivables_policy_id = usual
        self.customer.receivables_policy_id = former
        self._due(5, 90)
        former.active = False

        alert = self._night()

        self.assertEqual(self.customer._receivables_policy(self.company), usual)
        self.assertEqual(alert.policy_id, usual)

    def test_a_policy_has_its_own_target_over_its_own_customers(self):
        policy = self.env["receivables.policy"].create(
            {"name": "Mayoreo", "receivables_target_overdue_share": 50}
        )
        self.customer.receivables_policy_id = policy
        self._due(5, 90)
        self._due(-5, 10)
        self._invoice(self._customer("Otro"), 5_000, TODAY + timedelta(days=9))

        alert = self._night()

        self.assertEqual((alert.policy_id, alert.value), (policy, 90))

    def test_without_target_or_debt_nothing_is_missed(self):
        self._due(5, 300)
        self.assertFalse(self._night())
        self.company.receivables_target_rotation_days = 1
        other = self.env["res.company"].create(
            {"name": "Otra", "receivables_target_overdue_share": 1}
        )
        self.env["receivables.target.alert"]._evaluate(other)
        self.assertFalse(
            self.env["receivables.target.alert"].search([("company_id", "=", other.id)])
        )

    @mute_logger("odoo.sql_db")
    def test_a_target_out_of_range_is_refused(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.company.receivables_target_overdue_share = 101
            self.env.flush_all()

    def test_collectors_do_not_read_or_write_alerts(self):
        self.company.receivables_target_overdue_share = 20
        self._due(5, 300)
        alert = self._night()
        with self.assertRaises(AccessError):
            alert.with_user(self.collector).read(["value"])
        self.assertFalse(alert.with_user(self.manager).has_access("write"))
