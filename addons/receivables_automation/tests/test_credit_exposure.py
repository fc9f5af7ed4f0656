from datetime import date, timedelta
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools.misc import format_date

from .credit_case import TODAY, CreditCase

READERS = "receivables_automation.group_receivables_user"


class TestCreditExposure(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Here debts are made to be looked at; posting has tests of its own.
        cls._set_rules({"kind": "over_limit", "on_invoice": "none"})
        cls.collector = cls._user("credit_collector", READERS)
        cls.salesperson = cls._user("credit_seller", "sales_team.group_sale_salesman")

    def test_each_part_is_counted_once(self):
        self._invoice(self.customer, 100, TODAY - timedelta(days=10))
        self._invoice(self.customer, 200, TODAY)
        self._order(300).action_confirm()
        self._order(4000)
        self._draft(50)
        self._pay(self.customer, 70)
        self.env["receivables.guarantee"].create(
            {"name": "Pagaré 1", "partner_id": self.customer.id, "amount": 30}
        )

        exposure = self._exposure()

        self.assertEqual(
            (exposure.overdue, exposure.not_due, exposure.orders, exposure.drafts),
            (100, 200, 300, 0),
        )
        self.assertEqual((exposure.unapplied, exposure.guarantees), (70, 30))
        self.assertEqual(exposure.total, 500)
        self.assertEqual(exposure.days_overdue, 10)

    def test_the_sum_is_what_the_journal_items_and_orders_say(self):
        self._invoice(self.customer, 123.45, TODAY - timedelta(days=3))
        invoice = self._invoice(self.customer, 500, TODAY + timedelta(days=30))
        self._pay(self.customer, 150, [(self._items(invoice), 150)])
        self._order(99.99).action_confirm()
        self.env.flush_all()

        self.env.cr.execute(
            """
            SELECT (SELECT sum(amount_residual)
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id
                     WHERE a.account_type = 'asset_receivable'
                       AND l.parent_state = 'posted' AND l.partner_id = %(id)s)
                 + (SELECT sum(amount_total) FROM sale_order
                     WHERE state = 'sale' AND partner_id = %(id)s)
            """,
            {"id": self.customer.id},
        )

        told = Decimal(str(self.env.cr.fetchone()[0]))

        self.assertEqual(self._exposure().total, told)
        self.assertEqual(told, Decimal("573.44"))

    def test_an_order_moves_to_the_ledger_as_it_is_invoiced(self):
        order = self._order(300, quantity=2)
        order.action_confirm()
        self.assertEqual(self._exposure().orders, 600)

        invoice = order._create_invoices()
        self.assertEqual(self._exposure().total, 600, "A draft is not an invoice")
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()

        exposure = self._exposure()
        self.assertEqual((exposure.orders, exposure.total), (300, 600))
        rest = order._create_invoices()
        rest.action_post()
        self.assertEqual(self._exposure().orders, 0)
        self.assertEqual(self._exposure().total, 600)

    def test_a_down_payment_is_not_owed_twice(self):
        order = self._order(1000)
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": 300,
            }
        )
        wizard._create_invoices(order).action_post()
        exposure = self._exposure()
        self.assertEqual((exposure.orders, exposure.total), (700, 1000))

        order._create_invoices(final=True).action_post()

        exposure = self._exposure()
        self.assertEqual((exposure.orders, exposure.total), (0, 1000))

    def test_a_cancelled_order_is_no_exposure(self):
        order = self._order(300)
        order.action_confirm()

        order._action_cancel()

        self.assertIsNone(self._exposure())

    def test_drafts_count_where_the_company_says_so(self):
        self._draft(250)
        order = self._order(300)
        order.action_confirm()
        order._create_invoices()
        self.company.receivables_count_drafts = True

        exposure = self._exposure()

        self.assertEqual((exposure.orders, exposure.drafts), (300, 250))

    def test_guarantees_count_between_their_days_in_the_company_s_currency(self):
        dollar = self._currency("USD", [(date(2026, 1, 1), 20.0)])
        values = {"partner_id": self.customer.id, "amount": 10}
        self.env["receivables.guarantee"].create(
            [
                values | {"name": "USD", "currency_id": dollar.id},
                values | {"name": "Today", "expires_on": TODAY},
                values
                | {
                    "name": "Over",
                    "starts_on": TODAY - timedelta(days=9),
                    "expires_on": TODAY - timedelta(days=1),
                },
                values | {"name": "Later", "starts_on": TODAY + timedelta(days=1)},
                values | {"name": "Archived", "active": False},
            ]
        )

        self.assertEqual(self._exposure().guarantees, 210)
        self.assertEqual(self._exposure().total, -210)

    def test_a_supplier_s_bills_are_not_set_off(self):
        self._invoice(self.customer, 100, TODAY)
        bill = self._draft(60, move_type="in_invoice")
        bill.action_post()

        self.assertEqual(self._exposure().total, 100)

    def test_contacts_archived_and_merged_partners_count_with_their_company(self):
        contact = self._customer(
            "Sucursal", parent_id=self.customer.id, is_company=False, type="invoice"
        )
        self._order(300, contact).action_confirm()
        other = self._customer("Doble")
        self._invoice(other, 100, TODAY)

        self.assertEqual(self._exposure().total, 300)
        self.assertEqual(contact.receivables_exposure, 300)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((other | self.customer).ids, self.customer)
        self.assertEqual(self._exposure().total, 400)
        self.customer.active = False
        self.assertEqual(self._fresh().receivables_exposure, 400)

    def test_the_partner_s_figures_and_words(self):
        self._invoice(self.customer, 1200.5, TODAY)
        partner = self._fresh().with_user(self.collector)

        self.assertEqual(partner.receivables_exposure, 1200.5)
        self.assertEqual(partner.receivables_available_credit, -200.5)
        self.assertEqual(partner.receivables_limit, 1000)
        self.assertEqual(partner.receivables_credit_state, "hold")
        self.assertIn("200.50", partner.receivables_credit_reason)

    def test_a_salesperson_reads_why_of_own_customers_without_the_limit(self):
        self.customer.user_id = self.salesperson
        other = self._customer("Otro", credit_limit=10)
        self._invoice(self.customer, 1200, TODAY)
        self._invoice(other, 1200, TODAY)
        own = self._fresh().with_user(self.salesperson)

        self.assertEqual(own.receivables_credit_state, "hold")
        self.assertNotIn("1,000", own.receivables_credit_reason)
        self.assertFalse(other.with_user(self.salesperson).receivables_credit_state)
        found = own.search([("receivables_credit_state", "=", "hold")])
        self.assertEqual(found, own)
        with self.assertRaises(AccessError):
            own.read(["receivables_exposure"])

    def test_limit_zero_is_no_limit_and_cash_only_no_credit(self):
        self.customer.credit_limit = 0
        self._invoice(self.customer, 10**6, TODAY)
        partner = self._fresh()
        self.assertEqual(partner.receivables_credit_state, "ok")
        self.assertFalse(partner.receivables_has_limit)

        self.policy.credit = "cash_only"

        partner = self._fresh()
        self.assertEqual(partner.receivables_credit_state, "hold")
        self.assertTrue(partner.receivables_has_limit)
        self.assertEqual(partner.receivables_limit, 0)

    def test_a_negative_limit_is_refused_with_what_to_do(self):
        with self.assertRaisesRegex(ValidationError, "Ferretería.*cash-only"):
            self.customer.credit_limit = -1

    def test_a_credit_balance_is_room_beyond_the_limit(self):
        self._pay(self.customer, 500)
        partner = self._fresh()

        self.assertEqual(partner.receivables_exposure, -500)
        self.assertEqual(partner.receivables_available_credit, 1500)

    def test_without_policy_or_history_everything_is_in_order(self):
        self.company.receivables_policy_id = False
        new = self._customer("Nueva")

        self.assertEqual(new.receivables_credit_state, "ok")
        self.assertEqual(new.receivables_exposure, 0)
        self.assertFalse(new.receivables_policy_version_id)
        self.assertFalse(new.receivables_credit_reason)

    def test_two_companies_judge_by_their_own_policy_and_ledger(self):
        other = self.env["res.company"].create({"name": "Otra"})
        strict = self.env["receivables.policy"].create(
            {"name": "Contado", "company_id": other.id, "credit": "cash_only"}
        )
        other.receivables_policy_id = strict
        self._invoice(self.customer, 900, TODAY)
        self.env.user.company_ids |= other

        here, there = self._fresh(), self.customer.with_company(other)

        self.assertEqual(
            (here.receivables_exposure, here.receivables_limit), (900, 1000)
        )
        self.assertEqual((there.receivables_exposure, there.receivables_limit), (0, 0))
        self.assertTrue(there.receivables_has_limit)
        self.assertEqual(there.receivables_policy_version_id.policy_id, strict)

    def test_a_currency_without_decimals(self):
        peso = self._currency("CLP", [(date(2026, 1, 1), 0.02)])
        self._invoice(self.customer, 50001, TODAY, currency_id=peso.id)

        self.assertEqual(self._exposure().total, Decimal("1000.02"))
        self.assertEqual(peso._receivables_exact(50001.4), 50001)

    def test_searches_find_what_the_fields_show(self):
        self._invoice(self.customer, 1200, TODAY)
        calm = self._customer("En orden", credit_limit=500)
        self._invoice(calm, 100, TODAY)
        partners = self.env["res.partner"]
        both = [("id", "in", (self.customer | calm).ids)]

        def found(*leaf):
            return partners.search([leaf, *both])

        self.assertEqual(found("receivables_credit_state", "=", "hold"), self.customer)
        self.assertEqual(found("receivables_credit_state", "!=", "hold"), calm)
        self.assertEqual(found("receivables_credit_state", "=", "ok"), calm)
        self.assertEqual(found("receivables_exposure", ">", 1000), self.customer)
        self.assertEqual(found("receivables_exposure", "<=", 100), calm)
        self.assertEqual(found("receivables_available_credit", "<", 0), self.customer)

    def test_documents_and_instructions_that_lack_are_named(self):
        kind, other = self.env["receivables.document.type"].create(
            [{"name": "Acta"}, {"name": "32-D"}]
        )
        self._set_rules(
            {"kind": "documents", "on_order": "warn", "on_invoice": "none"},
            {"kind": "instructions"},
            document_type_ids=[Command.set((kind | other).ids)],
            requires_portal=True,
        )
        self.env["receivables.document"].create(
            {
                "partner_id": self.customer.id,
                "type_id": kind.id,
                "received_on": TODAY - timedelta(days=99),
                "expires_on": TODAY - timedelta(days=1),
            }
        )
        partner = self._fresh()
        self.assertEqual(partner.receivables_credit_state, "hold")
        day = format_date(self.env, TODAY - timedelta(days=1))
        for word in (
            f"Acta (expired on {day})",
            "32-D (missing)",
            "Supplier portal",
        ):
            self.assertIn(word, partner.receivables_credit_reason)

        partner.receivables_portal = "https://proveedores.example.com"
        self.assertEqual(self._fresh().receivables_credit_state, "warning")
        self.env["receivables.document"].create(
            [
                {"partner_id": self.customer.id, "type_id": one.id, "expires_on": TODAY}
                for one in kind | other
            ]
        )
        self.assertEqual(self._fresh().receivables_credit_state, "ok")

    def test_a_fact_that_is_gone_never_holds_and_is_shown_so(self):
        self._set_rules({"kind": "fact", "fact": "late_trend_days", "threshold": -999})
        rule = self.policy.rule_ids
        self.assertFalse(rule.problem)
        self.env.cr.execute(
            "UPDATE receivables_policy_rule SET fact = 'gone' WHERE id = %s", (rule.id,)
        )
        partner = self._fresh()

        self.assertEqual(partner.receivables_credit_state, "ok")
        self.assertIn("“gone”: no data", partner.receivables_credit_reason)
        self.assertIn("gone", rule.problem)

    def test_a_fact_that_nobody_measured_does_not_hold(self):
        self._set_rules({"kind": "fact", "fact": "late_trend_days", "threshold": -999})
        self.env["receivables.profile"]._refresh(self.customer)

        self.assertEqual(self._fresh().receivables_credit_state, "ok")

    def test_the_recommended_limit_shows_its_arithmetic(self):
        self.policy.limit_formula = "average_monthly_credit_sales * 2 + guarantees"
        self._invoice(
            self.customer, 600, date(2026, 7, 1), invoice_date=date(2026, 6, 1)
        )
        self.env["receivables.guarantee"].create(
            {"name": "Aval", "partner_id": self.customer.id, "amount": 50}
        )

        calculation = self._fresh()._receivables_recommended_limit()

        self.assertEqual(calculation.value, 1250)
        self.assertIn("600 × 2 = 1,200", calculation.lines)

    def test_an_input_without_a_value_is_named_to_the_user(self):
        self.policy.limit_formula = "payment_capacity * 2"

        with self.assertRaisesRegex(UserError, "Payment capacity.*no value"):
            self._fresh()._receivables_recommended_limit()

    def test_the_number_of_queries_does_not_depend_on_the_number_of_debtors(self):
        self._set_rules(
            {"kind": "over_limit"},
            {"kind": "documents"},
            {"kind": "fact", "fact": "on_time_ratio", "threshold": 2},
            document_type_ids=[
                Command.create({"name": "Acta"}),
                Command.create({"name": "32-D"}),
            ],
        )
        partners = self.env["res.partner"].create(
            [{"name": f"Deudor {number}"} for number in range(200)]
        )
        self.env["receivables.guarantee"].create(
            [
                {"name": "Aval", "partner_id": partner.id, "amount": 10}
                for partner in partners
            ]
        )

        def count(chosen):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            chosen.mapped("receivables_credit_state")
            return self.env.cr.sql_log_count - before

        count(partners[:2])
        few, many = count(partners[:20]), count(partners)
        self.assertLessEqual(many, few + 2)
        self.assertLess(few, 40)
