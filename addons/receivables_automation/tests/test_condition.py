from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from odoo.addons.receivables_automation.core.segment_explanation import holds

from .profile_case import TODAY, FrozenProfileCase

# Not stored and without a search: a domain may name it, no query can ask for it.
UNASKED = "[('watch_reasons', '=', 'x')]"
# A query can be made of it, and PostgreSQL refuses it.
REFUSED = "[('id', '>', 'x')]"
UNREADABLE = (
    UNASKED,
    REFUSED,
    "[('open_amount', '=', True)]",
    "[('open_amount', 'in', [5, True])]",
    "[('open_amount', '=', [1, 2])]",
    "[('open_amount', 'in', 3)]",
    "[('open_amount', 'ilike', '1')]",
    "[('oldest_due_date', 'in', ['someday'])]",
    "[('oldest_due_date', '<', 3)]",
    "[('partner_id.name', 'nonsense', 'x')]",
    "[('partner_id', 'any', [('no_such', '=', 1)])]",
    "{}",
)
LOGGER = "odoo.addons.receivables_automation.models.{}".format


class TestCondition(FrozenProfileCase):
    """What is written as a condition is asked as it stands, or refused by name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.segments = cls.env["receivables.segment"]
        cls.rules = cls.env["receivables.watch.rule"]
        cls.rules.search([]).active = False

    def _segment(self, condition, **values):
        return self.segments.create(
            {
                "name": "Propio",
                "code": "own",
                "sequence": 1,
                "condition_domain": condition,
            }
            | values
        )

    def _rule(self, condition="[('open_amount', '>', 0)]", **values):
        return self.rules.create(
            {"name": "Debe", "code": "owes", "condition_domain": condition} | values
        )

    def _outlive(self, record, column, text):
        """Leave ``record`` with what was accepted before it was checked."""
        self.env.flush_all()
        self.cr.execute(
            f"UPDATE {record._table} SET {column} = %s WHERE id = %s",
            (text, record.id),
        )
        self.env.invalidate_all()

    # === REFUSED ===

    @mute_logger("odoo.sql_db")
    def test_what_no_query_can_ask_is_refused_where_it_is_written(self):
        for condition in UNREADABLE:
            for create, name in ((self._segment, "Propio"), (self._rule, "Debe")):
                with (
                    self.subTest(condition, of=name),
                    self.assertRaisesRegex(ValidationError, name),
                    self.env.cr.savepoint(),
                ):
                    create(condition)

    def test_a_fact_that_is_computed_on_the_spot_is_named(self):
        with self.assertRaises(ValidationError) as refused:
            self._segment("[('watch_reasons', '=', 'x')]")

        self.assertIn("“watch_reasons”", str(refused.exception))

    def test_a_count_that_is_no_number_is_refused(self):
        for fact in ("oldest_due_date", "segment_next_days", "partner_id"):
            with (
                self.subTest(fact),
                self.assertRaisesRegex(ValidationError, "Debe"),
                self.env.cr.savepoint(),
            ):
                self._rule(kind="rises", fact=fact)

    # === LEFT OUT ===

    @mute_logger("odoo.sql_db")
    def test_a_segment_that_cannot_be_asked_stops_no_other(self):
        segment = self._segment("[('open_amount', '>', 0)]")
        self._due(100)
        for condition in (UNASKED, REFUSED):
            with self.subTest(condition):
                self._outlive(segment, "condition_domain", condition)

                with self.assertLogs(LOGGER("receivables_segment"), "WARNING"):
                    profile = self._profile()

                self.assertEqual(profile.segment_id.code, "negligent")
                self.assertTrue(profile._explain_segment()["lines"])

    @mute_logger("odoo.sql_db")
    def test_a_rule_that_cannot_be_asked_stops_no_other_and_says_so(self):
        self._rule()
        broken = self._rule(code="broken", sequence=1)
        self._due(100)
        for column, text in (
            ("condition_domain", UNASKED),
            ("condition_domain", REFUSED),
            ("release_domain", UNASKED),
            ("fact", "oldest_due_date"),
        ):
            with self.subTest(column, text=text):
                self._outlive(broken, "kind", "rises" if column == "fact" else "holds")
                self._outlive(broken, "condition_domain", "[]")
                self._outlive(broken, column, text)

                with self.assertLogs(LOGGER("receivables_watch_rule"), "WARNING"):
                    self.profiles._refresh()

                found = self.env["receivables.watch"].search(
                    [("partner_id", "=", self.customer.id), ("state", "=", "open")]
                )
                self.assertEqual(found.rule_id.code, "owes")
                english = broken.with_context(lang="en_US")
                self.assertIn("cannot be read", english.problem)

    def test_a_field_of_the_customer_that_is_not_there_finds_nobody(self):
        rule = self._rule("[('partner_id.no_such_field', '=', 'x')]")
        self._due(100)

        self.profiles._refresh()

        self.assertIn("no_such_field", rule.problem)
        self.assertFalse(rule.watch_count)

    # === ASKED AS THEY STAND ===

    def _told_and_asked(self, condition):
        """Return whether the condition holds, by the explanation and by the query."""
        profile = self._profile(refresh=False)
        segment = self.segments.new({"condition_domain": condition})
        told = holds(segment._tree(), profile._facts()[profile], profile._judge)
        asked = profile._meeting(segment._domain())
        return told, profile.id in asked

    def test_query_and_explanation_agree_whatever_the_bound(self):
        # 6.8 days late on average, on time in none of five.
        self._paying(3, 4, 3, 4, 20)
        self._due(-9, 1000.005)
        self._profile()
        seen = set()
        for fact, bounds in (
            ("days_late_avg", (6.75, 6.8, 6.84, 6.800001, 7)),
            ("days_late_median", (3.95, 4, 4.04)),
            ("late_size_ratio", (0.999, 1, 1.004)),
            ("earlier_prompt_ratio", (0.6666, 0.7499, 0.75, 0.751, 1)),
            ("open_amount", (1000.004, 1000.01, 1000.014, 10**20)),
            ("invoice_count", (5.5, 6, 6.4)),
            ("plan_request_count", (0, 0.5)),
        ):
            for bound in bounds:
                for sign in ("=", "!=", "<", "<=", ">", ">="):
                    condition = f"[('{fact}', '{sign}', {bound})]"
                    told, asked = self._told_and_asked(condition)
                    self.assertEqual(told, asked, condition)
                    seen.add((sign, told))
            for sign in ("in", "not in"):
                for some in (list(bounds), [3, 2.5], []):
                    condition = f"[('{fact}', '{sign}', {some})]"
                    told, asked = self._told_and_asked(condition)
                    self.assertEqual(told, asked, condition)
                    seen.add((sign, told))
        self.assertEqual(len(seen), 16, "each comparison holds once, and once not")

    def test_a_bound_is_told_with_the_decimals_that_it_has(self):
        self._segment("[('days_late_avg', '>', 6.75)]")
        self._paying(3, 4, 3, 4, 20)

        [line] = self._profile()._explain_segment()["lines"]

        self.assertTrue(line["held"])
        self.assertIn("6.75", line["text"])

    def test_shares_that_differ_are_told_apart(self):
        self._segment("[('earlier_prompt_ratio', '<', 0.67)]")
        self._paying(0, 0, 30, last=TODAY - timedelta(days=120))

        profile = self._profile()
        told = profile.with_context(lang="en_US")._explain_segment()

        self.assertEqual(told["lines"][0]["had"], "66.7 %")
        self.assertIn("67.0 %", told["lines"][0]["text"])
        self.assertIn("from 66.7 % to 67.0 %", " ".join(told["advice"]))

    def test_several_dates_can_be_named(self):
        segment = self._segment("[('oldest_due_date', 'in', ['2026-06-20', 'today'])]")
        self._due(10)

        profile = self._profile()

        self.assertEqual(profile.segment_id, segment)
        [line] = profile._explain_segment()["lines"]
        self.assertTrue(line["held"])

    def test_today_is_the_company_s(self):
        # Noon in Mexico is tomorrow on Kiritimati.
        self.company.partner_id.tz = "Pacific/Kiritimati"
        segment = self._segment("[('oldest_due_date', '>=', 'today')]")
        self._due(0)
        self.assertNotEqual(self._profile().segment_id, segment)

        segment.condition_domain = "[('oldest_due_date', '>=', 'today -1d')]"
        self.assertEqual(self._profile().segment_id, segment)

    # === OF WHICH COMPANY ===

    def test_each_company_judges_by_what_the_customer_has_there(self):
        other = self.env["res.company"].create({"name": "Otra"})
        self.env.user.company_ids |= other
        both = self.profiles.with_context(
            allowed_company_ids=(self.company | other).ids
        )
        segment = self._segment("[('partner_id.credit_limit', '>', 0)]")
        self._rule("[('partner_id.credit_limit', '>', 0)]")
        self.customer.with_company(other).credit_limit = 5000
        self._due(100)
        both._ensure_rows(other, self.customer)

        both._refresh()

        here, there = (
            both.search(
                [("company_id", "=", one.id), ("partner_id", "=", self.customer.id)]
            )
            for one in (self.company, other)
        )
        self.assertEqual(
            (here.segment_id.code, there.segment_id), ("negligent", segment)
        )
        self.assertEqual(
            both.browse(here.id)._explain_segment()["lines"][0]["level"], 0
        )
        [line] = both.browse(there.id)._explain_segment()["lines"]
        self.assertTrue(line["held"])
        watches = self.env["receivables.watch"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(watches.company_id, other)
