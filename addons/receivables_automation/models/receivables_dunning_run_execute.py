import logging
import time

from odoo import api, models, modules
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

BATCH_NOTICES = 100
# What a person waits for; the rest goes on in the background, where it can be watched.
REQUEST_S = 3
CRON_EXECUTE = "receivables_automation.ir_cron_dunning_execute"
CRON_MAIL = "mail.ir_cron_mail_scheduler_action"


class ReceivablesDunningRun(models.Model):
    _inherit = "receivables.dunning.run"

    def _execute(self, limit_s=None):
        """Queue the planned notices batch by batch, committing each; expects one run.

        A run that is killed is taken up by the next call: what a committed batch did
        is no longer planned. After ``limit_s``, or what a person waits for, the rest is
        left to the background. Returns whether the run is done.
        """
        self.ensure_one()
        stop_at = time.monotonic() + (REQUEST_S if limit_s is None else limit_s)
        planned = [("run_id", "=", self.id), ("state", "=", "planned")]
        notice_model = self.env["receivables.dunning.notice"]
        left = notice_model.search_count(planned)
        while notices := notice_model.search(planned, limit=BATCH_NOTICES, order="id"):
            self._queue_batch(notices)
            left = max(left - len(notices), 0)
            seconds_left = self._commit_batch(len(notices), left)
            self.env.invalidate_all()
            if left and (seconds_left <= 0 or time.monotonic() > stop_at):
                self._go_on_in_background()
                return False
            # The commit gave the lock back; whoever has it now sends the rest.
            if not self._take_lock() or self.state != "running":
                return False
            if self.is_stopping:
                self._stop()
                return False
        self._move("done")
        self._wake_mail_queue()
        return True

    def _queue_batch(self, notices):
        """Queue notices together; if one cannot be written, hold that one only."""
        try:
            with self.env.cr.savepoint():
                notices._queue()
                return
        except (UserError, ValueError) as error:
            _logger.info("A batch of notices goes one by one: %s", type(error).__name__)
        self.env.invalidate_all()
        for notice in notices:
            try:
                with self.env.cr.savepoint():
                    notice._queue()
            except (UserError, ValueError) as error:
                self.env.invalidate_all()
                reason = str(error).splitlines()[0][:200]
                notice._move("held", skip_reason="render_failed", skip_text=reason)

    def _commit_batch(self, done, left):
        """Commit what is queued; return the seconds that are left, inf if nobody cares.

        The one place that commits: a test takes everything back.
        """
        if modules.module.current_test:
            return float("inf")
        return self.env["ir.cron"]._commit_progress(done, remaining=left)

    def _go_on_in_background(self):
        # A collector may set off what the run's own job does, not the job itself.
        self.env.ref(CRON_EXECUTE).sudo()._trigger()

    def _wake_mail_queue(self):
        """Let the queue send now what may leave now."""
        self.env.ref(CRON_MAIL).sudo()._trigger()

    @api.model
    def _cron_execute(self):
        """Go on with the runs that are being sent."""
        for run in self.search([("state", "=", "running")]):
            if not run._take_lock():
                continue
            if run.is_stopping:
                run._stop()
            else:
                # The job has a limit of its own, at which it commits and comes back.
                run.with_company(run.company_id)._execute(float("inf"))

    @api.model
    def _cron_run(self):
        """Make and send the day's run of each company that switched it on.

        A preview that somebody has open is left to them.
        """
        companies = self.env["res.company"].search(
            [("receivables_dunning_automatic", "=", True)]
        )
        for company in companies:
            self.with_company(company)._run_automatically(company)

    def _run_automatically(self, company):
        """Make and send today's run of a company, once; return it or an empty set."""
        today = company._receivables_today()
        calendar = self.env["receivables.contact.calendar"]._of_company(company)
        runs = self.search([("company_id", "=", company.id)])
        if runs.filtered(lambda run: run.date == today and run.state != "cancelled"):
            return self.browse()
        # On a day without contact nothing could leave, and the debt can still be paid.
        if not calendar._window().is_open_day(today):
            return self.browse()
        run = self.create({"company_id": company.id, "date": today})
        try:
            with self.env.cr.savepoint():
                run.action_preview()
        except UserError as error:
            _logger.info("No automatic run for company %s: %s", company.id, error)
            run.unlink()
            return self.browse()
        run.action_execute()
        return run
