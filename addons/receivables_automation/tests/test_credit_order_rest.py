from decimal import Decimal

from odoo.fields import Command

from .credit_case import CreditCase


class TestCreditOrderRest(CreditCase):
    """What is left to invoice of confirmed orders, where quantities are unusual."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.delivered = cls.env["product.product"].create(
            {"name": "Flete", "type": "service", "invoice_policy": "delivery"}
        )

    def _extra(self, order, product, tax=None):
        """Add a line to a confirmed order of which nothing was ordered."""
        return self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": product.id,
                "product_uom_qty": 0,
                "price_unit": 50,
                "discount": 10,
                "tax_ids": [Command.set(tax.ids if tax else [])],
            }
        )

    def test_what_was_delivered_without_an_order_counts_with_its_taxes(self):
        tax = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", "=", 16),
            ],
            limit=1,
        )
        order = self._order(100)
        order.action_confirm()
        line = self._extra(order, self.delivered, tax)
        self.assertEqual(self._exposure().orders, 100)

        line.qty_delivered = 2

        self.assertEqual(self._exposure().orders, Decimal("204.40"))
        invoice = order._create_invoices()
        self.assertEqual(invoice.amount_total, 204.40)
        invoice.action_post()
        exposure = self._exposure()
        self.assertEqual((exposure.orders, exposure.total), (0, exposure.not_due))

    def test_of_what_core_invoices_as_ordered_nothing_counts(self):
        order = self._order(100)
        order.action_confirm()

        self._extra(order, self.product).qty_delivered = 2

        self.assertEqual(self._exposure().orders, 100)

    def test_one_debtor_s_orders_are_told_from_another_s(self):
        other = self._customer("Otro")
        orders = self._order(100) | self._order(50, other) | self._order(30)
        orders.action_confirm()
        orders[2]._create_invoices()
        credit = self.env["receivables.credit"]

        found = credit._order_amounts(self.company, self.customer)

        self.assertEqual(set(found), {orders[0].id, orders[2].id})
        self.assertEqual(self._exposure().orders, 130)
        everybody = credit._order_amounts(self.company)
        self.assertLessEqual(found.items(), everybody.items())
        self.assertEqual(everybody[orders[1].id], (other.id, 50))
