from datetime import date

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..models.receivables_dunning_run import LOCK
from .dunning_case import DunningCase


@tagged("post_install", "-at_install")
class TestDunningPreview(DunningCase):
    def test_standard_plan_has_the_six_steps(self):
        self.assertEqual(
            self.plan.step_ids.mapped("offset_days"), [-14, -3, 0, 3, 10, 30]
        )

    def test_due_step_makes_a_planned_notice_and_nothing_leaves(self):
        invoice = self._due(3)
        mails = self.env["mail.mail"].search_count([])

        run = self._preview()

        notice = run.notice_ids
        self.assertEqual(notice.state, "planned")
        self.assertEqual(notice.step_id.offset_days, 3)
        self.assertEqual(notice.line_ids.move_id, invoice)
        self.assertEqual(notice.amount_due, 100.0)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_item_without_a_due_step_says_why(self):
        early, told_later = self._due(-30), self._due(20)

        run = self._preview()

        self.assertEqual(self._reasons(run)[early], "not_due_yet")
        self.assertNotIn(told_later, self._reasons(run))
        self.assertEqual(run.skip_counts["not_due_yet"], 1)

    def test_notice_takes_the_tone_of_the_highest_step_and_lines_keep_theirs(self):
        self._due(3, amount=100)
        self._due(0, amount=50)

        notice = self._preview().notice_ids

        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.amount_due, 150.0)
        self.assertEqual(sorted(notice.line_ids.mapped("step_id.offset_days")), [0, 3])

    def test_partly_paid_item_is_told_with_what_is_left(self):
        invoice = self._due(3)
        self._pay(self.customer, 30, [(self._items(invoice), 30)])

        self.assertEqual(self._preview().notice_ids.amount_due, 70.0)

    def test_currencies_are_never_added_up(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self._due(3)
        self._due(3, currency_id=dollar.id)

        notices = self._preview().notice_ids

        self.assertEqual(len(notices), 2)
        self.assertEqual(set(notices.mapped("amount_due")), {100.0})
        self.assertEqual(notices.currency_id, dollar | self.company.currency_id)

    def test_preview_again_replaces_the_preview(self):
        self._due(3)
        run = self._preview()

        run.action_preview()

        self.assertEqual(len(run.notice_ids), 1)
        self.assertEqual(run.state, "previewed")

    def test_minimum_in_another_currency_is_converted(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": date(2026, 1, 1),
                "inverse_company_rate": 20.0,
            }
        )
        self.plan.step_ids.minimum_amount = 500.0
        self.plan.currency_id = self.company.currency_id
        pesos = self._due(3, amount=100)
        dollars = self._due(3, amount=100, currency_id=dollar.id)

        run = self._preview()

        self.assertEqual(run.notice_ids.line_ids.move_id, dollars)
        self.assertEqual(self._reasons(run)[pesos], "below_minimum")

    def test_debtor_without_email_is_held_and_told_what_to_do(self):
        self.customer.email = False
        self._due(3)

        notice = self._preview().notice_ids

        self.assertEqual((notice.state, notice.skip_reason), ("held", "no_email"))
        self.assertIn("Add one", notice.explanation)
        self.assertFalse(notice.line_ids.is_live)

    def test_recipient_is_the_chosen_contact_then_the_invoice_address(self):
        address = self.env["res.partner"].create(
            {
                "name": "Facturas",
                "type": "invoice",
                "parent_id": self.customer.id,
                "email": "facturas@aguila.example",
            }
        )
        payables = self.env["res.partner"].create(
            {
                "name": "Lupita",
                "parent_id": self.customer.id,
                "email": "lupita@aguila.example",
            }
        )
        self._due(3)
        run = self._preview()
        self.assertEqual(run.notice_ids.recipient_id, address)

        self.customer.receivables_contact_id = payables
        run.action_preview()

        self.assertEqual(run.notice_ids.recipient_id, payables)

    def test_outside_the_window_the_preview_says_when_it_leaves(self):
        self._at("2026-04-18 18:00:00")  # a Saturday
        self._due(0)

        notice = self._preview(date(2026, 4, 18)).notice_ids

        self.assertEqual(str(notice.scheduled_date), "2026-04-20 13:00:00")
        self.assertEqual(notice.departure_date, date(2026, 4, 20))
        self.assertIn("Monday", notice.with_context(lang="en_US").departure)
        self.assertIn("lunes", notice.with_context(lang="es_MX").departure)

    def test_window_is_on_the_clock_of_the_debtor(self):
        self.customer.state_id = self.env.ref("base.state_mx_bc")
        self._at("2026-04-15 13:30:00")  # 7:30 in Mexico City, 6:30 in Tijuana
        self._due(3)

        notice = self._preview().notice_ids

        self.assertEqual(notice.timezone, "America/Tijuana")
        self.assertEqual(str(notice.scheduled_date), "2026-04-15 14:00:00")

    def test_customer_is_contacted_at_most_so_often_a_week(self):
        calendar = self.env["receivables.contact.calendar"]._of_company(self.company)
        calendar.weekly_cap = 1
        self._due(3)
        self._execute()
        late = self._due(8)  # its +10 fires in two days
        self._on("2026-04-17")

        notice = self._preview(date(2026, 4, 17)).notice_ids

        self.assertEqual((notice.state, notice.skip_reason), ("held", "weekly_cap"))
        self.assertEqual(notice.line_ids.move_id, late)

    def test_item_past_its_last_step_enters_as_a_first_contact(self):
        self._due(90)

        notice = self._preview().notice_ids

        self.assertTrue(notice.is_first_contact)
        self.assertIn("Your balance", notice.preview_subject)

    def test_other_open_preview_of_the_day_is_named(self):
        self._preview()

        with self.assertRaisesRegex(UserError, "is open"):
            self._preview()

    def test_preview_of_a_past_day_gives_way(self):
        old = self._preview()
        self._on("2026-04-16")

        self._preview(date(2026, 4, 16))

        self.assertEqual(old.state, "cancelled")

    def test_second_process_is_told_that_the_first_is_at_work(self):
        run = self._run()
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (LOCK, self.company.id)
            )

            with self.assertRaisesRegex(UserError, "right now"):
                run.action_preview()

    def test_items_that_are_alike_are_kept_together_and_read_one_by_one(self):
        early = [self._due(-30), self._due(-31)]
        paused = self._due(3)
        self.customer.receivables_pause_until = self.TODAY

        run = self._preview()

        groups = self.env["receivables.dunning.skip.group"].search(
            [("run_id", "=", run.id)]
        )
        self.assertEqual(len(groups), 2)
        self.assertEqual(
            self._reasons(run),
            dict.fromkeys(early, "not_due_yet") | {paused: "customer_paused"},
        )
        skip = run.skip_ids.filtered(lambda one: one.move_id == paused)
        self.assertEqual(skip.amount_due, 100.0)
        self.assertEqual(skip.partner_id, self.customer)
        self.assertTrue(skip.text)

    def test_deleted_step_leaves_what_it_told(self):
        self._due(3)
        line = self._preview().notice_ids.line_ids

        line.step_id.unlink()

        self.assertTrue(line.exists())
        self.assertFalse(line.step_id)
        self.assertEqual(line.offset_days, 3)

    def test_deleted_item_leaves_its_notice_and_the_list_of_items_left_alone(self):
        told, early = self._due(3), self._due(-30)
        run = self._preview()
        line = run.notice_ids.line_ids

        (told | early).button_draft()
        (told | early).with_context(force_delete=True).unlink()
        self.env.invalidate_all()

        self.assertFalse(line.move_line_id)
        self.assertFalse(run.skip_ids)

    def test_notice_takes_its_items_with_it(self):
        self._due(3)
        notice = self._preview().notice_ids
        line = notice.line_ids

        notice.unlink()

        self.assertFalse(line.exists())

    def test_queries_do_not_grow_with_the_lines_of_a_batch(self):
        customers = [
            self._customer(f"Cliente {i}", email=f"c{i}@example.com") for i in range(8)
        ]
        self._due_each(
            [(days, customer, 100.0) for customer in customers for days in (3, -40)]
        )
        run = self._run()
        run.action_preview()  # warms caches
        counts = []
        for _ in range(2):
            self._copy_items(customers, 10)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_preview()
            counts.append(self.env.cr.sql_log_count - before)

        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 60)

    def _copy_items(self, customers, times):
        """Multiply the customers' open items, behind the accounting's back."""
        moves = self.env["account.move"].search(
            [("partner_id", "in", [customer.id for customer in customers])], limit=16
        )
        for move in moves:
            self.env.cr.execute(
                """INSERT INTO account_move_line (move_id, account_id, partner_id,
                       company_id, company_currency_id, currency_id, journal_id, date,
                       date_maturity, parent_state, reconciled, display_type,
                       amount_residual, amount_residual_currency, amount_currency,
                       debit, credit, balance, quantity, name)
                   SELECT move_id, account_id, partner_id, company_id,
                       company_currency_id, currency_id, journal_id, date,
                       date_maturity, parent_state, reconciled, display_type,
                       amount_residual, amount_residual_currency, amount_currency,
                       debit, credit, balance, quantity, name
                     FROM account_move_line, generate_series(1, %s)
                    WHERE id = %s""",
                [times, self._items(move)[:1].id],
            )
