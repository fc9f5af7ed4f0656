from odoo import api, fields, models
from odoo.exceptions import UserError


class ReceivablesLimitChange(models.TransientModel):
    """Dialog that changes a customer's credit limit, or keeps it, and says why.

    What it shows is read now. Putting a limit back is one more change.
    """

    _name = "receivables.limit.change"
    _description = "Change of a credit limit"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    watch_id = fields.Many2one("receivables.watch", readonly=True)
    arithmetic = fields.Char(related="watch_id.arithmetic", string="Proposal")
    limit_then = fields.Monetary(
        string="Limit today",
        readonly=True,
        help="When the dialog was opened; 0 is no limit.",
    )
    exposure = fields.Monetary(string="Used today", compute="_compute_exposure")
    last_change = fields.Char(compute="_compute_last_change")
    recommended_limit = fields.Monetary(compute="_compute_recommendation")
    recommendation = fields.Text(
        string="How it is computed", compute="_compute_recommendation"
    )
    is_recommended = fields.Boolean(compute="_compute_recommendation")
    limit_new = fields.Monetary(
        string="New limit",
        compute="_compute_limit_new",
        store=True,
        readonly=False,
        help="In the company's currency.",
    )
    is_without_limit = fields.Boolean(
        string="Without limit",
        help="The customer may owe any amount. For no credit at all give them a"
        " cash-only policy.",
    )
    warning = fields.Char(compute="_compute_warning")
    reason = fields.Char(required=True)

    def _debtor(self):
        """Return the customer in the company of this dialog; expects one."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id)

    def _money(self, amount):
        return self.env["res.partner"]._receivables_limit_text(self.company_id, amount)

    @api.depends("partner_id", "company_id")
    def _compute_exposure(self):
        for change in self:
            change.exposure = change._debtor().receivables_exposure

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_last_change(self):
        self.last_change = False
        for change in self.filtered("partner_id"):
            change.last_change = change.partner_id._receivables_last_limit_text(
                change.company_id
            )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_recommendation(self):
        self.is_recommended = self.recommended_limit = self.recommendation = False
        for change in self.filtered("partner_id"):
            try:
                found = change._debtor()._receivables_recommended_limit()
            except UserError as error:
                change.recommendation = str(error)
            else:
                change.is_recommended = True
                change.recommended_limit = change.currency_id.round(
                    max(float(found.value), 0)
                )
                change.recommendation = "\n".join(found.lines)

    @api.depends("partner_id", "company_id")
    def _compute_limit_new(self):
        for change in self:
            change.limit_new = (
                change.recommended_limit if change.is_recommended else change.limit_then
            )

    @api.depends("limit_new", "is_without_limit", "exposure")
    @api.depends_context("lang")
    def _compute_warning(self):
        self.warning = False
        for change in self.filtered(lambda one: not one.is_without_limit):
            short = change.exposure - change.limit_new
            if (
                not change.company_id
                or change.currency_id.compare_amounts(short, 0) <= 0
            ):
                continue
            money = self.env["receivables.credit"]._money(change.company_id)
            change.warning = self.env._(
                "%(customer)s uses %(exposure)s today, %(excess)s more than the new"
                " limit: what the policy stops over the limit will wait.",
                customer=change.partner_id.display_name,
                exposure=money(change.exposure),
                excess=money(short),
            )

    def action_apply(self):
        """Give the customer the new limit; expects one dialog.

        :raises UserError: no limit is written, or it was changed meanwhile; also what
            `_receivables_set_limit` refuses.
        """
        self.ensure_one()
        debtor = self._debtor()
        if self.currency_id.is_zero(self.limit_new) and not self.is_without_limit:
            raise UserError(
                self.env._(
                    "%s would be left without any limit: that is what 0 means. Write"
                    " the new limit, or tick “Without limit”; for no credit choose a"
                    " cash-only policy.",
                    debtor.display_name,
                )
            )
        if self.currency_id.compare_amounts(debtor.credit_limit, self.limit_then):
            raise UserError(
                self.env._(
                    "The limit of %(customer)s was changed meanwhile from %(then)s to"
                    " %(now)s. Close this and open it again.",
                    customer=debtor.display_name,
                    then=self._money(self.limit_then),
                    now=self._money(debtor.credit_limit),
                )
            )
        limit = 0 if self.is_without_limit else self.limit_new
        debtor._receivables_set_limit(self.company_id, limit, self.reason)
        self.watch_id._follow_limit(debtor, self.company_id, self._money(limit))
        return {"type": "ir.actions.act_window_close"}

    def action_keep(self):
        """Note that the limit was reviewed and stays; expects one dialog."""
        self.ensure_one()
        self._debtor()._receivables_keep_limit(self.company_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
