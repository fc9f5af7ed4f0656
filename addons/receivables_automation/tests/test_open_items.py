from datetime import date

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ReceivablesCommon


@tagged("post_install", "-at_install")
class TestOpenItems(ReceivablesCommon):
    def _at(self, moment):
        """Freeze the suite's clock at ``moment``, text in UTC."""
        now = fields.Datetime.to_datetime(moment)
        self.patch(
            self.registry["res.company"], "_receivables_now", lambda company: now
        )

    def test_open_invoice_is_listed_until_it_is_paid(self):
        invoice = self._invoice(self.own_customer)
        item = self._items(invoice)
        self.assertIn(item, self._items_seen_by("collector"))

        self._register(invoice)

        self.assertNotIn(item, self._items_seen_by("collector"))

    def test_partly_paid_invoice_stays_with_what_is_left(self):
        invoice = self._invoice(self.own_customer, 100.0)

        self._register(invoice, amount=30.0)

        item = self._items(invoice)
        self.assertIn(item, self._items_seen_by("collector"))
        self.assertAlmostEqual(item.amount_residual, 70.0)

    def test_unapplied_credit_note_is_listed_as_negative(self):
        credit_note = self._invoice(
            self.own_customer, 40.0, move_type="out_refund", invoice_date_due=False
        )

        item = self._items(credit_note)

        self.assertIn(item, self._items_seen_by("collector"))
        self.assertAlmostEqual(item.amount_residual, -40.0)

    def test_draft_and_vendor_documents_are_not_listed(self):
        bill = self._invoice(self.own_customer, 9.0, move_type="in_invoice")
        draft = self._invoice(self.own_customer, 9.0).copy()

        seen = self._items_seen_by("collector")

        self.assertFalse(seen & (bill | draft).line_ids)

    def test_bookmark_of_the_list_shows_what_its_menu_shows(self):
        """An address that names the window action alone brings its own domain only."""
        self._invoice(self.own_customer)
        paid = self._invoice(self.own_customer)
        self._register(paid)
        action = self.env.ref(
            "receivables_automation.account_move_line_action_open_receivables"
        )
        items = self.env["account.move.line"].with_user(self.users["collector"])

        bookmarked = items.search(safe_eval(action.domain))

        self.assertEqual(bookmarked, self._items_seen_by("collector"))

    def test_salesperson_sees_only_own_customers(self):
        own = self._items(self._invoice(self.own_customer))
        other = self._items(self._invoice(self.other_customer))

        seen = self._items_seen_by("salesperson")

        self.assertIn(own, seen)
        self.assertNotIn(other, seen)

    def test_salesperson_sees_own_customer_s_invoice_made_by_a_colleague(self):
        invoice = self._invoice(
            self.own_customer, invoice_user_id=self.users["colleague"].id
        )

        self.assertIn(self._items(invoice), self._items_seen_by("salesperson"))
        seen = invoice.with_user(self.users["salesperson"])
        self.assertEqual(seen.amount_residual, 100.0)
        self.assertEqual(seen.invoice_line_ids.mapped("name"), ["Varilla"])

    def test_days_overdue_follow_the_company_s_calendar_not_utc(self):
        self.company.partner_id.write(
            {
                "tz": False,
                "country_id": self.env.ref("base.mx").id,
                "state_id": self.env.ref("base.state_mx_nl").id,
            }
        )
        item = self._items(self._invoice(self.own_customer, due=date(2026, 3, 31)))

        # 19:30 on 31 March in Monterrey, 1 April in UTC.
        self._at("2026-04-01 01:30:00")
        self.assertEqual(item.receivables_days_overdue, 0)

        item.invalidate_recordset(["receivables_days_overdue"])
        self._at("2026-04-10 18:00:00")
        self.assertEqual(item.receivables_days_overdue, 10)

    def test_days_overdue_can_be_searched(self):
        self._at("2026-04-10 18:00:00")
        late = self._items(self._invoice(self.own_customer, due=date(2026, 3, 31)))
        fresh = self._items(self._invoice(self.own_customer, due=date(2026, 4, 30)))
        items = self.env["account.move.line"]
        ours = [("id", "in", (late | fresh).ids)]

        for domain, expected in (
            ([("receivables_days_overdue", ">", 0)], late),
            ([("receivables_days_overdue", ">=", 10)], late),
            ([("receivables_days_overdue", ">", 10)], items),
            ([("receivables_days_overdue", "<", 0)], fresh),
            ([("receivables_days_overdue", "<=", 10)], late | fresh),
            ([("receivables_days_overdue", "=", 10)], late),
            ([("receivables_days_overdue", "in", [10, -20])], late | fresh),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(items.search(domain + ours), expected)

    def test_listing_takes_the_same_queries_for_5_and_25_items(self):
        fields = ["partner_id", "date_maturity", "receivables_days_overdue"]
        counts = []
        for size in (5, 20):
            self._invoices([(self.own_customer, 10.0, date(2026, 3, 31))] * size)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._items_seen_by("collector").read(fields)
            counts.append(self.cr.sql_log_count - before)

        self.assertLessEqual(counts[1], counts[0])
