from datetime import date, timedelta

from psycopg2.errors import ForeignKeyViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from .credit_case import TODAY
from .policy_case import PolicyCase


class TestPolicyVersion(PolicyCase):
    def test_a_new_policy_stops_what_goes_over_the_limit(self):
        self.assertEqual((self.policy.credit, self.policy.number), ("limit", 1))
        self.assertEqual(self.first.state, "confirmed")
        rule = self.policy.rule_ids
        self.assertEqual(
            (rule.kind, rule.on_order, rule.on_invoice),
            ("over_limit", "block", "block"),
        )

    def test_a_change_makes_a_version_and_the_old_one_is_kept(self):
        self.policy.with_user(self.manager).write({"tolerance_days": 7})

        second = self.policy.version_id
        self.assertEqual((second.number, second.tolerance_days), (2, 7))
        self.assertEqual(self.first.tolerance_days, 0)
        self.assertEqual(second.rule_ids.mapped("kind"), ["over_limit"])
        self.assertNotEqual(second.rule_ids, self.first.rule_ids)

    def test_a_name_is_no_term(self):
        self.policy.name = "Menudeo"

        self.assertEqual(self.policy.version_id, self.first)

    def test_a_rule_given_is_added_to_those_that_hold(self):
        policy = self.policy.with_user(self.manager)
        kinds = self.env["receivables.document.type"].create(
            [{"name": "Acta"}, {"name": "Poder"}]
        )
        policy.document_type_ids = kinds[0]

        policy.write(
            {
                "rule_ids": [Command.create({"kind": "documents"})],
                "document_type_ids": [Command.link(kinds[1].id)],
            }
        )

        self.assertEqual(policy.rule_ids.mapped("kind"), ["over_limit", "documents"])
        self.assertEqual(policy.document_type_ids, kinds)
        rule = policy.rule_ids[0]
        for command in (
            Command.update(rule.id, {"threshold": 9}),
            Command.delete(rule.id),
            Command.unlink(rule.id),
        ):
            with (
                self.subTest(command=command),
                self.assertRaisesRegex(UserError, "not a draft"),
                self.env.cr.savepoint(),
            ):
                policy.rule_ids = [command]

    def test_no_user_says_which_version_holds(self):
        other = self.env["receivables.policy"].create({"name": "Otra"})
        draft = other._prepare_change()

        with self.assertRaisesRegex(UserError, "by its buttons"):
            self.policy.with_user(self.manager).version_id = other.version_id
        with self.assertRaisesRegex(UserError, "by its buttons"):
            other.with_user(self.manager).create(
                {"name": "Tercera", "version_id": draft.id}
            )

    def test_a_term_that_a_version_names_is_not_deleted(self):
        terms = self.env["account.payment.term"].create(
            [{"name": "45 días"}, {"name": "3/10", "early_discount": True}]
        )
        self.policy.write(
            {"payment_term_id": terms[0].id, "early_payment_term_id": terms[1].id}
        )

        for term in terms:
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(ForeignKeyViolation),
                self.env.cr.savepoint(),
            ):
                term.unlink()

    def test_what_was_in_force_is_read_only_whatever_way(self):
        first = self.first.with_user(self.manager)
        for values in ({"credit": "unlimited"}, {"rule_ids": [Command.clear()]}):
            with self.assertRaisesRegex(UserError, "not a draft"):
                first.write(values)
        for values in ({"state": "draft"}, {"number": 9}, {"policy_id": False}):
            with self.assertRaisesRegex(UserError, "by its buttons"):
                first.write(values)
        with self.assertRaisesRegex(UserError, "by its buttons"):
            first.create({"policy_id": self.policy.id, "state": "confirmed"})
        with self.assertRaisesRegex(UserError, "by its buttons"):
            self.policy.with_user(self.manager).write({"state": "withdrawn"})
        with self.assertRaisesRegex(UserError, "not a draft"):
            first.rule_ids.write({"on_order": "none"})
        with self.assertRaisesRegex(UserError, "not a draft"):
            first.rule_ids.unlink()
        with self.assertRaisesRegex(UserError, "not a draft"):
            first.rule_ids.create({"version_id": first.id, "kind": "documents"})
        with self.assertRaisesRegex(UserError, "not a draft"):
            first.unlink()

    def test_the_version_in_force_is_found_by_its_day(self):
        self.policy.version_id.copy(
            {"policy_id": self.policy.id, "date_from": date(2026, 7, 15)}
        )._put_in_force()
        second = self.policy.version_ids - self.first

        def on(day):
            return self.policy._versions_on(day)[self.policy]

        self.assertEqual(on(date(2026, 1, 1)), self.first)
        self.assertEqual(on(date(2026, 7, 14)), self.first)
        self.assertEqual(on(date(2026, 7, 15)), second)
        self.assertEqual(self.policy.version_id, self.first)
        self._on(date(2026, 7, 15))
        self.env["receivables.policy"]._cron_follow_versions()
        self.assertEqual(self.policy.version_id, second)

    def test_a_change_in_the_past_is_refused(self):
        version = self._draft_change(date_from=TODAY - timedelta(days=1))

        with self.assertRaisesRegex(UserError, "Mayoreo.*06/29/2026.*today or later"):
            version.with_context(lang="en_US")._put_in_force()

    def test_a_draft_can_be_discarded_and_gone_on_with(self):
        version = self._draft_change(tolerance_days=3)
        self.assertEqual(self.policy.draft_version_id, version)
        self.assertEqual(self._draft_change(), version)

        version.action_discard()

        self.assertFalse(version.exists())
        self.assertEqual(self.policy.version_id, self.first)

    def test_a_bad_formula_is_refused_with_what_can_be_named(self):
        with self.assertRaisesRegex(ValidationError, "“sales”.*average_monthly"):
            self._draft_change(limit_formula="sales * 2")
        with self.assertRaisesRegex(ValidationError, "cannot be read"):
            self._draft_change(limit_formula="guarantees +")

    def test_a_formula_whose_figure_is_too_large_says_so(self):
        self.policy.limit_formula = "1e400"

        with self.assertRaisesRegex(UserError, "too large at “1e400”"):
            self.customer.with_user(self.manager)._receivables_recommended_limit()

    def test_a_rule_on_a_fact_names_one(self):
        with self.assertRaisesRegex(ValidationError, "names none"):
            self._draft_change(
                rule_ids=[Command.create({"kind": "fact", "threshold": 1})]
            )

    def test_a_term_of_another_company_is_refused(self):
        other = self.env["res.company"].create({"name": "Otra"})
        term = self.env["account.payment.term"].create(
            {"name": "Ajeno", "company_id": other.id}
        )

        with self.assertRaisesRegex(ValidationError, "Ajeno.*Otra.*Mayoreo"):
            self.policy.payment_term_id = term

    def test_a_policy_with_criteria_is_copied_in_any_number_of_languages(self):
        self.env["res.lang"]._activate_lang("es_MX")
        criterion = self.env["receivables.policy.criterion"]
        policy = self.env["receivables.policy"].create(
            {"name": "Con visita", "criterion_ids": [Command.create({"name": "Visit"})]}
        )
        self.assertTrue(policy.criterion_ids)

        copy = policy.copy()

        self.assertEqual(copy.criterion_ids.mapped("name"), ["Visit"])
        self.assertFalse(copy.criterion_ids & policy.criterion_ids)
        self.assertEqual(criterion.search_count([("name", "=", "Visit")]), 2)

    def test_a_copy_has_its_own_first_version(self):
        self._set_rules({"kind": "documents"}, tolerance_days=4)

        copy = self.policy.copy()

        self.assertEqual((copy.number, copy.tolerance_days), (1, 4))
        self.assertEqual(copy.rule_ids.mapped("kind"), ["documents"])
        self.assertNotEqual(copy.version_id, self.policy.version_id)
        self.assertNotEqual(copy.name, self.policy.name)

    def test_a_policy_that_decisions_name_is_archived_not_deleted(self):
        order = self._order(5000)
        order.with_user(self.manager)._receivables_release("Convenio")
        self.company.receivables_policy_id = False

        with self.assertRaisesRegex(UserError, "Archive it"):
            self.policy.unlink()

        unused = self.env["receivables.policy"].create({"name": "Sin uso"})
        versions = unused.version_ids
        unused.unlink()
        self.assertFalse(versions.exists())

    def test_who_may_do_what(self):
        collector = self._user(
            "policy_collector", "receivables_automation.group_receivables_user"
        )
        auditor = self._user(
            "policy_auditor", "receivables_automation.group_receivables_auditor"
        )
        outsider = self._user("policy_outsider", "base.group_user")
        for user in (collector, auditor):
            policy = self.policy.with_user(user)
            self.assertEqual(policy.credit, "limit")
            with self.assertRaises(AccessError):
                policy.write({"credit": "unlimited"})
            with self.assertRaises(AccessError):
                policy.action_change()
            with self.assertRaises(AccessError):
                policy.version_id.action_withdraw()
        with self.assertRaises(AccessError):
            self.policy.with_user(outsider).read(["name"])
        foreign = self.env["receivables.policy"].create(
            {
                "name": "Ajena",
                "company_id": self.env["res.company"].create({"name": "Otra"}).id,
            }
        )
        versions = self.env["receivables.policy.version"].with_user(self.manager)
        found = versions.search([])
        self.assertNotIn(foreign.version_id, found)
        self.assertIn(self.first, found)
