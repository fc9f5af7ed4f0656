from datetime import date, timedelta

from .credit_case import TODAY, CreditCase


class TestExposureLists(CreditCase):
    """What a collector finds by credit, and behind each part of an exposure."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Here debts are made to be looked at; posting has tests of its own.
        cls._set_rules({"kind": "over_limit", "on_invoice": "none"})
        cls.collector = cls._user(
            "lists_collector", "receivables_automation.group_receivables_user"
        )
        cls.salesperson = cls._user("lists_seller", "sales_team.group_sale_salesman")

    def _opened(self, part):
        partner = self._fresh().with_user(self.collector)
        action = partner.with_context(
            receivables_part=part
        ).action_receivables_exposure()
        return partner.env[action["res_model"]].search(action["domain"])

    def _check_opened(self, part, amounts, records):
        """Expect ``records`` behind a part, whose ``amounts`` make its figure."""
        opened = self._opened(part)
        self.assertEqual(opened.sudo(), records)
        self.assertEqual(
            self.customer[f"receivables_exposure_{part}"],
            sum(abs(one) for one in opened.mapped(amounts)),
        )

    def test_searches_find_customers_without_any_history_and_subsidiaries(self):
        self._set_rules({"kind": "instructions"}, requires_portal=True)
        subsidiary = self._customer("Filial", parent_id=self.customer.id)
        contact = self._customer(
            "Rosa", parent_id=subsidiary.id, is_company=False, credit_limit=0
        )
        all_of_them = self.customer | subsidiary | contact
        subsidiary.credit_limit = 300
        partners = self._fresh(all_of_them).with_user(self.collector)

        def found(*leaf):
            return partners.search([leaf, ("id", "in", all_of_them.ids)])

        self.assertEqual(set(partners.mapped("receivables_credit_state")), {"hold"})
        self.assertEqual(found("receivables_credit_state", "=", "hold"), partners)
        self.assertFalse(found("receivables_credit_state", "=", "ok"))
        self.assertEqual(
            found("receivables_available_credit", "=", 300),
            (subsidiary | contact).with_user(self.collector),
        )

    def test_a_salesperson_searches_own_customers_only(self):
        self.customer.user_id = self.salesperson
        other = self._customer("Otro")
        partners = self._fresh(self.customer | other).with_user(self.salesperson)

        found = partners.search(
            [("receivables_credit_state", "=", "ok"), ("id", "in", partners.ids)]
        )

        self.assertEqual(found, self.customer.with_user(self.salesperson))

    def test_each_part_opens_the_records_behind_it(self):
        subsidiary = self._customer("Filial", parent_id=self.customer.id)
        contact = self._customer(
            "Compras", parent_id=self.customer.id, is_company=False
        )
        early, late = TODAY - timedelta(days=10), TODAY + timedelta(days=3)
        overdue = self._invoice(self.customer, 100, early)
        overdue |= self._invoice(contact, 20, early)
        not_due = self._invoice(self.customer, 200, TODAY)
        not_due |= self._invoice(contact, 30, late)
        for day in (early, late):
            self._invoice(subsidiary, 7000, day)
        self._pay(self.customer, 50)
        self._pay(subsidiary, 5000)

        self._check_opened("overdue", "amount_residual", self._items(overdue))
        self._check_opened("not_due", "amount_residual", self._items(not_due))
        unapplied = self._opened("unapplied")
        self.assertEqual(sum(unapplied.mapped("amount_residual")), -50)
        self.assertFalse(self._opened("guarantees"))

    def test_orders_open_with_what_is_left_to_invoice(self):
        order = self._order(300, quantity=2)
        dollar = self._currency("USD", [(date(2026, 1, 1), 20.0)])
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id}
        )
        foreign = self._order(10, pricelist_id=pricelist.id)
        (order | foreign).action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        done = self._order(40)
        done.action_confirm()
        done._create_invoices().action_post()

        self._check_opened("orders", "receivables_left_to_invoice", foreign | order)
        self.assertEqual(order.receivables_left_to_invoice, 300)
        self.assertEqual(foreign.receivables_left_to_invoice, 200)

    def test_drafts_open_those_that_count(self):
        contact = self._customer(
            "Compras", parent_id=self.customer.id, is_company=False
        )
        draft = self._draft(50) | self._draft(5, contact)
        self._draft(20, move_type="out_refund")
        self._draft(70, self._customer("Filial", parent_id=self.customer.id))
        order = self._order(300)
        order.action_confirm()
        order._create_invoices()

        self.assertFalse(self._opened("drafts"), "drafts do not count here")
        self.company.receivables_count_drafts = True

        self._check_opened("drafts", "amount_total", draft.sorted())
