from datetime import date, timedelta
from decimal import Decimal

from odoo.fields import Command, Datetime
from odoo.tools import SQL

from odoo.addons.receivables_automation.core.ageing import BUCKETS, DatedAmount, age

from .profile_case import TODAY, FrozenProfileCase


class TestProfile(FrozenProfileCase):
    # === WHAT IS OWED ===

    def test_each_open_item_counts_in_the_bucket_of_its_due_date(self):
        on_the_edges = [(0, 1), (1, 2), (30, 4), (31, 8), (60, 16), (61, 32), (90, 64)]
        self._due_each([*on_the_edges, (91, 128), (-5, 256)])

        profile = self._profile()

        self.assertEqual(
            [profile[bucket.field] for bucket in BUCKETS], [257, 6, 24, 96, 128]
        )
        self.assertEqual(profile.open_amount, 511)
        self.assertEqual(profile.overdue_amount, 254)
        self.assertEqual(profile.oldest_due_date, TODAY - timedelta(days=91))
        self.assertEqual(profile.days_overdue_oldest, 91)
        self.assertEqual(profile.next_due_date, TODAY)
        self.assertEqual(profile.next_due_amount, 1)
        self.assertEqual((profile.open_item_count, profile.invoice_count), (9, 9))

    def test_ageing_is_that_of_the_core_on_the_same_items(self):
        dollar = self._dollars()
        ages = range(-40, 130, 26)
        self._due_each([(days, 10.25 + days / 4 + 40) for days in ages])
        self._due_each([(days, 7.0) for days in ages], currency_id=dollar.id)

        profile = self._profile()

        items = self.env["account.move.line"].search(
            [
                *self.env["account.move.line"]._receivables_open_domain(),
                ("partner_id", "=", self.customer.id),
            ]
        )
        booked = age(
            [
                DatedAmount("MXN", item.date_maturity, Decimal(str(item.balance)))
                for item in items
            ],
            TODAY,
        )
        own = age(
            [
                DatedAmount(
                    item.currency_id.name,
                    item.date_maturity,
                    Decimal(str(item.amount_residual_currency)),
                )
                for item in items
            ],
            TODAY,
        )
        lines = {line.currency_id.name: line for line in profile.currency_line_ids}
        self.assertEqual(set(lines), {"MXN", "USD"})
        for row, expected in (
            (profile, booked["MXN"]),
            (lines["MXN"], own["MXN"]),
            (lines["USD"], own["USD"]),
        ):
            for name in (
                *(bucket.field for bucket in BUCKETS),
                "open_amount",
                "overdue_amount",
            ):
                self.assertAlmostEqual(row[name], float(getattr(expected, name)), 2)

    def test_a_part_payment_leaves_the_rest_owed(self):
        invoice = self._due(10, 100)
        self._pay(self.customer, 30, [(self._items(invoice), 30)], TODAY)

        profile = self._profile()

        self.assertEqual(profile.amount_1_30, 70)
        self.assertEqual(profile.partial_item_count, 1)
        self.assertEqual(profile.paid_invoice_count, 0)
        self.assertEqual(profile.last_payment_date, TODAY)

    def test_an_open_credit_stands_apart_and_is_not_taken_off(self):
        self._due(10, 100)
        self._pay(self.customer, 25, when=TODAY)

        profile = self._profile()

        self.assertEqual(profile.open_amount, 100)
        self.assertEqual(profile.unapplied_amount, 25)
        self.assertEqual(profile.currency_line_ids.unapplied_amount, 25)

    def test_instalments_count_by_their_own_due_dates(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in 60 days",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 60)
                ],
            }
        )
        issued = TODAY - timedelta(days=20)
        invoice = self._invoice(
            self.customer,
            100,
            invoice_date=issued,
            invoice_date_due=False,
            invoice_payment_term_id=term.id,
        )
        first, _second = self._items(invoice)

        profile = self._profile()
        self.assertEqual((profile.amount_1_30, profile.amount_not_due), (50, 50))

        self._pay(self.customer, 50, [(first, 50)], issued + timedelta(days=7))
        profile = self._profile()
        self.assertEqual(profile.days_late_median, 7)
        self.assertEqual(profile.paid_invoice_count, 0, "Half of it is still open.")

    def test_amounts_are_never_added_across_currencies(self):
        dollar = self._dollars(20.0)
        self._due(10, 100)
        self._due(40, 50, currency_id=dollar.id)

        profile = self._profile()

        self.assertEqual(profile.open_amount, 100 + 50 * 20)
        lines = {line.currency_id.name: line for line in profile.currency_line_ids}
        self.assertEqual(lines["USD"].amount_31_60, 50)
        self.assertEqual(lines["MXN"].amount_1_30, 100)

    def test_a_paid_up_debtor_keeps_the_row_with_zeros(self):
        invoice = self._due(10, 100)
        self.assertEqual(self._profile().open_amount, 100)
        self._pay(self.customer, 100, [(self._items(invoice), 100)], TODAY)

        profile = self._profile()

        self.assertEqual((profile.open_amount, profile.days_overdue_oldest), (0, 0))
        self.assertFalse(profile.oldest_due_date)
        self.assertFalse(profile.currency_line_ids)

    def test_contacts_count_for_their_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Pagos", "parent_id": self.customer.id, "type": "invoice"}
        )
        self._invoice(contact, 100, TODAY - timedelta(days=3))

        self.profiles._refresh(contact)

        self.assertEqual(self._profile(refresh=False).overdue_amount, 100)
        self.assertFalse(self._profile(contact, refresh=False))

    def test_drafts_and_vendor_bills_do_not_count(self):
        invoice = self._due(10, 100)
        invoice.button_draft()
        bill = self._invoice(
            self.customer, 70, TODAY, move_type="in_invoice", invoice_date=TODAY
        )
        self.assertEqual(bill.state, "posted")

        self.assertEqual(sum(self._profile().mapped("open_amount")), 0)

    def test_the_day_turns_with_the_company_s_clock(self):
        self.company.partner_id.tz = "America/Mexico_City"
        self._due(0, 100)
        for hour, expected in (("2026-07-01 05:30", 0.0), ("2026-07-01 06:30", 100.0)):
            moment = Datetime.to_datetime(f"{hour}:00")
            self.patch(
                self.registry["res.company"],
                "_receivables_now",
                lambda company, moment=moment: moment,
            )

            self.assertEqual(self._profile().overdue_amount, expected, hour)

    def test_the_evidence_names_the_items_behind_the_figures(self):
        paid = self._paid(date(2026, 3, 10), 4)
        oldest = self._due(20)
        self._due(10)

        profile = self._profile()

        self.assertEqual(profile.evidence["recent"], self._items(paid).ids)
        self.assertEqual(profile.evidence["oldest"], self._items(oldest).ids)

    # === THE HOOK ===

    def test_other_sources_plug_in_and_what_they_do_not_name_is_empty(self):
        self._due(10)
        profile = self._profile()
        told = {
            (self.company, self.customer): {
                "broken_promise_count": 2,
                "open_dispute_amount": 41.5,
            }
        }
        self.patch(
            self.registry["receivables.profile"],
            "_extra_facts",
            lambda profiles, partners: told,
        )

        self._profile()
        facts = profile._facts()[profile]
        self.assertEqual(facts["broken_promise_count"], 2)
        self.assertEqual(facts["open_dispute_amount"], 41.5)
        self.assertIsNone(facts["reminder_response_ratio"])

        told.clear()
        self._profile()
        self.assertIsNone(profile._facts()[profile]["broken_promise_count"])

    def test_a_fact_that_nobody_announced_is_refused(self):
        self._due(10)
        told = {(self.company, self.customer): {"open_amount": 1}}
        self.patch(
            self.registry["receivables.profile"],
            "_extra_facts",
            lambda profiles, partners: told,
        )

        with self.assertRaisesRegex(ValueError, "open_amount"):
            self._profile()

    # === SETS ===

    def test_refreshing_one_debtor_gives_what_refreshing_all_gives(self):
        other = self._customer("Otro")
        self._paid(date(2026, 3, 10), 4)
        self._due(20)
        self._invoice(other, 30, date(2026, 5, 1))
        self.profiles._refresh()
        together = (self._profile(refresh=False) | self._profile(other, False))._facts()

        self.profiles._refresh(self.customer)
        self.profiles._refresh(other)

        alone = (self._profile(refresh=False) | self._profile(other, False))._facts()
        self.assertEqual(alone, together)

    def _facts_both_ways(self):
        """Return the customer's facts, the same whether others are refreshed or not."""
        found = []
        for partners in (None, self.customer):
            self.profiles._refresh(partners)
            profile = self._profile(refresh=False)
            found.append(profile._facts()[profile])
        together, alone = found
        self.assertEqual(alone, together)
        return alone

    def test_what_another_customer_paid_counts_for_one_debtor_as_for_all(self):
        invoice = self._due(20)
        payment = self._pay(self._customer("Tesorería"), 100, when=TODAY)
        (self._items(invoice) | self._items(payment.move_id)).reconcile()

        facts = self._facts_both_ways()

        self.assertEqual(facts["days_late_avg"], 20)
        # Its own account took nothing.
        self.assertIsNone(facts["last_payment_date"])

    def test_a_write_off_that_names_nobody_is_no_payment(self):
        item = self._items(self._due(20))
        self._pay(self.customer, 30, [(item, 30)], TODAY - timedelta(days=15))
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "=", self.company.id)],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": TODAY,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in ((expense, 70), (item.account_id, -70))
                ],
            }
        )
        entry.action_post()
        (item | self._items(entry)).reconcile()
        self.assertEqual((item.reconciled, entry.line_ids.partner_id.ids), (True, []))

        facts = self._facts_both_ways()

        # More was written off than paid.
        self.assertIsNone(facts["days_late_avg"])
        self.assertEqual((facts["paid_invoice_count"], facts["open_amount"]), (0, 0))

    def test_what_a_branch_collected_counts_for_the_company(self):
        item = self._items(self._due(20))
        branch = self.env["res.company"].create(
            {"name": "Sucursal Norte", "parent_id": self.company.id}
        )
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        accounts = {bank.default_account_id: 100, item.account_id: -100}
        entry = (
            self.env["account.move"]
            .with_context(allowed_company_ids=(self.company | branch).ids)
            .with_company(branch)
            .create(
                {
                    "journal_id": bank.id,
                    "company_id": branch.id,
                    "date": TODAY,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": account.id,
                                "partner_id": self.customer.id,
                                "balance": balance,
                            }
                        )
                        for account, balance in accounts.items()
                    ],
                }
            )
        )
        entry.action_post()
        (item | self._items(entry)).reconcile()
        self.assertEqual((entry.company_id, item.reconciled), (branch, True))

        facts = self._facts_both_ways()

        self.assertEqual(facts["days_late_avg"], 20)

    def test_items_of_an_archived_account_still_count(self):
        invoice = self._due(20)

        self._items(invoice).account_id.active = False

        self.assertEqual(self._profile().overdue_amount, 100)

    def test_postgresql_is_left_as_it_was(self):
        def costs():
            return self.env.execute_query(
                SQL("SELECT current_setting('parallel_tuple_cost')")
            )

        before = costs()

        self.profiles._refresh()

        self.assertEqual(costs(), before)

    def test_a_column_of_the_ledger_with_an_empty_value_is_refused(self):
        with self.assertRaisesRegex(ValueError, "NULL"):
            self.profiles._read_columns(
                {"id": SQL("id"), "parent": SQL("NULL")}, {}, SQL("res_company")
            )

    def test_nobody_to_refresh_refreshes_nobody(self):
        self._due(20)

        self.profiles._refresh(self.env["res.partner"])

        self.assertFalse(self._profile(refresh=False))

    def _queries(self, method):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        method()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_the_number_of_queries_does_not_grow_with_the_debtors(self):
        few = self.env["res.partner"].create(
            [{"name": f"Deudor {number}"} for number in range(80)]
        )
        self._invoices([(partner, 100.0, TODAY) for partner in few[:10]])
        self.profiles._ensure_rows(self.company, few)
        self.profiles._refresh()  # warms caches
        with_80 = self._queries(self.profiles._refresh)
        many = self.env["res.partner"].create(
            [{"name": f"Deudor {number}"} for number in range(720)]
        )
        self.profiles._ensure_rows(self.company, many)

        self.assertEqual(self._queries(self.profiles._refresh), with_80)
        self.assertLess(with_80, 50)
        rows = self.profiles.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), 800)
        names = ["partner_id", "overdue_amount", "segment_id", "pause_until"]
        with_800 = self._queries(lambda: rows.read(names))
        self.assertLessEqual(with_800, self._queries(lambda: rows[:80].read(names)))

    def test_contacts_read_their_debt_in_the_same_queries_for_80_and_800(self):
        names = ["receivables_segment_id", "receivables_overdue_amount"]
        partners = self.env["res.partner"].create(
            [{"name": f"Deudor {number}"} for number in range(800)]
        )
        self.profiles._ensure_rows(self.company, partners[:100])

        few = self._queries(lambda: partners[:80].read(names))

        self.assertLessEqual(self._queries(lambda: partners.read(names)), few)
