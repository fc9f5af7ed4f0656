from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.safe_eval import safe_eval

from .credit_case import CreditCase

MANAGER = "receivables_automation.group_receivables_manager"
REFUSED = "is on hold"


class TestCreditDoors(CreditCase):
    """What a document is judged by: as it will be issued, and after those before it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user(
            "doors_manager", MANAGER, "sales_team.group_sale_manager"
        )
        cls.seller = cls._user("doors_seller", "sales_team.group_sale_salesman")
        cls.clerk = cls._user("doors_clerk", "account.group_account_invoice")
        cls.customer.user_id = cls.seller
        cls.broke = cls._customer("Sin crédito", credit_limit=10)
        cls.broke.user_id = cls.seller

    def _down_payment(self, order, amount):
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
            }
        )
        return wizard._create_invoices(order)

    def test_an_order_is_judged_with_what_is_written_beside_its_state(self):
        order = self._order(100, user_id=self.seller.id).with_user(self.seller)
        dear = Command.update(order.order_line.id, {"price_unit": 5000})
        other = {"partner_id": self.broke.id, "partner_invoice_id": self.broke.id}

        for values in ({"order_line": [dear]}, other):
            with self.assertRaisesRegex(UserError, REFUSED), self.env.cr.savepoint():
                order.write({"state": "sale"} | values)
            self.assertEqual(
                (self._fresh(order).state, order.amount_total), ("draft", 100)
            )
        cheap = Command.update(order.order_line.id, {"price_unit": 200})
        order.write({"state": "sale", "order_line": [cheap]})

        self.assertEqual((order.state, order.amount_total), ("sale", 200))

    def test_an_invoice_is_judged_with_what_is_written_beside_its_state(self):
        note = self._draft(5000, move_type="out_refund").with_user(self.clerk)
        with self.assertRaisesRegex(UserError, REFUSED), self.env.cr.savepoint():
            note.write({"state": "posted", "move_type": "out_invoice"})
        draft = self._draft(100).with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "partner_id"), self.env.cr.savepoint():
            draft.write({"state": "posted", "partner_id": self.broke.id})
        self.assertEqual(self._fresh(draft).partner_id, self.customer)
        self._set_rules({"kind": "instructions"}, requires_purchase_order=True)

        draft.write({"state": "posted", "ref": "OC-5"})

        self.assertEqual((draft.state, note.state), ("posted", "draft"))

    def test_a_cancelled_invoice_is_not_posted_by_writing_its_state(self):
        move = self._draft(5000)
        move.button_cancel()

        with self.assertRaisesRegex(UserError, REFUSED), self.env.cr.savepoint():
            move.with_user(self.clerk).write({"state": "posted"})

        self.assertEqual(self._fresh(move).state, "cancel")
        self.assertEqual(move.receivables_credit_state, "ok")

    def test_an_old_quotation_is_judged_at_the_day_s_rate(self):
        dollar = self._currency("USD", [("2026-01-01", 10.0), ("2026-06-29", 20.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id}
        )
        order = self._order(
            90, pricelist_id=pricelist.id, date_order="2026-02-01 12:00:00"
        )
        self.assertAlmostEqual(order.currency_rate, 0.1)

        with self.assertRaisesRegex(UserError, "1,800.00.*800.00 over it"):
            order.action_confirm()

    def test_invoices_of_one_order_use_it_up_one_after_the_other(self):
        order = self._order(1000)
        order.action_confirm()
        moves = self._down_payment(order, 1000) | order._create_invoices(final=False)
        self.assertEqual(set(moves.mapped("receivables_credit_state")), {"ok"})

        moves.with_user(self.clerk).action_post()

        self.assertEqual(sorted(moves.mapped("state")), ["draft", "posted"])
        self.assertEqual(self._exposure().total, 1000)

    def test_invoices_that_share_an_order_are_posted_together(self):
        order = self._order(400, quantity=2)
        order.action_confirm()
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 1
        second = order._create_invoices()

        (first | second).with_user(self.clerk).action_post()

        self.assertEqual({first.state, second.state}, {"posted"})
        self.assertEqual(self._exposure().total, 800)

    def test_what_is_refused_of_a_batch_uses_nothing_up(self):
        order = self._order(1000)
        order.action_confirm()
        first = order._create_invoices()
        first.invoice_line_ids.price_unit = 2500
        second = self._down_payment(order, 1000)

        (first | second).with_user(self.clerk).action_post()

        self.assertEqual((first.state, second.state), ("draft", "posted"))

    def test_core_s_reference_to_its_order_is_no_purchase_order_number(self):
        self._set_rules(
            {"kind": "instructions", "on_order": "none"}, requires_purchase_order=True
        )
        orders = self._order(10) | self._order(20)
        orders.action_confirm()
        invoice = orders._create_invoices()
        self.assertEqual(set(invoice.ref.split(", ")), set(orders.mapped("name")))

        with self.assertRaisesRegex(UserError, "Purchase-order number"):
            invoice.action_post()
        orders[0].client_order_ref = "OC-1"
        invoice.ref = f"OC-1, {orders[1].name}"
        with self.assertRaisesRegex(UserError, "Purchase-order number"):
            invoice.action_post()
        invoice.ref = "OC-1, OC-2"
        invoice.action_post()

        self.assertEqual(invoice.state, "posted")

    def test_a_confirmed_order_that_grows_shows_its_hold_until_it_is_invoiced(self):
        order = self._order(100)
        order.action_confirm()
        orders = self.env["sale.order"].search([("id", "=", order.id)])
        held = orders.search(
            [("receivables_credit_state", "=", "hold"), ("id", "=", order.id)]
        )
        self.assertFalse(held)

        order.order_line.price_unit = 5000

        self.assertEqual(self._fresh(order).receivables_credit_state, "hold")
        self.assertIn("4,000.00 over it", order.receivables_credit_reason)
        domain = [("receivables_credit_state", "=", "hold"), ("id", "=", order.id)]
        self.assertEqual(orders.search(domain), order)
        order.with_user(self.manager)._receivables_release("Convenio")
        self.assertEqual(self._fresh(order).receivables_credit_state, "ok")
        invoice = order._create_invoices()
        order.receivables_override_id.with_user(self.manager)._revoke("Not yet")
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(self._fresh(order).receivables_credit_state, "hold")
        self.assertEqual(orders.search(domain), order, "A draft is not an invoice")
        invoice.with_user(self.manager)._receivables_release("Convenio")
        invoice.action_post()

        self.assertEqual(self._fresh(order).receivables_credit_state, "ok")
        self.assertFalse(orders.search(domain))

    def test_the_history_is_not_asked_which_orders_are_on_hold(self):
        invoiced = self._order(100)
        invoiced.action_confirm()
        invoiced._create_invoices().action_post()
        waiting = self._order(10)
        open_orders = self.env["sale.order"].search(
            self.env["sale.order"]._receivables_open_domain()
        )

        self.assertIn(waiting, open_orders)
        self.assertNotIn(invoiced, open_orders)
        self.assertFalse(invoiced._receivables_is_stoppable())

    def test_the_form_tells_the_hold_of_a_confirmed_order_too(self):
        view = self.env.ref("sale.view_order_form")
        form = etree.fromstring(self.env["sale.order"].get_view(view.id)["arch"])
        (banner,) = form.xpath("//div[@name='receivables_hold']")

        def is_hidden(state, credit="hold"):
            values = {"state": state, "receivables_credit_state": credit}
            return safe_eval(banner.get("invisible"), values)

        self.assertFalse(is_hidden("draft") or is_hidden("sale"))
        self.assertTrue(is_hidden("cancel") and is_hidden("sale", "ok"))

    def test_a_release_is_asked_for_a_confirmed_order(self):
        order = self._order(100, user_id=self.seller.id)
        order.action_confirm()
        order.order_line.price_unit = 5000

        order.with_user(self.seller).action_receivables_request_release()

        self.assertIn(self.manager, order.activity_ids.user_id)

    def test_no_invoice_is_born_posted_by_a_caller_s_default(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        )
        moves = self.env["account.move"].with_user(self.clerk)
        move = moves.with_context(default_state="posted").create(
            {
                "move_type": "out_invoice",
                "partner_id": self.broke.id,
                "journal_id": journal.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 5000})],
            }
        )

        self.assertEqual(move.state, "draft")

    def test_many_orders_are_judged_with_the_queries_of_few(self):
        customers = [self._customer(f"Cliente {number}") for number in range(8)]
        orders = self.env["sale.order"].union(
            *(self._order(10, one, user_id=self.seller.id) for one in customers)
        )
        self.env.flush_all()

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._receivables_refusals()
            return self.env.cr.sql_log_count - before

        queries(orders)
        self.assertLessEqual(queries(orders), queries(orders[:2]) + 1)
