from datetime import date, timedelta

from odoo.exceptions import AccessError

from odoo.addons.receivables_automation.core.segment_explanation import (
    Leaf,
    first_match,
    one_change,
)

from .profile_case import TODAY, FrozenProfileCase


class TestSegmentExplanation(FrozenProfileCase):
    """Why a debtor is in its segment, with the records that prove it."""

    def _corrected(self):
        """Return an invoice that took a credit note after its due date."""
        wrong = self._due(40)
        self._credit_note(wrong, 100, TODAY)
        return wrong

    def _promise(self, **values):
        return self.env["receivables.promise"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "currency_id": self.company.currency_id.id,
                "amount": 10,
                "date_promised": TODAY + timedelta(days=3),
            }
            | values
        )

    def _lines(self, profile=None):
        return (profile or self._profile())._explain_segment()["lines"]

    def _line(self, text):
        [line] = [line for line in self._lines() if text in line["text"]]
        return line

    # === CONDITIONS AND WHAT IS BEHIND THEM ===

    def test_a_condition_shows_its_value_and_the_records_that_make_it_hold(self):
        self._paying(0, 1, 0)
        wrong = self._corrected()

        line = self._line("Corrected after due")

        self.assertTrue(line["held"])
        self.assertEqual((line["had"], line["evidence"]), ("25 %", self._items(wrong)))

    def test_taking_the_evidence_away_makes_the_condition_false(self):
        self._paying(0, 1, 0)
        self._corrected()
        line = self._line("Corrected after due")

        line["evidence"].remove_move_reconcile()

        profile = self._profile()
        self.assertNotEqual(profile.segment_id.code, "circumstantial")
        facts = profile._facts()[profile]
        self.assertEqual(facts["late_correction_ratio"], 0)

    def test_of_each_fact_the_evidence_is_what_it_counts(self):
        late, prompt, recent = self._paid_each(
            [
                (date(2026, 3, 10), 20),
                (date(2026, 2, 10), 2),
                (date(2026, 5, 10), 1),
            ]
        )
        owed = self._due(50)
        self._pay(self.customer, 40, [(self._items(owed), 40)], TODAY)
        profile = self._profile()
        for fact, sign, value, invoices in (
            ("earlier_prompt_ratio", ">=", 0.5, prompt),
            ("earlier_prompt_ratio", "<=", 0.5, late),
            ("recent_prompt_ratio", "<=", 0.5, owed),
            ("recent_prompt_ratio", ">=", 0.5, recent),
            ("days_late_max", ">", 30, owed),
            ("days_late_median", ">=", 20, late),
            ("on_time_ratio", "<=", 0.2, late | prompt | recent | owed),
            ("late_size_ratio", ">=", 1, late | owed),
            ("partial_payment_ratio", ">=", 0.2, owed),
            ("partial_item_count", ">=", 1, owed),
            ("paid_since_oldest_ratio", ">=", 0.1, recent.browse()),
            ("paid_together_ratio", ">=", 0.25, recent.browse()),
            ("overdue_amount", ">", 0, owed),
            ("days_overdue_oldest", ">", 45, owed),
            ("paid_invoice_count", ">=", 3, late | prompt | recent),
            ("bought_overdue_ratio", ">", 0, recent.browse()),
            ("amount_31_60", ">", 0, owed),
        ):
            with self.subTest(fact=fact, sign=sign):
                found = profile._evidence(Leaf(fact, sign, value))
                self.assertEqual(found.move_id, invoices)

    def test_buying_while_something_is_long_overdue_is_shown_by_those_invoices(self):
        self._due(90)
        knowing = self._invoice(
            self.customer, 10, TODAY, invoice_date=TODAY - timedelta(days=20)
        )

        profile = self._profile()

        found = profile._evidence(Leaf("bought_overdue_ratio", ">=", 0.5))
        self.assertEqual(found.move_id, knowing)
        self.assertEqual(profile.bought_overdue_ratio, 0.5)

    def test_what_is_not_there_is_shown_by_a_count_of_none(self):
        self._own([("promised_count", "<=", 1)])
        line = self._line("Promises made is at most 1")
        self.assertEqual((line["had"], len(line["evidence"])), ("0", 0))
        self.assertEqual(line["evidence"]._name, "receivables.promise")

        self._promise()
        self._promise(date_promised=TODAY + timedelta(days=9))

        profile = self._profile()
        self.assertEqual(profile.promised_count, 2)
        self.assertNotEqual(profile.segment_id.code, "own")
        self.assertEqual(len(profile._evidence(Leaf("promised_count", "<=", 1))), 2)

    def test_since_when_is_shown_by_what_came_since_or_by_nothing(self):
        late = self._paid(date(2026, 3, 10), 20)
        [money] = self._items(late).matched_credit_ids.credit_move_id
        owed = self._due(50)
        latest = self._invoice(
            self.customer, 10, TODAY, invoice_date=TODAY - timedelta(days=2)
        )
        profile = self._profile()
        days = profile.days_since_payment
        for fact, sign, value, found in (
            ("days_since_payment", ">", days - 1, money.browse()),
            ("days_since_payment", ">=", days, money.browse()),
            ("days_since_payment", "<=", days, money),
            ("days_since_payment", "<", days + 1, money),
            ("days_since_invoice", "<=", 2, self._items(latest)),
            ("days_since_invoice", ">", 1, money.browse()),
            ("days_since_payment", "!=", False, money),
            ("recent_prompt_ratio", "!=", False, self._items(owed)),
        ):
            with self.subTest(fact=fact, sign=sign):
                self.assertEqual(profile._evidence(Leaf(fact, sign, value)), found)

    def test_one_payment_ends_what_held_because_none_had_come(self):
        self._own([("days_since_payment", "=", False)])
        line = self._line("Days since last payment: not measured")
        self.assertEqual((line["held"], len(line["evidence"])), (True, 0))

        self._pay(self.customer, 1, when=TODAY)

        profile = self._profile()
        self.assertNotEqual(profile.segment_id.code, "own")
        leaf = Leaf("days_since_payment", "=", False)
        self.assertEqual(len(profile._evidence(leaf)), 1)

    def _own(self, domain):
        self._due(10)
        return self.env["receivables.segment"].create(
            {
                "name": "Own",
                "code": "own",
                "sequence": 1,
                "condition_domain": repr(domain),
            }
        )

    def test_an_empty_fact_is_told_as_one(self):
        self._own(
            ["|", ("plan_request_count", ">=", 1), ("plan_request_count", "=", False)]
        )

        _heading, wanted, empty = self._lines()

        self.assertEqual((wanted["had"], wanted["held"]), ("not measured", False))
        self.assertIn("not measured", empty["text"])
        self.assertTrue(empty["held"])

    # === WHAT WOULD CHANGE IT ===

    def _trees(self):
        return [
            (segment.id, tree)
            for segment, tree in self.env["receivables.segment"]
            .search([])
            ._usable_trees()
        ]

    def _apply(self, profile, change):
        """Write one fact and classify, without hysteresis; return the segment."""
        self.env.cr.execute(
            f"UPDATE receivables_profile SET {change.field} = %s WHERE id = %s",
            (change.wanted, profile.id),
        )
        self.env.invalidate_all()
        profile._classify(is_at_once=True)
        segment = profile.segment_id
        self.env.cr.execute(
            f"UPDATE receivables_profile SET {change.field} = %s WHERE id = %s",
            (change.had, profile.id),
        )
        self.env.invalidate_all()
        profile._classify(is_at_once=True)
        return segment

    def _check_every_change(self):
        """Check that each change, applied to the row, leads where it says."""
        profile = self._profile()
        now = profile.segment_id
        facts = profile._facts()[profile]
        trees = self._trees()
        self.assertEqual(first_match(trees, facts), now.id)
        found = one_change(trees, now.id, facts, limits=profile._fact_limits())
        for segment_id, change in found:
            with self.subTest(code=now.code, change=change):
                self.assertEqual(self._apply(profile, change).id, segment_id or False)
        self.assertEqual(profile.segment_id, now)
        return found

    def test_each_change_is_true_when_it_is_applied(self):
        seen = 0
        for story in (
            lambda: self._paying(12, 9, 15),
            lambda: self._due(40),
            self._corrected,
            lambda: self._paying(0, 1, 0, 2),
        ):
            story()
            seen += len(self._check_every_change())
        self.assertGreater(seen, 6)

    def test_the_sentence_names_the_fact_its_values_and_the_days(self):
        self._paying(12, 9, 15)
        self.company.receivables_segment_days = 3

        advice = " ".join(self._profile()._explain_segment()["advice"])

        self.assertRegex(
            advice,
            r"Would move to <b>\w+</b> if “.+” (rose|fell) from .+ to .+, once 3",
        )

    def test_where_no_single_change_suffices_it_says_so(self):
        self.env["receivables.segment"].search([]).active = False
        self._own([("invoice_count", ">", 0)])
        self.env["receivables.segment"].create(
            {
                "name": "Never",
                "code": "never",
                "sequence": 2,
                "condition_domain": "[('days_late_max', '>', 5), "
                "('partial_item_count', '>', 2)]",
            }
        )

        [sentence] = self._profile()._explain_segment()["advice"]

        self.assertIn("No change of a single fact", sentence)

    # === THE DIALOG ===

    def _dialog(self, profile):
        return self._opened(profile.action_explain_segment(), profile.env)

    def _opened(self, action, env=None):
        return (env or self.env)[action["res_model"]].browse(action["res_id"])

    def test_the_dialog_opens_the_records_of_a_condition(self):
        self._paying(0, 1, 0)
        wrong = self._corrected()
        collector = self._user(
            "collector", "receivables_automation.group_receivables_user"
        )

        dialog = self._dialog(self._profile().with_user(collector))

        line = dialog.line_ids.filtered(lambda one: "Corrected" in one.text)
        self.assertEqual(line.evidence_count, 1)
        action = line.action_open_evidence()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self._items(wrong)
        )
        self.assertIn("Would move to", dialog.advice)

    def test_of_alternatives_the_dialog_shows_the_one_that_held(self):
        self.env["receivables.segment"].search([]).active = False
        self.env["receivables.segment"].create(
            {
                "name": "Slow or large",
                "code": "slow_or_large",
                "condition_domain": "['|', ('days_overdue_oldest', '>', 5),"
                " '&', ('open_amount', '>', 1000000), ('invoice_count', '>', 3)]",
            }
        )
        self._due(10)

        dialog = self._dialog(self._profile())

        self.assertEqual(len(dialog.line_ids), 1)
        self.assertIn("oldest", dialog.line_ids.text)
        self.assertEqual(dialog.line_ids.evidence_count, 1)
        self.assertTrue(dialog.is_cut)

        whole = self._opened(dialog.action_show_whole())
        back = self._opened(whole.action_show_reasons())

        held = [True, True, False, False, False]
        self.assertEqual(whole.line_ids.mapped("held"), held)
        self.assertFalse(whole.is_cut)
        self.assertEqual(len(back.line_ids), 1)

    def test_an_explanation_is_for_whoever_asked(self):
        self._due(10)
        group = "receivables_automation.group_receivables_user"
        asking, other = (self._user(login, group) for login in ("asks", "looks"))

        dialog = self._dialog(self._profile().with_user(asking))

        self.assertTrue(dialog.line_ids[0].text)
        for records in (dialog, dialog.line_ids):
            with self.assertRaises(AccessError):
                records.with_user(other).read(["create_date"])

    def test_whoever_may_not_see_the_debtor_gets_no_explanation(self):
        self._due(10)
        profile = self._profile().with_user(
            self._user("seller", "sales_team.group_sale_salesman")
        )

        with self.assertRaises(AccessError):
            profile.action_explain_segment()
