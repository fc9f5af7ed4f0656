from contextlib import suppress
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .dunning_case import DunningCase


class TestDunningExecution(DunningCase):
    def _late_customers(self, number):
        """Have so many more customers owe something that is three days late."""
        customers = self.env["res.partner"].create(
            [
                {"name": f"Cliente {i}", "email": f"c{i}@example.com"}
                for i in range(number)
            ]
        )
        self._due_each([(3, customer, 100.0) for customer in customers])

    def test_execution_queues_the_email_and_finishes_the_run(self):
        invoice = self._due(3)

        run = self._execute()

        notice = run.notice_ids
        self.assertEqual((run.state, notice.state), ("done", "queued"))
        mail = notice.mail_id
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(invoice.name, mail.body_html)
        self.assertIn("100.00", mail.subject)

    def test_second_run_of_the_day_changes_nothing(self):
        self._due(3)
        self._execute()
        mails = self.env["mail.mail"].search_count([])

        second = self._execute()

        self.assertFalse(second.notice_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_executing_a_run_twice_changes_nothing(self):
        self._due(3)
        run = self._execute()
        mails = self.env["mail.mail"].search_count([])

        run.action_execute()

        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_item_that_enters_after_the_day_s_notice_waits(self):
        self._due(3)
        self._execute()
        late = self._due(10)

        second = self._preview()

        self.assertEqual(self._reasons(second)[late], "told_today")

    def test_notice_that_waits_for_monday_is_the_only_one_that_leaves_then(self):
        self._at("2026-04-18 18:00:00")
        self._due(0)
        self._due(-5)
        self._execute(date(2026, 4, 18))
        self._on("2026-04-20")

        monday = self._preview(date(2026, 4, 20))

        self.assertFalse(monday.notice_ids)
        self.assertIn("told_today", self._reasons(monday).values())

    def test_next_steps_fire_on_their_days_and_only_once(self):
        self._due(3)
        fired = []
        for days in (0, 1, 6, 7, 8, 26, 27, 28, 60):
            day = self.TODAY + timedelta(days=days)
            self._on(day)
            run = self._execute(day)
            if run.notice_ids:
                fired.append(run.notice_ids.step_id.offset_days)

        self.assertEqual(fired, [3, 10, 30])

    def test_invoice_paid_after_the_preview_is_dropped_with_its_reason(self):
        paid, open_ = self._due(3), self._due(3, amount=40)
        run = self._preview()
        self._pay(self.customer, 100, [(self._items(paid), 100)])

        run.action_execute()

        self.assertEqual(run.notice_ids.line_ids.move_id, open_)
        self.assertEqual(run.notice_ids.amount_due, 40.0)
        self.assertEqual(self._reasons(run)[paid], "settled")

    def test_notice_whose_items_are_all_paid_is_held(self):
        paid = self._due(3)
        run = self._preview()
        self._pay(self.customer, 100, [(self._items(paid), 100)])

        run.action_execute()

        self.assertEqual(run.notice_ids.state, "held")
        self.assertEqual(run.notice_ids.skip_reason, "settled")
        self.assertFalse(run.notice_ids.mail_id)

    def test_part_paid_after_the_preview_goes_out_with_what_is_left(self):
        invoice = self._due(3)
        run = self._preview()
        self._pay(self.customer, 30, [(self._items(invoice), 30)])

        run.action_execute()

        self.assertEqual(run.notice_ids.amount_due, 70.0)
        self.assertIn("70.00", run.notice_ids.mail_id.subject)

    def test_hold_that_comes_after_the_preview_holds(self):
        invoice = self._due(3)
        run = self._preview()
        self.env["receivables.pause"].create(
            {"move_id": invoice.id, "until": self.TODAY, "reason": "Entrega"}
        )

        run.action_execute()

        self.assertEqual(run.notice_ids.skip_reason, "paused")

    def test_killed_run_goes_on_and_repeats_nothing(self):
        self._late_customers(5)
        run = self._preview()
        module = "odoo.addons.receivables_automation.models"
        path = f"{module}.receivables_dunning_run_execute.BATCH_NOTICES"
        with patch(path, 2):
            kill = patch.object(
                self.registry["receivables.dunning.run"],
                "_commit_batch",
                side_effect=RuntimeError("killed"),
            )
            # Not assertRaises: it would take back what was committed.
            with kill, suppress(RuntimeError):
                run.action_execute()
            self.assertEqual(run.state, "running")
            self.assertEqual(run.queued_count, 2)

            run.action_execute()

        self.assertEqual(run.state, "done")
        mails = run.notice_ids.mail_id
        self.assertEqual(len(mails), 5)
        self.assertEqual(len(mails.recipient_ids), 5)

    def test_what_does_not_fit_into_a_request_goes_on_in_the_background(self):
        self._late_customers(3)
        run = self._preview()
        module = "odoo.addons.receivables_automation.models"
        path = f"{module}.receivables_dunning_run_execute"
        with patch(f"{path}.BATCH_NOTICES", 1), patch(f"{path}.REQUEST_S", -1):
            run.action_execute()
        self.assertEqual((run.state, run.queued_count), ("running", 1))

        self.env["receivables.dunning.run"]._cron_execute()

        self.assertEqual((run.state, run.queued_count), ("done", 3))

    def test_stop_reaches_a_run_that_is_being_sent(self):
        self._late_customers(3)
        run = self._preview()
        model = self.registry["receivables.dunning.run"]
        collector = self.collector
        path = "odoo.addons.receivables_automation.models"
        path = f"{path}.receivables_dunning_run_execute.BATCH_NOTICES"

        def stop(sent_run, done, left):
            # Whoever sends has the lock: the one who stops it gets none.
            with patch.object(model, "_take_lock", return_value=False):
                sent_run.with_user(collector).action_cancel()
            return float("inf")

        with patch(path, 1), patch.object(model, "_commit_batch", stop):
            run.action_execute()

        self.assertEqual((run.state, run.is_stopping), ("cancelled", False))
        self.assertEqual(set(run.notice_ids.mapped("state")), {"cancelled"})
        self.assertFalse(run.notice_ids.mail_id)

    def test_stop_that_nobody_obeyed_is_obeyed_by_the_job(self):
        self._due(3)
        run = self._preview()
        run.sudo()._move("running")
        run.sudo().is_stopping = True

        self.env["receivables.dunning.run"]._cron_execute()

        self.assertEqual(run.state, "cancelled")

    def test_message_that_cannot_be_written_holds_only_its_own_notice(self):
        broken = self._customer("Roto", email="roto@example.com")
        self._due(3)
        self._due(-3, broken)
        step = self.plan.step_ids.filtered(lambda step: step.offset_days == -3)
        step.template_id = step.template_id.copy(
            {"subject": "{{ object.no_such_field }}"}
        )
        run = self._preview()

        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            run.action_execute()

        states = {notice.partner_id: notice.state for notice in run.notice_ids}
        self.assertEqual(states, {self.customer: "queued", broken: "held"})
        self.assertEqual(run.state, "done")

    def test_removed_notice_does_not_leave_and_can_be_planned_again(self):
        self._due(3)
        run = self._execute()
        mail = run.notice_ids.mail_id

        run.notice_ids.action_cancel()

        self.assertFalse(mail.exists())
        self.assertEqual(run.notice_ids.state, "cancelled")
        self.assertEqual(len(self._preview().notice_ids), 1)

    def test_cancelled_run_takes_its_queued_messages_back(self):
        self._due(3)
        run = self._preview()

        run.action_cancel()

        self.assertEqual(run.state, "cancelled")
        self.assertEqual(run.notice_ids.state, "cancelled")

    def test_done_run_is_not_cancelled(self):
        run = self._execute()

        with self.assertRaisesRegex(UserError, "cannot become"):
            run.action_cancel()

    def test_selected_notices_are_sent_and_the_others_stay(self):
        other = self._customer("Otro", email="otro@example.com")
        self._due(3)
        self._due(3, other)
        run = self._preview()
        mine = run.notice_ids.filtered(lambda notice: notice.partner_id == other)

        mine.with_user(self.collector).action_send()

        self.assertEqual(mine.state, "queued")
        self.assertEqual((run.notice_ids - mine).state, "planned")

    def test_activity_step_makes_a_task_for_the_salesperson(self):
        salesperson = self._user("seller", "sales_team.group_sale_salesman")
        self.customer.user_id = salesperson
        step = self.plan.step_ids.filtered(lambda step: step.offset_days == 10)
        step.write(
            {"channel": "activity", "template_id": False, "activity_note": "Llamar"}
        )
        self._due(10)

        run = self._execute()

        self.assertEqual(run.notice_ids.state, "sent")
        task = self.customer.activity_ids
        self.assertEqual(task.user_id, salesperson)
        self.assertIn("100.00", task.summary)

    def test_automatic_run_only_where_it_is_switched_on(self):
        self._due(3)
        runs = self.env["receivables.dunning.run"]
        runs._cron_run()
        self.assertFalse(runs.search([("company_id", "=", self.company.id)]))

        self.company.receivables_dunning_automatic = True
        runs._cron_run()
        runs._cron_run()

        run = runs.search([("company_id", "=", self.company.id)])
        self.assertEqual((len(run), run.state, run.queued_count), (1, "done", 1))

    def test_automatic_run_rests_on_days_without_contact(self):
        self._on("2026-04-18")
        self.company.receivables_dunning_automatic = True
        self._due(0)

        runs = self.env["receivables.dunning.run"]
        runs._cron_run()

        self.assertFalse(runs.search([("company_id", "=", self.company.id)]))

    def test_collector_executes_and_the_others_do_not(self):
        self._due(3)
        run = self._run().with_user(self.collector)
        run.action_preview()
        for name, group in (
            ("auditor", "receivables_automation.group_receivables_auditor"),
            ("salesperson", "sales_team.group_sale_salesman"),
            ("outsider", "base.group_user"),
        ):
            user = self._user(name, group)
            with self.subTest(user=name), self.assertRaises(AccessError):
                run.with_user(user).action_execute()

        run.action_execute()

        self.assertEqual(run.state, "done")
