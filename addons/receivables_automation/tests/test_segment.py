from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .profile_case import TODAY, FrozenProfileCase

SEEDED = (
    "new",
    "circumstantial",
    "intentional",
    "fortuitous",
    "negligent",
    "punctual",
    "disorganized",
)


class TestSegment(FrozenProfileCase):
    def _segment(self, code):
        return self.env.ref(f"receivables_automation.receivables_segment_{code}")

    def _history(self):
        return self.env["receivables.segment.history"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", self.customer.id),
            ],
            order="id",
        )

    def _facts(self, **values):
        """Have other sources tell ``values`` of the customer."""
        self.patch(
            self.registry["receivables.profile"],
            "_extra_facts",
            lambda profiles, partners: {(self.company, self.customer): values},
        )

    def _overdue(self, days, amount=500.0):
        return self._due(days, amount)

    # === THE SEVEN ===

    def test_the_seven_are_there_in_their_order(self):
        codes = self.env["receivables.segment"].search(
            [("code", "in", SEEDED), ("company_id", "=", False)]
        )

        self.assertEqual(tuple(codes.mapped("code")), SEEDED)

    def test_few_paid_invoices_and_nothing_very_late_is_new(self):
        self._overdue(10)

        self.assertEqual(self._profile().segment_id.code, "new")

    def test_paying_on_the_day_is_punctual(self):
        self._paying(0, 2, -1, 3)

        self.assertEqual(self._profile().segment_id.code, "punctual")

    def test_paying_some_days_late_is_disorganized(self):
        self._paying(12, 9, 15)
        self._overdue(18)

        self.assertEqual(self._profile().segment_id.code, "disorganized")

    def test_a_good_payer_who_cannot_now_is_fortuitous(self):
        self._paying(0, 1, 0)
        self._overdue(40)

        self.assertEqual(self._profile().segment_id.code, "fortuitous")

    def test_buying_on_without_paying_is_intentional(self):
        self._paying(5, 20, 30, last=date(2026, 2, 1))
        self._overdue(70)
        self._invoice(
            self.customer, 10, date(2026, 7, 30), invoice_date=date(2026, 6, 20)
        )

        self.assertEqual(self._profile().segment_id.code, "intentional")

    def test_broken_promises_are_intentional(self):
        self._paying(0, 1, 0)
        self._facts(broken_promise_count=3)

        self.assertEqual(self._profile().segment_id.code, "intentional")

    def test_old_debt_and_no_money_is_negligent(self):
        self._overdue(100)

        self.assertEqual(self._profile().segment_id.code, "negligent")

    def test_an_open_dispute_of_a_good_payer_is_circumstantial(self):
        self._paying(0, 1, 0)
        self._overdue(40)
        self._facts(open_dispute_amount=500.0)

        self.assertEqual(self._profile().segment_id.code, "circumstantial")

    def test_a_fact_that_nobody_measured_decides_nothing(self):
        self._paying(12, 9, 15)
        self._overdue(20)
        self.assertEqual(self._profile().segment_id.code, "disorganized")

        self._facts(plan_request_count=2)

        self.assertEqual(self._profile().segment_id.code, "fortuitous")

    def test_a_credit_note_after_the_due_date_is_circumstantial(self):
        self._paying(0, 1, 0)
        wrong = self._overdue(40)
        note = self._invoice(
            self.customer,
            500.0,
            TODAY,
            move_type="out_refund",
            invoice_date=TODAY,
            invoice_date_due=TODAY,
        )
        (self._items(wrong) | self._items(note)).reconcile()

        self.assertEqual(self._profile().segment_id.code, "circumstantial")

    # === OWN SEGMENTS ===

    def test_the_first_that_matches_wins(self):
        self._overdue(100)
        own = self.env["receivables.segment"].create(
            {
                "name": "Own",
                "code": "own",
                "sequence": 1,
                "condition_domain": "[('overdue_amount', '>', 400)]",
            }
        )
        self.assertEqual(self._profile().segment_id, own)

        own.sequence = 1000

        self.assertEqual(self._profile().segment_id.code, "negligent")

    def test_a_segment_of_another_company_takes_nobody_here(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self.env["receivables.segment"].create(
            {"name": "X", "code": "x", "sequence": 1, "company_id": other.id}
        )
        self._overdue(100)

        self.assertEqual(self._profile().segment_id.code, "negligent")

    def test_conditions_reach_the_customer_s_own_fields(self):
        tag = self.env["res.partner.category"].create({"name": "Gobierno"})
        own = self.env["receivables.segment"].create(
            {
                "name": "Government",
                "code": "gov",
                "sequence": 1,
                "condition_domain": f"[('partner_id.category_id', 'in', [{tag.id}])]",
            }
        )
        self._overdue(100)
        self.assertEqual(self._profile().segment_id.code, "negligent")

        self.customer.category_id = tag

        profile = self._profile()
        self.assertEqual(profile.segment_id, own)
        [line] = profile._explain_segment()["lines"]
        self.assertTrue(line["held"])

    def test_a_condition_that_cannot_be_read_is_refused(self):
        segment = self.env["receivables.segment"].create({"name": "X", "code": "x"})
        for domain in (
            "[('overdue_amount', '>',",
            "[('no_such_field', '>', 1)]",
            "[('overdue_amount', '>', 'much')]",
            "[('overdue_amount', 'beyond', 1)]",
            "[('oldest_due_date', '<', 'someday')]",
            "['&', ('overdue_amount', '>', 1)]",
            "3",
            "[('overdue_amount', '>', 1), 'and']",
        ):
            with (
                self.subTest(domain=domain),
                self.assertRaisesRegex(ValidationError, "X"),
            ):
                segment.condition_domain = domain

    def test_a_condition_whose_field_is_gone_leaves_only_its_segment_out(self):
        broken = self.env["receivables.segment"].create(
            {"name": "X", "code": "x", "sequence": 1}
        )
        self.env.flush_all()
        self.cr.execute(
            "UPDATE receivables_segment SET condition_domain = %s WHERE id = %s",
            ("[('field_of_a_module_that_left', '>', 1)]", broken.id),
        )
        self.env.invalidate_all()
        self._overdue(100)

        with self.assertLogs(
            "odoo.addons.receivables_automation.models.receivables_segment", "WARNING"
        ):
            self.assertEqual(self._profile().segment_id.code, "negligent")

    def test_relative_dates_and_negations_are_understood(self):
        self._overdue(100)
        own = self.env["receivables.segment"].create(
            {
                "name": "Own",
                "code": "own",
                "sequence": 1,
                "condition_domain": "['!', ('oldest_due_date', '>', 'today -1d'), "
                "'!', ('next_due_date', '=', '2026-01-01')]",
            }
        )
        self.assertNotEqual(self._profile().segment_id, own, "Nothing is due next.")

        own.condition_domain = "['!', ('oldest_due_date', '>', '2026-06-01')]"

        self.assertEqual(self._profile().segment_id, own)

    # === HISTORY ===

    def test_each_change_is_kept_with_the_facts_of_its_day(self):
        invoice = self._overdue(10)
        self._profile()
        self._on(TODAY + timedelta(days=80))
        self._profile()

        new, negligent = self._history()

        self.assertEqual(
            [
                (one.segment_from_id.code, one.segment_id.code)
                for one in new | negligent
            ],
            [(False, "new"), ("new", "negligent")],
        )
        self.assertEqual((new.date, negligent.date), (TODAY, TODAY + timedelta(80)))
        self.assertEqual(new.evidence["days_overdue_oldest"], 10)
        self.assertEqual(negligent.evidence["days_overdue_oldest"], 90)
        self.assertEqual(
            negligent.evidence["evidence"]["oldest"], self._items(invoice).ids
        )
        self.assertEqual(self._profile().segment_since, TODAY + timedelta(days=80))

    def test_refreshing_again_changes_nothing(self):
        self._overdue(10)
        self._profile()
        self._profile()

        self.assertEqual(len(self._history()), 1)

    # === BY HAND ===

    def _change(self, profile, **values):
        wizard = Form(
            self.env["receivables.segment.change"].with_context(
                active_model="receivables.profile", active_ids=profile.ids
            )
        )
        wizard.segment_id = values.get("segment_id", self._segment("fortuitous"))
        wizard.reason = values.get("reason", "Nuevo dueño")
        wizard.until = values.get("until", False)
        return wizard.save().action_apply()

    def test_by_hand_it_stays_until_its_day_and_then_returns_by_itself(self):
        self._overdue(10)
        profile = self._profile()
        self._change(profile, until=TODAY + timedelta(days=5))

        for days, code, source in (
            (0, "fortuitous", "manual"),
            (5, "fortuitous", "manual"),
            (6, "new", "auto"),
        ):
            self._on(TODAY + timedelta(days=days))
            profile = self._profile()
            self.assertEqual(profile.segment_id.code, code, days)
            self.assertEqual(profile.segment_source, source, days)

        self.assertFalse(profile.segment_reason)
        self.assertEqual(
            self._history().mapped("source"), ["auto", "manual", "expired"]
        )
        self.assertEqual(self._history()[1].reason, "Nuevo dueño")
        self.assertEqual(self._history()[1].user_id, self.env.user)

    def test_by_hand_without_a_last_day_it_stays_until_it_is_undone(self):
        self._overdue(10)
        profile = self._profile()
        self._change(profile)
        self._on(TODAY + timedelta(days=15))
        self.assertEqual(self._profile().segment_source, "manual")

        profile.action_automatic_segment()

        self.assertEqual(profile.segment_id.code, "new")
        self.assertEqual(profile.segment_source, "auto")
        self.assertEqual(self._history()[-1].source, "expired")

    def test_by_hand_it_needs_a_reason_and_a_day_to_come(self):
        self._overdue(10)
        profile = self._profile()
        segment = self._segment("fortuitous")

        for reason, until in ((" ", False), ("x", TODAY - timedelta(days=1))):
            with self.assertRaises(UserError):
                profile._set_segment(segment, reason, until)

    def test_a_contact_without_debt_can_be_put_in_a_segment(self):
        wizard = Form(
            self.env["receivables.segment.change"].with_context(
                active_model="res.partner", active_ids=self.customer.ids
            )
        )
        wizard.segment_id = self._segment("intentional")
        wizard.reason = "Vetado"
        wizard.save().action_apply()

        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.receivables_segment_id.code, "intentional")

    def test_an_auditor_cannot_set_a_segment(self):
        self._overdue(10)
        auditor = self._user(
            "auditor", "receivables_automation.group_receivables_auditor"
        )
        profile = self._profile().with_user(auditor)

        for method in (profile.action_change_segment, profile.action_automatic_segment):
            with self.assertRaises(AccessError):
                method()
        with self.assertRaises(AccessError):
            self.env["receivables.segment.change"].with_user(auditor).create(
                {"segment_id": self._segment("new").id, "reason": "x"}
            )

    # === ON THE CONTACT ===

    def test_contacts_are_found_by_segment_and_debt(self):
        self._overdue(100)
        contact = self.env["res.partner"].create(
            {"name": "Pagos", "parent_id": self.customer.id}
        )
        quiet = self._customer("Quieto")
        self._profile()
        mine = self.customer | contact
        everybody = [("id", "in", (mine | quiet).ids)]
        negligent = self._segment("negligent")

        for domain, expected in (
            ([("receivables_segment_id", "=", negligent.id)], mine),
            ([("receivables_segment_id", "!=", negligent.id)], quiet),
            ([("receivables_segment_id", "=", False)], quiet),
            ([("receivables_segment_id", "!=", False)], mine),
            ([("receivables_segment_id.code", "=", "negligent")], mine),
            ([("receivables_overdue_amount", ">", 0)], mine),
            ([("receivables_overdue_amount", "<=", 0)], quiet),
            ([("receivables_overdue_amount", "=", 0)], quiet),
            ([("receivables_open_amount", ">=", 500)], mine),
            ([("receivables_open_amount", "<", 500)], quiet),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(
                    self.env["res.partner"].search(everybody + domain), expected
                )
        self.assertEqual(contact.receivables_segment_id, negligent)
        self.assertEqual(contact.receivables_overdue_amount, 500)
        self.assertFalse(quiet.receivables_segment_id)
