from odoo import api, fields, models

from ..core.ageing import BUCKETS


class ReceivablesProfile(models.Model):
    """What one debtor owes one company, and how it pays: the facts of every decision.

    The ledger's summary, never its source: `_refresh` writes it, nobody edits it. Debts
    are the debit items that are open; open credits stand apart in `unapplied_amount`
    and are in no bucket. A fact that nothing has measured is empty (NULL), not zero.
    """

    _name = "receivables.profile"
    _description = "Debtor's profile"
    _order = "overdue_amount DESC, open_amount DESC, id"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date(
        string="As of",
        readonly=True,
        index=True,
        help="The company's date on which ages and days were counted.",
    )
    refreshed_at = fields.Datetime(string="Computed at", readonly=True)

    # === WHAT IS OWED ===
    open_amount = fields.Monetary(
        string="Owed", readonly=True, help="Open debts; open credits are not taken off."
    )
    overdue_amount = fields.Monetary(string="Overdue", readonly=True)
    amount_not_due = fields.Monetary(string="Not due", readonly=True)
    amount_1_30 = fields.Monetary(string="1–30 days", readonly=True)
    amount_31_60 = fields.Monetary(string="31–60 days", readonly=True)
    amount_61_90 = fields.Monetary(string="61–90 days", readonly=True)
    amount_over_90 = fields.Monetary(string="Over 90 days", readonly=True)
    unapplied_amount = fields.Monetary(
        string="Credit not applied",
        readonly=True,
        help="Payments and credit notes that no invoice has been settled with yet.",
    )
    open_item_count = fields.Integer(string="Open items", readonly=True)
    partial_item_count = fields.Integer(
        string="Partly paid items",
        readonly=True,
        help="Open invoice items of which a part is already settled.",
    )
    oldest_due_date = fields.Date(string="Oldest due date", readonly=True)
    days_overdue_oldest = fields.Integer(
        string="Days overdue (oldest)",
        readonly=True,
        aggregator="max",
        help="Of the oldest open debt; 0 while nothing is overdue.",
    )
    next_due_date = fields.Date(string="Next due date", readonly=True)
    next_due_amount = fields.Monetary(string="Due next", readonly=True)
    currency_line_ids = fields.One2many(
        "receivables.profile.currency",
        "profile_id",
        string="By currency",
        readonly=True,
    )

    # === HOW IT PAYS ===
    days_late_avg = fields.Float(
        string="Days late (average)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Mean over the invoice items paid, each by its own due date; below zero is"
        " early.",
    )
    days_late_median = fields.Float(
        string="Days late (median)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Half of the invoice items paid were paid later than this.",
    )
    on_time_ratio = fields.Float(
        string="Paid on time",
        readonly=True,
        aggregator="avg",
        help="Invoice items paid by their due date, of those paid or overdue.",
    )
    paid_invoice_count = fields.Integer(
        string="Invoices paid",
        readonly=True,
        help="Invoices whose every instalment was settled with money.",
    )
    late_trend_days = fields.Float(
        string="Days late (trend)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Mean days late of the last 6 paid items less that of the 6 before; above"
        " zero is getting worse. Empty until there are 12.",
    )
    invoice_count = fields.Integer(string="Invoices", readonly=True)
    first_invoice_date = fields.Date(string="First invoice", readonly=True)
    last_invoice_date = fields.Date(string="Last invoice", readonly=True)
    days_since_invoice = fields.Integer(
        string="Days since last invoice", readonly=True, aggregator="min"
    )
    last_payment_date = fields.Date(string="Last payment", readonly=True)
    days_since_payment = fields.Integer(
        string="Days since last payment", readonly=True, aggregator="min"
    )
    broken_promise_count = fields.Integer(string="Broken promises", readonly=True)
    open_dispute_amount = fields.Monetary(string="In dispute", readonly=True)
    reminder_response_ratio = fields.Float(
        string="Answers to reminders", readonly=True, aggregator="avg"
    )
    evidence = fields.Json(
        readonly=True,
        help="Ids of the journal items behind the figures: `oldest`, `recent` (paid).",
    )

    # === WHO LOOKS AFTER IT ===
    collector_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        help="From the customer's form.",
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    pause_until = fields.Date(string="Paused until", compute="_compute_pause_until")

    _company_partner_unique = models.Constraint(
        "UNIQUE (company_id, partner_id)", "A debtor has one profile per company."
    )

    @api.depends("company_id", "partner_id.receivables_pause_until")
    def _compute_pause_until(self):
        for company, profiles in self.grouped("company_id").items():
            # Whoever sees the debt may know that it rests.
            for profile in profiles.sudo().with_company(company):
                until = profile.partner_id.receivables_pause_until
                is_paused = until and until >= company._receivables_today()
                profile.pause_until = until if is_paused else False

    # === ACTIONS ===

    @api.model
    def action_customers(self):
        """Return the action *Customers*: every debtor that the user may see."""
        self._ensure_computed()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "receivables_automation.receivables_profile_action"
        )

    @api.model
    def _ensure_computed(self):
        """Compute the profiles of companies in which none was computed yet.

        A new user waits once instead of looking at an empty screen until the night.
        """
        self.check_access("read")
        has_rows = self.sudo().search_count(
            [("company_id", "in", self.env.companies.ids)], limit=1
        )
        if not has_rows:
            self._refresh()

    def action_refresh(self):
        """Compute these debtors anew, or everybody where none is chosen."""
        self.check_access("read")
        if not self:
            self._refresh()
        for company, profiles in self.grouped("company_id").items():
            profiles.with_context(allowed_company_ids=company.ids)._refresh(
                profiles.partner_id
            )

    def action_open_items(self):
        """Return the open items of this debtor; of one bucket by the context.

        Context key `receivables_bucket`: the name of an ageing field.
        """
        self.ensure_one()
        action = self.env["account.move.line"].action_receivables_open_items()
        domain = [
            *action["domain"],
            ("company_id", "=", self.company_id.id),
            # A child company owes what it owes itself.
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
        ]
        title = self.partner_id.display_name
        wanted = self.env.context.get("receivables_bucket")
        for bucket in BUCKETS:
            if bucket.field == wanted:
                domain.append(("amount_residual", ">", 0))
                if bucket.first_day is not None:
                    domain += self._overdue_by(">=", bucket.first_day)
                if bucket.last_day is not None:
                    domain += self._overdue_by("<=", bucket.last_day)
                label = self._fields[wanted]._description_string(self.env)
                title = f"{title}: {label}"
        return action | {
            "domain": domain,
            "context": {},
            "name": title,
            "display_name": title,
        }

    def _overdue_by(self, operator, days):
        """Return a domain on items by the date of this profile's company.

        Whoever opens the list may have another company in use, where it is another day.
        """
        lines = self.env["account.move.line"].with_company(self.company_id)
        return list(lines._search_receivables_days_overdue(operator, days))

    def action_open_partner(self):
        """Return the form of the customer itself."""
        self.ensure_one()
        return self.partner_id.get_formview_action()
