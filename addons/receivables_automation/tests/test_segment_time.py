from datetime import date, timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .profile_case import TODAY, FrozenProfileCase


class TestSegmentTime(FrozenProfileCase):
    """How a debtor's segment changes from day to day, and from month to month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.receivables_segment_days = 3

    def _day(self, number):
        self._on(TODAY + timedelta(days=number))
        return self._profile()

    def _turn_to(self, code):
        """Have the facts point to a segment, whatever they are."""
        segment = self.env["receivables.segment"].search([("code", "=", code)])
        segment.sequence = 0
        segment.condition_domain = "[]"
        return segment

    def _back(self, segment):
        segment.condition_domain = "[('open_amount', '<', 0)]"

    def test_facts_have_to_insist_before_a_debtor_moves(self):
        self._invoice(self.customer, 100, TODAY - timedelta(days=10))
        self.assertEqual(self._profile().segment_id.code, "new", "It had none.")
        negligent = self._turn_to("negligent")

        seen = [self._day(number).segment_id.code for number in range(4)]

        self.assertEqual(seen, ["new", "new", "negligent", "negligent"])
        self.assertFalse(self._profile().segment_next_id)
        self.assertEqual(self._profile().segment_since, TODAY + timedelta(days=2))
        self.assertEqual(negligent.profile_count, 1)

    def test_meanwhile_it_shows_where_the_facts_point_to(self):
        self._invoice(self.customer, 100, TODAY - timedelta(days=10))
        self._profile()
        negligent = self._turn_to("negligent")

        profile = self._day(0)
        self._profile()
        self.assertEqual(profile.segment_next_id, negligent)
        self.assertEqual(profile.segment_next_days, 1, "Twice a day counts once.")

        self._back(negligent)
        profile = self._day(1)
        self.assertFalse(profile.segment_next_id)
        self.assertEqual(profile.segment_next_days, 0)

    def test_classifying_everybody_by_hand_waits_for_nothing(self):
        self._invoice(self.customer, 100, TODAY - timedelta(days=10))
        profile = self._profile()
        segment = self._turn_to("negligent")

        segment.action_reclassify()

        self.assertEqual(profile.segment_id, segment)

    def test_the_end_of_a_segment_set_by_hand_waits_for_nothing(self):
        self._invoice(self.customer, 100, TODAY - timedelta(days=10))
        profile = self._profile()
        fortuitous = self.env.ref(
            "receivables_automation.receivables_segment_fortuitous"
        )
        profile._set_segment(fortuitous, "Nuevo dueño", TODAY)

        self.assertEqual(self._day(0).segment_id, fortuitous)
        self.assertEqual(self._day(1).segment_id.code, "new")
        self.assertEqual(profile.segment_source, "auto")

    def test_days_outside_the_range_are_refused(self):
        for days in (0, 31):
            with (
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.company.receivables_segment_days = days
                self.env.flush_all()

    # === SEVERAL CHANGES IN A DAY ===

    def test_leaving_and_returning_on_one_day_are_moves_of_their_own(self):
        self._invoice(self.customer, 100, TODAY - timedelta(days=10))
        profile = self._profile()
        fortuitous = self.env.ref(
            "receivables_automation.receivables_segment_fortuitous"
        )
        for reason in ("Primero", "Otra vez"):
            profile._set_segment(fortuitous, reason, False)
            profile.action_automatic_segment()
        profile._set_segment(fortuitous, "Al fin", False)
        profile._set_segment(fortuitous, "El mismo, dicho mejor", False)

        moves = self.env["receivables.segment.history"].search(
            [("partner_id", "=", self.customer.id)], order="id"
        )

        self.assertEqual(
            moves.mapped("source"),
            ["auto", "manual", "expired", "manual", "expired", "manual"],
        )
        self.assertEqual(moves[-1].reason, "El mismo, dicho mejor")
        self.assertEqual(moves[-1].segment_from_id.code, "new")
        [row] = self.env["receivables.segment.migration"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(row.segment_id, profile.segment_id)

    # === MONTH BY MONTH ===

    def _history(self, partner, day, code):
        segment = self.env["receivables.segment"].search([("code", "=", code)])
        self.env["receivables.segment.history"].create(
            {
                "company_id": self.company.id,
                "partner_id": partner.id,
                "date": day,
                "segment_id": segment.id,
                "source": "auto",
            }
        )

    def _matrix(self, month):
        """Return {(from, to): debtors} of a month."""
        rows = self.env["receivables.segment.migration"].search(
            [
                ("company_id", "=", self.company.id),
                ("month", "=", month),
                ("partner_id", "in", (self.customer | self.other).ids),
            ]
        )
        found = {}
        for row in rows:
            key = row.segment_from_id.code or None, row.segment_id.code
            found[key] = found.get(key, self.other.browse()) | row.partner_id
        return found

    def test_the_matrix_has_each_debtor_at_both_ends_of_a_month(self):
        self.other = self._customer("Otro")
        self._history(self.customer, date(2026, 1, 5), "new")
        # Back and forth within a month is no migration.
        self._history(self.customer, date(2026, 2, 3), "negligent")
        self._history(self.customer, date(2026, 2, 27), "punctual")
        self._history(self.other, date(2026, 2, 28), "new")

        self.assertEqual(self._matrix(date(2026, 1, 1)), {(None, "new"): self.customer})
        self.assertEqual(
            self._matrix(date(2026, 2, 1)),
            {("new", "punctual"): self.customer, (None, "new"): self.other},
        )
        self.assertEqual(
            self._matrix(date(2026, 3, 1)),
            {("punctual", "punctual"): self.customer, ("new", "new"): self.other},
        )

    def test_a_cell_of_the_matrix_opens_its_debtors_and_their_history(self):
        self._history(self.customer, date(2026, 1, 5), "new")
        [row] = self.env["receivables.segment.migration"].search(
            [("partner_id", "=", self.customer.id), ("month", "=", date(2026, 1, 1))]
        )

        action = row.action_open_history()

        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.partner_id, self.customer)

    def test_salespeople_do_not_see_the_matrix(self):
        seller = self._user("seller", "sales_team.group_sale_salesman")

        with self.assertRaises(AccessError):
            self.env["receivables.segment.migration"].with_user(seller).search([])

    # === PLANS ===

    def test_each_of_the_seven_has_a_plan_and_the_usual_one_stays_so(self):
        segments = self.env["receivables.segment"].search([("company_id", "=", False)])
        plans = self.env["receivables.dunning.plan"]

        self.assertEqual(len(segments.dunning_plan_id), 7)
        self.assertEqual(
            plans._default_of(self.company),
            self.env.ref("receivables_automation.receivables_dunning_plan_standard"),
        )
        for plan in segments.dunning_plan_id:
            self.assertTrue(plan.step_ids, plan.name)
