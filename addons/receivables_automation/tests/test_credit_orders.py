from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .credit_case import TODAY, CreditCase

MANAGER = "receivables_automation.group_receivables_manager"
REFUSED = "is on hold"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


class TestCreditOrders(CreditCase):
    """Every way of confirming an order, with and without a release."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user(
            "credit_manager", MANAGER, "sales_team.group_sale_manager"
        )
        cls.seller = cls._user("order_seller", "sales_team.group_sale_salesman")
        cls.customer.user_id = cls.seller
        cls.good = cls._order(1000, user_id=cls.seller.id)
        cls.bad = cls._order(1000.01, user_id=cls.seller.id)

    def _release(self, document, reason="Avisó su tesorera"):
        return document.with_user(self.manager)._receivables_release(reason)

    def _assert_waits(self, order):
        self.assertIn(order.state, ("draft", "sent"))
        words = order.message_ids.mapped("body")
        self.assertTrue(any("reviewing" in one for one in words))
        self.assertFalse(any("limit" in one for one in words))
        activity = order.activity_ids
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("credit limit", activity.note)
        self.assertNotIn("1,000", activity.note)

    def test_an_order_within_the_limit_is_confirmed(self):
        self.good.action_confirm()

        self.assertEqual(self.good.state, "sale")
        self.assertEqual(self.good.receivables_credit_state, "ok")

    def test_confirming_tells_the_arithmetic_to_who_may_see_it(self):
        with self.assertRaisesRegex(UserError, "1,000.00.*0.01 over it"):
            self.bad.with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(UserError, REFUSED) as refusal:
            self.bad.with_user(self.seller).action_confirm()

        self.assertIn(self.bad.name, str(refusal.exception))
        self.assertIn("release", str(refusal.exception))
        self.assertNotIn("1,000.00", str(refusal.exception))
        self.assertEqual(self.bad.state, "draft")
        self.assertIn(REFUSED, self.bad._confirmation_error_message())
        self.assertEqual(self.bad.receivables_credit_state, "hold")

    def test_writing_the_state_does_not_pass_beside_it(self):
        for values in ({"state": "sale"}, {"state": "sale", "locked": True}):
            with self.assertRaisesRegex(UserError, REFUSED):
                self.bad.with_user(self.seller).write(values)
        self.bad._action_cancel()
        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.with_user(self.seller).write({"state": "sale"})
        self.assertEqual(self._fresh(self.bad).receivables_credit_state, "ok")
        self.good.with_user(self.seller).write({"state": "sale"})

        self.assertEqual(self.good.state, "sale")

    def test_nor_does_creating_a_confirmed_order(self):
        with self.assertRaisesRegex(UserError, REFUSED):
            self._order(2000, state="sale")

        self.assertEqual(self._order(500, state="sale").state, "sale")

    def test_no_context_switches_it_off(self):
        keys = dict.fromkeys(
            ("receivables_passed", "skip_credit", "send_email", "bypass", "no_hold"),
            True,
        )

        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.with_user(self.seller).with_context(**keys).action_confirm()

        self.assertEqual(self.bad.state, "draft")

    def test_of_a_batch_the_ones_that_go_over_together_are_named(self):
        first, second = self._order(600), self._order(600)

        with self.assertRaisesRegex(UserError, second.name) as refusal:
            (first | second).action_confirm()

        self.assertNotIn(first.name, str(refusal.exception))
        first.action_confirm()
        with self.assertRaisesRegex(UserError, second.name):
            second.action_confirm()

    def test_a_signed_order_keeps_its_signature_and_waits(self):
        self.bad.sudo().write(
            {
                "signed_by": "Águila",
                "signed_on": "2026-06-30 12:00:00",
                "signature": PIXEL,
            }
        )

        self.bad.with_user(self.env.ref("base.public_user")).sudo()._validate_order()

        self._assert_waits(self.bad)
        self.assertEqual(self.bad.signed_by, "Águila")
        count = len(self.bad.activity_ids)
        self.bad.sudo()._validate_order()
        self.assertEqual(len(self.bad.activity_ids), count, "told once")

    def test_a_signed_order_within_the_limit_is_confirmed(self):
        self.good.sudo()._validate_order()

        self.assertEqual(self.good.state, "sale")

    def test_paying_on_delivery_keeps_the_choice_and_waits(self):
        tx = self._transaction(1000.01, order=self.bad, state="pending")

        # As core's modules for cash on delivery and pay on site do it.
        tx.sale_order_ids.sudo().with_context(send_email=True).action_confirm()
        tx._post_process()

        self._assert_waits(self.bad)
        self.assertEqual(tx.state, "pending")

    def test_of_a_customer_s_orders_those_within_the_limit_go_on(self):
        orders = (self.good | self.bad).sudo().with_context(send_email=True)

        orders.action_confirm()

        self.assertEqual(self.good.state, "sale")
        self._assert_waits(self.bad)

    def test_an_order_paid_online_is_confirmed_and_flagged(self):
        self._transaction(1000.01, order=self.bad)._check_amount_and_confirm_order()

        self.assertEqual(self.bad.state, "sale")
        flag = self.env["receivables.override"].search([("order_id", "=", self.bad.id)])
        self.assertEqual((flag.kind, flag.codes), ("paid", ["over_limit"]))
        self.assertFalse(self.bad.receivables_override_id)
        self.assertTrue(
            any("Paid online" in one for one in self.bad.message_ids.mapped("body"))
        )

    def test_a_part_paid_online_leaves_the_rest_to_the_limit(self):
        self.bad.write({"require_payment": True, "prepayment_percent": 0.1})
        order = self._order(3000, user_id=self.seller.id)
        order.write({"require_payment": True, "prepayment_percent": 0.1})

        self._transaction(100.0, order=self.bad)._check_amount_and_confirm_order()
        self._transaction(300.0, order=order)._check_amount_and_confirm_order()

        self.assertEqual(self.bad.state, "sale", "900.01 are left on credit")
        self._assert_waits(order)

    def test_another_customer_s_money_does_not_pay_an_order(self):
        other = self._customer("Otro")
        self._transaction(1000.01, order=self.bad, partner_id=other.id)

        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.action_confirm()

    def test_only_a_manager_releases_and_only_with_a_reason(self):
        with self.assertRaises(AccessError):
            self.bad.with_user(self.seller)._receivables_release("Porque sí")
        with self.assertRaises(AccessError):
            self.bad.with_user(self.seller).action_receivables_release()
        with self.assertRaisesRegex(UserError, "Write why"):
            self._release(self.bad, "  ")
        with self.assertRaisesRegex(UserError, "nothing to release"):
            self._release(self.good)

    def test_a_released_order_is_confirmed_and_the_record_says_all(self):
        release = self._release(self.bad)

        self.bad.with_user(self.seller).action_confirm()

        self.assertEqual(self.bad.state, "sale")
        self.assertEqual(self.bad.receivables_override_id, release)
        self.assertEqual(release.user_id, self.manager)
        self.assertEqual(release.reason, "Avisó su tesorera")
        self.assertEqual((release.amount, release.excess), (1000.01, 0.01))
        self.assertEqual(release.codes, ["over_limit"])
        self.assertIn("0.01 over it", release.overridden)
        self.assertEqual(release.version_id, self.policy.version_id)
        self.assertEqual(str(release.valid_until), "2026-07-15")
        found = self.env["sale.order"].search(
            [("receivables_override_id", "!=", False)]
        )
        self.assertEqual(found, self.bad)

    def test_a_release_covers_neither_new_reasons_nor_a_grown_order(self):
        self._release(self.bad)
        self.bad.order_line.price_unit = 1100

        with self.assertRaisesRegex(UserError, "over it"):
            self.bad.action_confirm()
        self.bad.order_line.price_unit = 1040
        self._set_rules(
            {"kind": "over_limit"},
            {"kind": "instructions"},
            requires_purchase_order=True,
        )
        with self.assertRaisesRegex(UserError, "Purchase-order number"):
            self.bad.action_confirm()
        self.bad.client_order_ref = "OC-77"
        self.bad.action_confirm()
        self.assertEqual(self.bad.state, "sale")

    def test_a_warning_that_comes_after_does_not_undo_a_release(self):
        self._set_rules(
            {"kind": "over_limit"}, {"kind": "instructions", "on_order": "warn"}
        )
        self._release(self.bad)
        self.policy.requires_portal = True
        self.assertEqual(self._fresh(self.bad).receivables_credit_state, "warning")

        self.bad.action_confirm()

        self.assertEqual(self.bad.state, "sale")

    def test_a_revoked_or_expired_release_stops_the_order_again(self):
        release = self._release(self.bad)
        with self.assertRaises(AccessError):
            release.with_user(self.seller)._revoke("No llegó el depósito")
        release.with_user(self.manager)._revoke("No llegó el depósito")

        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.action_confirm()
        self.assertFalse(self._fresh(self.bad).receivables_override_id)
        self.assertEqual(release.revoked_by_id, self.manager)
        again = self._release(self.bad)
        self._on(TODAY.replace(month=8))
        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.action_confirm()
        self.assertFalse(again.is_live)

    def test_the_record_of_a_release_is_append_only(self):
        release = self._release(self.bad)
        with self.assertRaisesRegex(UserError, "not changed"):
            release.sudo().write({"reason": "Otra cosa"})
        with self.assertRaisesRegex(UserError, "not deleted"):
            release.sudo().unlink()
        for right in ("write", "unlink", "create"):
            with self.assertRaises(AccessError):
                release.with_user(self.manager).check_access(right)
        with self.assertRaises(AccessError):
            self.env["receivables.override"].with_user(self.manager).create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "kind": "manual",
                    "reason": "x",
                    "date": "2026-06-30 12:00:00",
                }
            )

    def test_a_salesperson_asks_once_and_the_managers_are_told(self):
        order = self.bad.with_user(self.seller)

        order.action_receivables_request_release()
        order.action_receivables_request_release()

        activity = self.bad.activity_ids.filtered(
            lambda one: one.user_id == self.manager
        )
        self.assertEqual(len(activity), 1)
        self.assertIn(self.bad.name, activity.summary)
        self.assertIn("credit limit does not allow it", activity.note)
        self._release(self.bad)
        self.assertFalse(self._fresh(self.bad).activity_ids)

    def test_what_is_not_on_hold_needs_no_release(self):
        with self.assertRaisesRegex(UserError, f"Not on hold.*{self.good.name}"):
            self.good.with_user(self.seller).action_receivables_request_release()

        (self.good | self.bad).with_user(
            self.seller
        ).action_receivables_request_release()

        self.assertFalse(self.good.activity_ids)
        self.assertTrue(self.bad.activity_ids)

    def test_asking_where_nobody_could_release_says_so(self):
        group = self.env.ref("receivables_automation.group_receivables_manager")
        group.all_user_ids.active = False

        with self.assertRaisesRegex(UserError, "no finance manager"):
            self.bad.with_user(self.seller).action_receivables_request_release()

    def test_the_dialog_of_release(self):
        action = self.bad.with_user(self.manager).action_receivables_release()
        grant = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"reason": "Avisó"})
        )
        self.assertIn("over it", grant.overridden)
        grant.valid_until = "2026-06-01"
        with self.assertRaisesRegex(UserError, "has passed"):
            grant.action_release()
        grant.valid_until = "2026-07-01"

        grant.action_release()

        self.assertEqual(
            str(self.bad.receivables_override_id.valid_until), "2026-07-01"
        )

    def test_a_warning_warns_and_does_not_stop(self):
        self._set_rules({"kind": "over_limit", "on_order": "warn"})
        self.assertEqual(self.bad.receivables_credit_state, "warning")
        self.assertIn("over it", self.bad.receivables_credit_reason)

        self.bad.action_confirm()

        self.assertEqual(self.bad.state, "sale")

    def test_cash_only_stops_every_unpaid_order_but_not_a_free_one(self):
        self.policy.credit = "cash_only"
        self.customer.credit_limit = 0
        with self.assertRaisesRegex(UserError, "Cash only"):
            self._order(1).action_confirm()
        free = self._order(0)
        free.action_confirm()
        self._pay(self.customer, 1000)
        self.good.action_confirm()

        self.assertEqual((free.state, self.good.state), ("sale", "sale"))

    def test_an_order_in_another_currency_counts_in_the_company_s(self):
        dollar = self._currency("USD", [("2026-01-01", 20.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id}
        )
        order = self._order(50, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, dollar)
        order.action_confirm()
        self.assertEqual(self._exposure().orders, 1000)

        with self.assertRaisesRegex(UserError, "20.00 over it"):
            self._order(1, pricelist_id=pricelist.id).action_confirm()

    def test_each_company_stops_by_its_own_policy(self):
        other = self.env["res.company"].create(
            {"name": "Otra", "currency_id": self.company.currency_id.id}
        )
        self.env.user.company_ids |= other
        order = self._order(5000, company_id=other.id)

        order.with_company(other).action_confirm()

        self.assertEqual(order.state, "sale")
        self.assertEqual(self.customer.with_company(other).receivables_exposure, 5000)
        self.assertEqual(self._fresh().receivables_exposure, 0)

    def test_searching_for_orders_on_hold(self):
        both = [("id", "in", (self.good | self.bad).ids)]
        orders = self.env["sale.order"].with_user(self.seller)

        def found(*leaf):
            return orders.search([leaf, *both])

        self.assertEqual(found("receivables_credit_state", "=", "hold"), self.bad)
        self.assertEqual(found("receivables_credit_state", "!=", "hold"), self.good)
        self.assertEqual(found("receivables_credit_state", "in", ["ok"]), self.good)

    def test_states_of_many_orders_cost_a_constant_number_of_queries(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Cliente {number}", "credit_limit": 5} for number in range(60)]
        )
        self.env["sale.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "price_unit": 10}
                        )
                    ],
                }
                for partner in partners
            ]
        )

        def count(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            orders = self.env["sale.order"].search(
                [("partner_id", "in", partners.ids)], limit=limit
            )
            before = self.env.cr.sql_log_count
            states = set(orders.mapped("receivables_credit_state"))
            self.assertEqual(states, {"hold"})
            return self.env.cr.sql_log_count - before

        count(2)
        self.assertLessEqual(count(60), count(6) + 2)

    def test_the_system_s_own_user_is_not_above_it(self):
        with self.assertRaisesRegex(UserError, REFUSED):
            self.bad.with_user(SUPERUSER_ID).action_confirm()
