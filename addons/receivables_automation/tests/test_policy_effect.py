from datetime import timedelta

from odoo.fields import Command

from .credit_case import TODAY
from .policy_case import PolicyCase


class TestPolicyEffect(PolicyCase):
    def _told(self, effect, partner=None):
        """Return {document, or None for the debtor: (state now, state then)}."""
        lines = effect.line_ids.filtered(
            lambda line: line.partner_id == (partner or self.customer)
        )
        return {
            line.order_id or None: (line.state_before, line.state_after)
            for line in lines
        }

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
            words = "Cash only" if line.kind == "quotation" else "940.00 over it"
            self.assertIn(words, line.reasons)
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

    def test_a_released_quotation_changes_by_what_its_release_does_not_cover(self):
        order = self._order(5000)
        order.with_user(self.manager)._receivables_release("Acuerdo")
        self.assertEqual(self._fresh(order).receivables_credit_state, "ok")
        version = self._draft_change(credit="unlimited")
        self.assertFalse(self._told(self._effect(version)))
        kind = self.env["receivables.document.type"].create({"name": "Acta"})
        rule = {"kind": "documents", "on_order": "block"}
        version.write(
            {
                "credit": "limit",
                "document_type_ids": [Command.set(kind.ids)],
                "rule_ids": [Command.create(rule)],
            }
        )

        effect = self._effect(version)

        self.assertEqual(self._told(effect)[order], ("ok", "hold"))
        line = effect.line_ids.filtered(lambda one: one.order_id == order)
        self.assertNotIn("limit", line.reasons)
        effect.action_confirm()
        self.assertEqual(self._fresh(order).receivables_credit_state, "hold")

    def test_an_order_to_invoice_keeps_its_release(self):
        order = self._order(5000)
        order.with_user(self.manager)._receivables_release("Acuerdo")
        order.action_confirm()
        version = self._draft_change(credit="unlimited")

        self.assertEqual(self._told(self._effect(version)), {None: ("hold", "ok")})
        version.credit = "cash_only"
        self.assertEqual(self._told(self._effect(version)), {order: ("ok", "hold")})

    def test_a_policy_that_holds_from_later_on_may_start_today(self):
        later = self.env["receivables.policy"].create(
            {"name": "Nueva", "date_from": TODAY + timedelta(days=30)}
        )
        self.customer.receivables_policy_id = later
        order = self._order(5000)
        self.assertEqual(order.receivables_credit_state, "ok")
        version = self.env["receivables.policy.version"].browse(
            later.with_user(self.manager).action_change()["res_id"]
        )

        effect = self._effect(version.with_user(self.manager))

        self.assertEqual(self._told(effect), {order: ("ok", "hold")})
        effect.action_confirm()
        self.assertEqual(self._fresh(order).receivables_credit_state, "hold")
