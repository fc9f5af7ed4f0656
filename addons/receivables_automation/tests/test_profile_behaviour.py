from datetime import date, timedelta

from odoo.fields import Command

from .profile_case import FrozenProfileCase


class TestProfileBehaviour(FrozenProfileCase):
    def test_days_late_count_from_each_due_date_to_the_last_money(self):
        self._paid_each(
            [
                (date(2026, 1, 10), -2),
                (date(2026, 2, 10), 0),
                (date(2026, 3, 10), 10),
                (date(2026, 4, 10), 30),
            ]
        )

        profile = self._profile()

        self.assertEqual(profile.paid_invoice_count, 4)
        self.assertEqual(profile.days_late_avg, 9.5)
        self.assertEqual(profile.days_late_median, 5)
        self.assertEqual(profile.on_time_ratio, 0.5)
        self.assertEqual(profile.last_payment_date, date(2026, 5, 10))
        self.assertEqual(profile.days_since_payment, 51)

    def test_days_late_month_by_month_open_what_was_paid_in_each(self):
        older, first, second, _early = self._paid_each(
            [
                # Paid on 2025-06-30, 12 months before June 2026: not shown.
                (date(2025, 6, 20), 10),
                (date(2026, 4, 28), 12),
                (date(2026, 5, 11), 4),
                (date(2026, 6, 12), -2),
            ]
        )

        profile = self._profile()

        self.assertEqual(profile.late_by_month, [None] * 10 + [8.0, -2.0])
        opened = profile.with_context(
            lang="en_US", receivables_month="2026-05-01"
        ).action_paid_in_month()
        items = self.env["account.move.line"].search(opened["domain"])
        self.assertEqual(items, self._items(first) | self._items(second))
        self.assertNotIn(self._items(older), items)
        self.assertIn("May 2026", opened["name"])

    def test_what_is_overdue_and_unpaid_was_not_on_time(self):
        self._paid(date(2026, 3, 10), 0)
        self._due(1, 100)
        self._due(-1, 100)

        self.assertEqual(self._profile().on_time_ratio, 0.5)

    def test_the_last_of_several_payments_settles_an_item(self):
        invoice = self._invoice(self.customer, 100, date(2026, 3, 31))
        item = self._items(invoice)
        self._pay(self.customer, 60, [(item, 60)], date(2026, 3, 31))
        self._pay(self.customer, 40, [(item, 40)], date(2026, 4, 12))

        self.assertEqual(self._profile().days_late_median, 12)

    def test_a_credit_note_is_no_payment(self):
        whole = self._invoice(self.customer, 100, date(2026, 3, 31))
        self._credit_note(whole, 100, date(2026, 6, 1))

        profile = self._profile()

        self.assertEqual((profile.paid_invoice_count, profile.invoice_count), (0, 1))
        facts = self.profiles.browse(profile.id)._facts()[profile]
        self.assertIsNone(facts["days_late_median"])
        self.assertIsNone(facts["on_time_ratio"])

    def test_a_credit_note_for_a_part_does_not_move_the_day_of_payment(self):
        invoice = self._invoice(self.customer, 100, date(2026, 3, 31))
        self._pay(self.customer, 80, [(self._items(invoice), 80)], date(2026, 4, 4))
        self._credit_note(invoice, 20, date(2026, 6, 1))

        profile = self._profile()

        self.assertEqual(profile.paid_invoice_count, 1)
        self.assertEqual(profile.days_late_median, 4)

    def _write_off(self, invoice, amount, when):
        item = self._items(invoice)
        loss = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "=", self.company.id)],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": when,
                "line_ids": [
                    Command.create({"account_id": loss.id, "debit": amount}),
                    Command.create(
                        {
                            "account_id": item.account_id.id,
                            "partner_id": self.customer.id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (item | self._items(entry)).reconcile()

    def test_a_write_off_is_no_payment(self):
        lost = self._invoice(self.customer, 100, date(2026, 3, 31))
        self._write_off(lost, 100, date(2026, 6, 1))
        mostly_lost = self._invoice(self.customer, 100, date(2026, 3, 31))
        self._pay(
            self.customer, 10, [(self._items(mostly_lost), 10)], date(2026, 3, 31)
        )
        self._write_off(mostly_lost, 90, date(2026, 6, 1))
        self.assertEqual(self._profile().paid_invoice_count, 0)

        cents = self._invoice(self.customer, 100, date(2026, 3, 31))
        self._pay(self.customer, 99.5, [(self._items(cents), 99.5)], date(2026, 4, 2))
        self._write_off(cents, 0.5, date(2026, 6, 1))

        profile = self._profile()
        self.assertEqual(profile.paid_invoice_count, 1)
        self.assertEqual(profile.days_late_median, 2)

    def test_an_exchange_difference_is_no_payment(self):
        dollar = self._dollars(20.0)
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": date(2026, 4, 1),
                "inverse_company_rate": 18.0,
            }
        )
        invoice = self._invoice(
            self.customer, 50, date(2026, 3, 31), currency_id=dollar.id
        )
        item = self._items(invoice)
        self._pay(
            self.customer, 50, [(item, 50)], date(2026, 4, 5), currency_id=dollar.id
        )
        self.assertTrue(item.reconciled)

        profile = self._profile()

        self.assertEqual(profile.days_late_median, 5)
        self.assertEqual(profile.open_amount, 0)
        self.assertFalse(profile.currency_line_ids)

    def test_the_trend_compares_the_last_six_with_the_six_before(self):
        start = date(2025, 1, 10)
        self._paid_each(
            [
                (start + timedelta(days=30 * month), 2 if month < 6 else 12)
                for month in range(11)
            ]
        )
        facts = self._profile()._facts()[self._profile()]
        self.assertIsNone(facts["late_trend_days"], "Eleven items are too few.")

        self._paid(start + timedelta(days=330), 12)

        self.assertEqual(self._profile().late_trend_days, 10)

    def test_unreconciling_takes_the_payment_back(self):
        invoice = self._paid(date(2026, 3, 10), 4)
        self.assertEqual(self._profile().paid_invoice_count, 1)

        self._items(invoice).remove_move_reconcile()

        profile = self._profile()
        self.assertEqual(profile.paid_invoice_count, 0)
        self.assertEqual(profile.open_amount, 100)
        self.assertEqual(profile.unapplied_amount, 100)
