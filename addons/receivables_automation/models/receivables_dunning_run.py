from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..core import states

# First half of the key of the lock that one company's runs share.
LOCK = 0x64756E
STATES = [
    ("draft", "New"),
    ("previewed", "Previewed"),
    ("running", "Sending"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class ReceivablesDunningRun(models.Model):
    """What is told to whom on a day: planned and looked at first, then sent.

    `action_preview` plans and stores, `action_execute` writes and queues the messages.
    Both can be repeated: what was told already is not told again.
    """

    _name = "receivables.dunning.run"
    _description = "Dunning run"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _mail_post_access = "read"

    name = fields.Char(compute="_compute_name")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._receivables_today(),
        help="The day whose steps fire.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, tracking=True
    )
    notice_ids = fields.One2many("receivables.dunning.notice", "run_id", readonly=True)
    skip_ids = fields.One2many("receivables.dunning.skip", "run_id", readonly=True)
    skip_counts = fields.Json(readonly=True, copy=False)
    skip_count = fields.Integer(string="Left alone", readonly=True, copy=False)
    notice_count = fields.Integer(string="Notices", compute="_compute_counts")
    planned_count = fields.Integer(string="To send", compute="_compute_counts")
    held_count = fields.Integer(string="Held", compute="_compute_counts")
    queued_count = fields.Integer(string="Queued or sent", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    is_stopping = fields.Boolean(
        readonly=True, copy=False, help="Somebody stopped it; what sends it obeys soon."
    )
    is_stale = fields.Boolean(compute="_compute_is_stale")

    _one_open = models.UniqueIndex(
        "(company_id) WHERE state IN ('previewed', 'running')",
        "Another run of this company is open: send or cancel it first.",
    )

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for run in self:
            run.name = self.env._(
                "Notices of %(day)s", day=format_date(self.env, run.date)
            )

    def _compute_display_name(self):
        for run in self:
            run.display_name = run.name

    @api.depends("date", "state")
    def _compute_is_stale(self):
        for run in self:
            today = run.company_id._receivables_today()
            run.is_stale = run.state == "previewed" and run.date != today

    @api.depends("notice_ids.state")
    def _compute_counts(self):
        counts = {}
        for run, state, count in self.env["receivables.dunning.notice"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        ):
            counts[run.id, state] = count
        for run in self:
            of = {state: counts.get((run.id, state), 0) for state in states.NOTICE}
            run.notice_count = sum(of.values()) - of["cancelled"]
            run.planned_count = of["planned"]
            run.held_count = of["held"]
            run.queued_count = of["queued"] + of["sent"]
            run.failed_count = of["failed"]

    @api.depends("notice_ids.state", "skip_counts")
    @api.depends_context("lang")
    def _compute_summary(self):
        """Render the totals by step and channel, and what was left alone by reason."""
        groups = self.env["receivables.dunning.notice"]._read_group(
            [("run_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["run_id", "step_id", "channel", "currency_id", "state"],
            ["__count", "amount_due:sum"],
        )
        notice = self.env["receivables.dunning.notice"]
        channels = dict(notice._fields["channel"]._description_selection(self.env))
        notice_states = dict(notice._fields["state"]._description_selection(self.env))
        labels = self.env["receivables.dunning.skip"]._labels()
        for run in self:
            totals = [
                {
                    "step": step.name or "",
                    "channel": channels.get(channel, channel),
                    "state": notice_states[state],
                    "count": count,
                    "amount": f"{currency.format(amount)} {currency.name}",
                }
                for of, step, channel, currency, state, count, amount in groups
                if of == run
            ]
            reasons = sorted(
                (run.skip_counts or {}).items(), key=lambda item: (-item[1], item[0])
            )
            run.summary = self.env["ir.qweb"]._render(
                "receivables_automation.dunning_run_summary",
                {
                    "totals": totals,
                    "reasons": [
                        (labels.get(code, code), count) for code, count in reasons
                    ],
                },
            )

    @api.model_create_multi
    def create(self, vals_list):
        if any(values.get("state", "draft") != "draft" for values in vals_list):
            self._check_state_door()
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals:
            self._check_state_door()
        return super().write(vals)

    def _check_state_door(self):
        """Refuse a state that no action of a run set."""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "The state of a run follows from what is done with it. Use its"
                    " buttons."
                )
            )

    # ACTIONS

    def action_preview(self):
        """Plan the day's notices and store them; nothing leaves. Expects one run.

        :raises UserError: another run of the company is open or at work.
        """
        self.ensure_one()
        self._check_collector()
        # Notices are written by this method only, whoever may read them.
        run = self.sudo().with_company(self.company_id)
        run._lock()
        run._check_no_other_open()
        run._move("previewed")
        run._store_preview()
        return True

    def action_execute(self):
        """Write and queue the planned messages; plan them first if need be.

        What does not fit into the time of a request goes on in the background. A run
        that was interrupted goes on where it stood. Expects one run.

        :raises UserError: the run is over, or somebody else is sending it.
        """
        self.ensure_one()
        self._check_collector()
        if self.state == "draft":
            self.action_preview()
        run = self.sudo().with_company(self.company_id)
        run._lock()
        if run.state != "done":
            run._move("running")
            run._execute()
        return True

    def action_execute_selected(self, notices):
        """Send only ``notices`` of this run; the others stay planned."""
        self.ensure_one()
        self._check_collector()
        run = self.sudo().with_company(self.company_id)
        run._lock()
        (notices.sudo() & run.notice_ids)._queue()
        return True

    def action_cancel(self):
        """Cancel the runs: what is planned or queued does not leave any more.

        A run that is being sent right now is told to stop, and does after its batch.
        """
        self._check_collector()
        for run in self.sudo():
            if run.state == "running" and not run._take_lock():
                run.is_stopping = True
                continue
            run._lock()
            run._stop()
        return True

    def _stop(self):
        """Cancel one run with its notices that did not leave."""
        self._move("cancelled")
        self.is_stopping = False
        self.notice_ids.filtered(
            lambda notice: notice.state in ("planned", "queued")
        ).action_cancel()

    def action_reset(self):
        """Take the previews back, so that the day can be changed."""
        self._check_collector()
        for run in self.sudo():
            run._lock()
            run._move("draft")
            run._drop_preview()
        return True

    def action_open_notices(self):
        """Return the list of the run's notices."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "receivables.dunning.notice",
            "view_mode": "list,form",
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_not_cancelled": 1},
        }

    def action_open_skips(self):
        """Return the list of the items that the run left alone, in order of reasons."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Left alone"),
            "res_model": "receivables.dunning.skip",
            "view_mode": "list",
            "domain": [("run_id", "=", self.id)],
        }

    # BUSINESS

    def _check_collector(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "receivables_automation.group_receivables_user"
        ):
            raise UserError(
                self.env._(
                    "Only collectors send notices. Ask your administrator for the role."
                )
            )

    def _move(self, target):
        """Change the state, if the table has that change; expects one run.

        :raises UserError: it has not; names the run.
        """
        self.ensure_one()
        try:
            if states.move(states.DUNNING_RUN, self.state, target):
                self.state = target
        except states.ForbiddenMove as error:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(run)s is in state “%(state)s” and cannot become “%(target)s”."
                    " Make a new run.",
                    run=self.name,
                    state=labels[self.state],
                    target=labels[target],
                )
            ) from error

    def _check_no_other_open(self):
        """Cancel previews of days past; refuse to work beside another open run."""
        others = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("previewed", "running")),
                ("id", "!=", self.id),
            ]
        )
        today = self.company_id._receivables_today()
        for run in others:
            if run.state == "previewed" and run.date < today:
                run._move("cancelled")
                run._drop_preview()
                continue
            raise UserError(
                self.env._(
                    "%(run)s of %(company)s is open: send or cancel it first.",
                    run=run.name,
                    company=run.company_id.name,
                )
            )
        others.flush_recordset()

    def _take_lock(self):
        """Return whether this transaction keeps the company's runs to itself."""
        self.ensure_one()
        [[is_taken]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK, self.company_id.id)
        )
        return is_taken

    def _lock(self):
        """Keep every other process off this company's runs until the commit.

        :raises UserError: another process has them.
        """
        if not self._take_lock():
            raise UserError(
                self.env._(
                    "Notices of %(company)s are being planned or sent right now. Wait a"
                    " moment and reload.",
                    company=self.company_id.name,
                )
            )
