from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command

from .credit_case import TODAY
from .policy_case import PolicyCase

LATER = TODAY + timedelta(days=60)


class TestPolicyForce(PolicyCase):
    """A version comes into force, waits, is taken back; and the log says who did."""

    def _rows(self, version):
        """Return what the log keeps about a version: {field: (before, after)}."""
        rows = self.env["receivables.audit"].search(
            [("res_model", "=", version._name), ("res_id", "=", version.id)]
        )
        return rows, {row.field_name: (row.before, row.after) for row in rows}

    # === WHICH TERMS A CHANGE STARTS FROM ===

    def test_a_change_starts_from_what_holds_and_leaves_what_waits(self):
        self._draft_change(credit="cash_only", date_from=LATER)._put_in_force()

        version = self._draft_change(tolerance_days=5)

        self.assertEqual(version.credit, "limit")
        self.assertEqual(
            version.with_context(lang="en_US").waiting_text,
            "Version 2 holds from 08/29/2026; this change does not touch it.",
        )
        version._put_in_force()
        self.policy.public_text = "30 días"
        self.assertEqual((self.policy.credit, self.policy.tolerance_days), ("limit", 5))
        self.assertFalse(self.policy.version_id.waiting_text)
        self._on(LATER)
        self.env["receivables.policy"]._cron_follow_versions()
        self.assertEqual(self.policy.credit, "cash_only")

    def test_a_change_after_what_waits_is_told_to_replace_it(self):
        self._draft_change(credit="cash_only", date_from=LATER)._put_in_force()

        version = self._draft_change(date_from=LATER + timedelta(days=1))

        self.assertIn("comes later", version.with_context(lang="en_US").waiting_text)
        self.policy.write({"review_months": 3, "date_from": LATER})
        last = self.policy.version_ids.sorted("number")[-1]
        self.assertEqual((last.credit, last.review_months), ("cash_only", 3))

    # === TAKING BACK ===

    def test_a_withdrawn_version_gives_way_to_the_one_before(self):
        self.policy.credit = "cash_only"
        second = self.policy.version_id
        self.assertTrue(second.can_withdraw)

        second.with_user(self.manager).action_withdraw()

        self.assertEqual(self.policy.version_id, self.first)
        self.assertEqual((self.policy.credit, second.state), ("limit", "withdrawn"))
        self.assertFalse(self.first.can_withdraw)
        with self.assertRaisesRegex(UserError, "no other version"):
            self.first.action_withdraw()
        self.policy.tolerance_days = 1
        self.assertEqual(self.policy.number, 3)

    def test_what_waits_can_be_withdrawn(self):
        waiting = self._draft_change(credit="cash_only", date_from=LATER)
        waiting._put_in_force()
        self.assertTrue(waiting.can_withdraw)

        waiting.action_withdraw()

        self._on(LATER)
        self.env["receivables.policy"]._cron_follow_versions()
        self.assertEqual(self.policy.version_id, self.first)

    def test_what_was_replaced_stays(self):
        self.policy.public_text = "Dos"
        second = self.policy.version_id
        invoice = self._draft(100)
        self._on(TODAY + timedelta(days=30))
        self.policy.public_text = "Tres"

        versions = self._fresh(self.policy).version_ids
        self.assertEqual(versions.mapped("can_withdraw"), [True, False, False])
        with self.assertRaisesRegex(UserError, "version 2.*neither in force"):
            second.with_user(self.manager).action_withdraw()
        self.assertEqual(invoice._receivables_public_text(), "Dos")

    def test_what_a_customer_acknowledged_stays(self):
        self.policy.public_text = "Dos"
        second = self.policy.version_id
        second._acknowledge(self.customer, "Dora")

        second.invalidate_recordset()
        self.assertFalse(second.can_withdraw)
        with self.assertRaisesRegex(UserError, "Ferretería El Águila has acknowledged"):
            second.with_user(self.manager).action_withdraw()

    def test_what_a_decision_names_stays(self):
        self.policy.public_text = "Dos"
        second = self.policy.version_id
        self._order(5000).with_user(self.manager)._receivables_release("Acuerdo")

        with self.assertRaisesRegex(UserError, "a decision on Ferretería El Águila"):
            second.with_user(self.manager).action_withdraw()

    def test_many_versions_take_as_many_queries_as_one(self):
        for number in range(6):
            self.policy.review_months = number + 1
        counts = []
        for size in (1, 7):
            versions = self._fresh(self.policy).version_ids[:size]
            before = self.env.cr.sql_log_count
            versions.mapped("can_withdraw")
            counts.append(self.env.cr.sql_log_count - before)

        self.assertLessEqual(counts[1], counts[0])

    # === THE LOG ===

    def test_the_log_keeps_the_terms_from_when_a_change_is_decided(self):
        version = self._draft_change(
            credit="cash_only",
            tolerance_days=4,
            date_from=LATER,
            note_of_change="La aseguradora cubre menos",
            rule_ids=[
                Command.create({"kind": "oldest_age", "threshold": 5}),
            ],
        ).with_context(lang="en_US")
        self.assertFalse(self._rows(version)[0])

        version._put_in_force()

        rows, told = self._rows(version)
        block = "Amount over the limit (0.00) → order: Block, invoice: Block"
        self.assertEqual(
            told,
            {
                "state": ("Draft", "Confirmed"),
                "date_from": ("", "2026-08-29"),
                "credit": ("Up to the limit", "Cash only"),
                "tolerance_days": ("0", "4"),
                "rule_ids": (
                    block,
                    f"{block}\nAge of the oldest item (5.00) → order: Warn,"
                    " invoice: Nothing",
                ),
            },
        )
        self.assertEqual(rows.user_id, self.manager)
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(set(rows.mapped("kind")), {"policy"})
        self.assertEqual(set(rows.mapped("reason")), {"La aseguradora cubre menos"})

        self._on(LATER)
        self.env["receivables.policy"]._cron_follow_versions()

        followed = self.env["receivables.audit"].search(
            [
                ("res_model", "=", "receivables.policy"),
                ("field_name", "=", "version_id"),
            ]
        )
        self.assertEqual(followed.reason, "La aseguradora cubre menos")

    def test_the_log_keeps_a_first_version_and_a_withdrawal(self):
        policy = (
            self.env["receivables.policy"]
            .with_user(self.manager)
            .create({"name": "Contado", "credit": "cash_only"})
            .with_context(lang="en_US")
        )
        _rows, told = self._rows(policy.version_id)
        self.assertEqual(told["credit"], ("", "Cash only"))
        self.assertNotIn("tolerance_days", told)

        policy.write({"credit": "limit", "note_of_change": "Ya pagan"})
        second = policy.version_id
        before, _told = self._rows(second)
        second.action_withdraw()

        rows = self._rows(second)[0] - before
        self.assertEqual(
            {row.field_name: (row.before, row.after) for row in rows},
            {
                "state": ("Confirmed", "Withdrawn"),
                "credit": ("Up to the limit", "Cash only"),
            },
        )
        self.assertEqual(set(rows.mapped("reason")), {"Takes back: Ya pagan"})
        self.assertEqual(rows.user_id, self.manager)

    def test_a_criterion_that_is_no_longer_required_is_kept(self):
        self.policy.criterion_ids = [Command.create({"name": "Referencias"})]
        version = self._draft_change().with_context(lang="en_US")
        version.criterion_ids.is_required = False

        version._put_in_force()

        self.assertEqual(
            self._rows(version)[1]["criterion_ids"],
            ("Referencias", "Referencias (not required)"),
        )
