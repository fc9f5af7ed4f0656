from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .dunning_case import DunningCase


@tagged("post_install", "-at_install")
class TestDunningHolds(DunningCase):
    def _codes(self, *moves, day=None):
        """Return {document: codes of its holds}."""
        items = self.env["account.move.line"].union(*map(self._items, moves))
        holds = items._receivables_hold_reasons(day or self.TODAY)
        return {
            item.move_id: [code for code, _text, _record in holds[item.id]]
            for item in items
        }

    def test_nothing_holds_an_item_that_is_simply_owed(self):
        invoice = self._due(3)

        self.assertEqual(self._codes(invoice), {invoice: []})

    def test_open_credit_holds_the_items_that_it_reaches_oldest_first(self):
        old, middle, new = self._due(20), self._due(10), self._due(3)
        self._pay(self.customer, 150)

        codes = self._codes(old, middle, new)

        self.assertEqual(
            codes, {old: ["unapplied_credit"], middle: ["unapplied_credit"], new: []}
        )

    def test_credit_note_holds_until_it_is_applied(self):
        invoice = self._due(3)
        refund = self._invoice(
            self.customer,
            40,
            move_type="out_refund",
            invoice_date_due=False,
            invoice_date=self.TODAY,
        )
        [(code, text, record)] = self._items(invoice)._receivables_hold_reasons(
            self.TODAY
        )[self._items(invoice).id]
        self.assertEqual(code, "unapplied_credit")
        self.assertIn("40.00", text)
        self.assertEqual(record, self._items(refund))

        (self._items(invoice) | self._items(refund)).reconcile()

        self.assertEqual(self._codes(invoice), {invoice: []})

    def test_credit_in_one_currency_does_not_hold_another(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollars = self._due(3, currency_id=dollar.id)
        self._pay(self.customer, 150)

        self.assertEqual(self._codes(dollars), {dollars: []})

    def test_credit_of_another_customer_or_company_does_not_hold(self):
        invoice = self._due(3)
        self._pay(self._customer("Otro"), 150)

        self.assertEqual(self._codes(invoice), {invoice: []})

    def test_pause_of_an_invoice_ends_by_itself(self):
        invoice = self._due(3)
        self.env["receivables.pause"].create(
            {"move_id": invoice.id, "until": date(2026, 4, 20), "reason": "Entrega"}
        )

        self.assertEqual(self._codes(invoice)[invoice], ["paused"])
        self.assertEqual(
            self._codes(invoice, day=date(2026, 4, 20))[invoice], ["paused"]
        )
        self.assertEqual(self._codes(invoice, day=date(2026, 4, 21))[invoice], [])

    def test_pause_is_searched_and_shown_on_the_invoice_without_writing_it(self):
        invoice, other = self._due(3), self._due(3)
        written = invoice.write_date
        self.env["receivables.pause"].create(
            {"move_id": invoice.id, "until": date(2026, 4, 20), "reason": "Entrega"}
        )
        moves = self.env["account.move"]
        ours = [("id", "in", (invoice | other).ids)]

        self.assertEqual(invoice.receivables_pause_until, date(2026, 4, 20))
        self.assertEqual(
            moves.search([*ours, ("receivables_pause_until", "!=", False)]), invoice
        )
        self.assertEqual(
            moves.search([*ours, ("receivables_pause_until", "=", False)]), other
        )
        self.assertEqual(invoice.write_date, written)
        self.assertIn(
            "Paus", invoice.with_context(lang="en_US").receivables_hold_reasons
        )

    def test_pause_in_the_past_is_refused_by_name(self):
        with self.assertRaisesRegex(ValidationError, "04/01/2026"):
            self.env["receivables.pause"].with_context(lang="en_US").create(
                {
                    "move_id": self._due(3).id,
                    "until": date(2026, 4, 1),
                    "reason": "Tarde",
                }
            )

    def test_pause_of_a_customer_counts_in_its_company_only(self):
        invoice = self._due(3)
        other = self.env["res.company"].create({"name": "Otra"})
        self.customer.with_company(other).receivables_pause_until = date(2026, 5, 1)
        self.assertEqual(self._codes(invoice)[invoice], [])

        self.customer.with_company(self.company).receivables_pause_until = date(
            2026, 5, 1
        )

        self.assertEqual(self._codes(invoice)[invoice], ["customer_paused"])

    def test_pause_of_the_plan_holds_the_run(self):
        invoice = self._due(3)
        self.plan.pause_until = self.TODAY

        run = self._preview()

        self.assertEqual(self._reasons(run)[invoice], "plan_paused")

    def test_document_left_out_of_follow_ups_is_held(self):
        invoice = self._due(3)
        self._items(invoice).no_followup = True

        self.assertEqual(self._codes(invoice)[invoice], ["no_followup"])

    def test_held_item_is_skipped_with_its_reason(self):
        invoice = self._due(3)
        self._pay(self.customer, 10)

        run = self._preview()

        self.assertFalse(run.notice_ids)
        self.assertEqual(run.skip_ids.reason, "unapplied_credit")
        self.assertIn("10.00", run.skip_ids.text)
        self.assertEqual(run.skip_ids.move_id, invoice)

    def test_what_a_contact_owes_rests_and_is_told_with_its_customer(self):
        contact = self._customer("Caja", is_company=False, parent_id=self.customer.id)
        invoice = self._due(3)
        self._items(invoice).partner_id = contact
        self.assertEqual(self._preview().notice_ids.partner_id, self.customer)

        self.customer.receivables_pause_until = self.TODAY

        self.assertEqual(self._codes(invoice)[invoice], ["customer_paused"])

    def test_money_in_the_name_of_a_contact_is_the_customer_s(self):
        contact = self._customer("Caja", is_company=False, parent_id=self.customer.id)
        invoice = self._due(3)
        self._pay(contact, 10)
        entry = self.env["account.move.line"].search(
            [("partner_id", "=", contact.id), ("amount_residual", "<", 0)]
        )
        self.assertTrue(entry)

        self.assertEqual(self._codes(invoice)[invoice], ["unapplied_credit"])

    def test_payment_without_an_entry_holds_beside_a_credit_that_has_one(self):
        other = self._customer("Otro")
        invoices = self._due(9) | self._due(3, other)
        self._pay(self.customer, 10)
        payment = self.env["account.payment"].create(
            {"partner_id": other.id, "amount": 20, "journal_id": self.bank.id}
        )
        # Core makes no entry where the method of payment has no account of its own.
        payment.outstanding_account_id = False
        payment.state = "in_process"
        self.assertFalse(payment.move_id)

        items = self._items(invoices)
        holds = items._receivables_hold_reasons(self.TODAY)

        records = [record for [(_code, _text, record)] in holds.values()]
        self.assertEqual([bool(record) for record in records], [True, False])
        self.assertEqual(records[0].partner_id, self.customer)

    def test_holds_take_the_same_queries_however_many_items(self):
        items = self._items(self._due_each([(3, self.customer, 100.0)] * 6))
        counts = []
        for some in (items[:1], items):
            some._receivables_hold_reasons(self.TODAY)
            before = self.env.cr.sql_log_count
            some._receivables_hold_reasons(self.TODAY)
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(counts[0], counts[1])

    def test_explanation_says_what_a_run_would_do(self):
        early, due = self._due(-20), self._due(3, self._customer("B", email="b@b.mx"))
        held = self._due(3)
        self._pay(self.customer, 10)

        def verdict(move):
            action = move.action_receivables_explain()
            explanation = self.env[action["res_model"]].browse(action["res_id"])
            explanation.date = self.TODAY
            return explanation.with_context(lang="en_US").verdict

        self.assertIn("14 days before due", verdict(early))
        self.assertIn("fires on this day", verdict(due))
        self.assertIn("Held", verdict(held))
        self._preview()
        self.assertIn("in a notice of this day", verdict(due))

    def test_days_overdue_and_notices_are_shown_on_the_invoice(self):
        invoice, fresh = self._due(3), self._due(-5)
        self._execute()

        self.assertEqual(invoice.receivables_days_overdue, 3)
        self.assertEqual(fresh.receivables_days_overdue, 0)
        self.assertEqual(invoice.receivables_notice_count, 1)
        self.assertEqual(
            self.env["account.move"].search(
                [
                    ("receivables_days_overdue", ">", 0),
                    ("id", "in", (invoice | fresh).ids),
                ]
            ),
            invoice,
        )

    def test_change_of_plan_does_not_repeat_what_was_told(self):
        self._due(3)
        self._execute()
        self.plan.copy({"name": "Otro", "sequence": 1})
        day = self.TODAY + timedelta(days=1)
        self._on(day)

        self.assertFalse(self._preview(day).notice_ids)
