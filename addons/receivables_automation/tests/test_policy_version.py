from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from .credit_case import TODAY, CreditCase

MANAGER = "receivables_automation.group_receivables_manager"


class TestPolicyVersion(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("policy_manager", MANAGER)
        cls.first = cls.policy.version_id

    def _draft_change(self, **terms):
        """Return the version in preparation, as the button opens it."""
        policy = self.policy.with_user(self.manager)
        action = policy.action_change()
        version = policy.env[action["res_model"]].browse(action["res_id"])
        version.write(terms)
        return version

    def _effect(self, version):
        action = version.action_review_effect()
        return version.env[action["res_model"]].browse(action["res_id"])

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

    def test_what_was_in_force_is_read_only_whatever_way(self):
        first = self.first.with_user(self.manager)
        for values in ({"credit": "unlimited"}, {"rule_ids": [Command.clear()]}):
            with self.assertRaisesRegex(UserError, "not a draft"):
                first.write(values)
        for values in ({"state": "draft"}, {"number": 9}, {"policy_id": False}):
            with self.assertRaisesRegex(UserError, "by its buttons"):
                first.write(values)
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

        with self.assertRaisesRegex(UserError, "Mayoreo.*2026-06-29.*today or later"):
            version._put_in_force()

    def test_nothing_changes_before_the_effect_is_confirmed(self):
        owing = self._draft(900)
        owing.action_post()
        quotation = self._order(50)
        unbilled = self._order(40)
        unbilled.action_confirm()
        calm = self._customer("Otro", credit_limit=10**6)
        self._order(50, calm)
        version = self._draft_change(credit="cash_only")

        effect = self._effect(version)

        self.assertEqual(self._fresh().receivables_credit_state, "ok")
        by_kind = {
            line.kind: line
            for line in effect.line_ids
            if line.partner_id == self.customer
        }
        self.assertEqual(set(by_kind), {"debtor", "quotation", "order"})
        self.assertEqual(by_kind["debtor"].amount, 940)
        self.assertEqual(by_kind["quotation"].order_id, quotation)
        self.assertEqual(by_kind["quotation"].amount, 50)
        self.assertEqual(by_kind["order"].order_id, unbilled)
        self.assertEqual(by_kind["order"].amount, 40)
        for line in by_kind.values():
            self.assertEqual((line.state_before, line.state_after), ("ok", "hold"))
            self.assertIn("Cash only", line.reasons)
        self.assertEqual(
            effect.line_ids.filtered(lambda line: line.partner_id == calm).mapped(
                "kind"
            ),
            ["quotation"],
        )

        effect.action_confirm()

        self.assertEqual(self.policy.version_id, version)
        self.assertEqual(self._fresh().receivables_credit_state, "hold")

    def test_a_change_that_touches_nobody_says_so(self):
        effect = self._effect(self._draft_change(review_months=6))

        self.assertTrue(effect.is_empty)

    def test_customers_of_other_policies_are_not_in_the_effect(self):
        other = self.env["receivables.policy"].create({"name": "Otra"})
        self.customer.receivables_policy_id = other
        self._draft(900).action_post()

        self.assertFalse(self._effect(self._draft_change(credit="cash_only")).line_ids)

    def test_a_draft_can_be_discarded_and_gone_on_with(self):
        version = self._draft_change(tolerance_days=3)
        self.assertEqual(self.policy.draft_version_id, version)
        self.assertEqual(self._draft_change(), version)

        version.action_discard()

        self.assertFalse(version.exists())
        self.assertEqual(self.policy.version_id, self.first)

    def test_a_withdrawn_version_gives_way_to_the_one_before(self):
        self.policy.credit = "cash_only"
        second = self.policy.version_id

        second.with_user(self.manager).action_withdraw()

        self.assertEqual(self.policy.version_id, self.first)
        self.assertEqual((self.policy.credit, second.state), ("limit", "withdrawn"))
        with self.assertRaisesRegex(UserError, "no other version"):
            self.first.action_withdraw()
        self.policy.tolerance_days = 1
        self.assertEqual(self.policy.number, 3)

    def test_a_bad_formula_is_refused_with_what_can_be_named(self):
        with self.assertRaisesRegex(ValidationError, "“sales”.*average_monthly"):
            self._draft_change(limit_formula="sales * 2")
        with self.assertRaisesRegex(ValidationError, "cannot be read"):
            self._draft_change(limit_formula="guarantees +")

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
