from odoo.exceptions import UserError
from odoo.fields import Command

from .credit_case import CreditCase

MANAGER = "receivables_automation.group_receivables_manager"
REFUSED = "is on hold"


class TestCreditReleases(CreditCase):
    """What a release covers: its reasons, its debtor, its order whole or in parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user(
            "release_manager", MANAGER, "sales_team.group_sale_manager"
        )
        cls.other = cls._customer("Otra", credit_limit=10)

    def _release(self, document):
        return document.with_user(self.manager)._receivables_release("Convenio")

    def _require_portal(self, is_required=True):
        self._set_rules(
            {"kind": "over_limit"},
            {"kind": "instructions"},
            requires_portal=is_required,
        )

    def test_releases_for_reasons_that_come_one_by_one_add_up(self):
        order = self._order(5000)
        self._release(order)
        self._require_portal()
        with self.assertRaisesRegex(UserError, "Supplier portal") as refusal:
            order.action_confirm()
        self.assertNotIn("over it", str(refusal.exception))
        second = self._release(order)
        self.assertEqual(second.codes, ["instructions"])

        order.action_confirm()

        self.assertEqual(order.state, "sale")
        self.assertEqual(order.receivables_override_id, second)
        with self.assertRaisesRegex(UserError, "nothing to release"):
            self._release(order)

    def test_one_release_revoked_leaves_the_others(self):
        order = self._order(5000)
        first = self._release(order)
        self._require_portal()
        self._release(order)
        first.with_user(self.manager)._revoke("Not yet")

        with self.assertRaisesRegex(UserError, "over it") as refusal:
            order.action_confirm()

        self.assertNotIn("Supplier portal", str(refusal.exception))

    def test_an_invoice_s_own_release_adds_to_its_order_s(self):
        order = self._order(5000)
        self._release(order)
        order.action_confirm()
        invoice = order._create_invoices()
        self._require_portal()
        with self.assertRaisesRegex(UserError, "Supplier portal"):
            invoice.action_post()
        self._release(invoice)

        invoice.action_post()

        self.assertEqual(invoice.state, "posted")

    def test_every_order_of_an_invoice_has_to_be_released_for_it(self):
        first, second = self._order(900), self._order(900)
        first.action_confirm()
        self._release(second)
        second.action_confirm()
        invoice = (first | second)._create_invoices()

        with self.assertRaisesRegex(UserError, REFUSED):
            invoice.action_post()
        self._release(first)
        invoice.action_post()

        self.assertEqual(invoice.state, "posted")

    def test_a_release_does_not_follow_an_order_to_another_customer(self):
        order = self._order(5000)
        release = self._release(order)
        released = [("receivables_override_id", "!=", False), ("id", "=", order.id)]
        self.assertEqual(order.search(released), order)
        order.write({"partner_id": self.other.id, "partner_invoice_id": self.other.id})

        self.assertFalse(self._fresh(order).receivables_override_id)
        self.assertFalse(order.search(released))
        self.assertFalse(order.search([("receivables_override_id", "in", release.ids)]))
        with self.assertRaisesRegex(UserError, REFUSED):
            order.action_confirm()
        order.write(
            {"partner_id": self.customer.id, "partner_invoice_id": self.customer.id}
        )
        order.action_confirm()
        self.assertEqual(self._fresh(order).receivables_override_id, release)

    def test_nor_does_it_follow_an_invoice(self):
        own = self._draft(5000)
        self._release(own)
        own.partner_id = self.other
        order = self._order(5000)
        self._release(order)
        order.action_confirm()
        of_order = order._create_invoices()
        of_order.partner_id = self.other

        for move in (own, of_order):
            with self.assertRaisesRegex(UserError, REFUSED):
                move.action_post()

    def test_a_contact_of_the_released_debtor_is_the_same_debtor(self):
        branch = self._customer(
            "Sucursal", parent_id=self.customer.id, is_company=False, type="invoice"
        )
        order = self._order(5000)
        self._release(order)
        order.partner_invoice_id = branch

        order.action_confirm()

        self.assertEqual(order.state, "sale")

    def test_parts_of_a_released_order_have_the_tolerance_of_the_whole(self):
        order = self._order(100, quantity=20)
        self._release(order)
        order.action_confirm()
        grown = self._draft(90)
        self._release(grown)
        grown.action_post()
        part = order._create_invoices()
        part.invoice_line_ids.write({"quantity": 2})

        part.action_post()
        order._create_invoices().action_post()

        self.assertEqual(order.order_line.qty_invoiced, 20)
        with self.assertRaisesRegex(UserError, "1,091.00 over it"):
            self._draft(1).action_post()

    def test_a_copy_of_a_released_order_is_not_released(self):
        order = self._order(5000)
        self._release(order)
        order.write({"order_line": [Command.update(order.order_line.id, {})]})

        with self.assertRaisesRegex(UserError, REFUSED):
            order.copy().action_confirm()
