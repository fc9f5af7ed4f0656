from decimal import Decimal

from odoo import api, fields, models

from ..core.incentives import mean_days, yearly_cost

# What a discount costs tells what money costs the company: nothing for salespeople.
COST_READERS = "account.group_account_readonly,account.group_account_invoice"


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    receivables_net_days = fields.Float(
        string="Days until all is due",
        compute="_compute_receivables_net_days",
        # Orders compare terms, whoever writes them.
        compute_sudo=True,
        help="After the invoice, on the mean of a month's days.",
    )
    receivables_yearly_cost = fields.Float(
        string="Yearly cost of the discount (%)",
        digits=(16, 1),
        compute="_compute_receivables_yearly_cost",
        groups=COST_READERS,
        help="The simple yearly rate at which the discount borrows the customer's"
        " money. 0 where nothing comes earlier.",
    )
    receivables_cost_note = fields.Char(
        compute="_compute_receivables_yearly_cost", groups=COST_READERS
    )
    receivables_is_costly = fields.Boolean(
        string="Costs more than money elsewhere",
        compute="_compute_receivables_yearly_cost",
        groups=COST_READERS,
    )

    @api.depends("line_ids.delay_type", "line_ids.nb_days", "line_ids.days_next_month")
    def _compute_receivables_net_days(self):
        for term in self:
            term.receivables_net_days = max(
                (float(mean_days(line._get_due_date)) for line in term.line_ids),
                default=0.0,
            )

    @api.depends(
        "early_discount", "discount_percentage", "discount_days", "receivables_net_days"
    )
    @api.depends_context("company", "lang")
    def _compute_receivables_yearly_cost(self):
        for term in self:
            company = term.company_id or self.env.company
            # Whoever prepares terms may know what they cost; the field says who.
            hurdle = company.sudo().receivables_capital_cost
            net_days = Decimal(str(term.receivables_net_days))
            term.receivables_yearly_cost = 0.0
            term.receivables_cost_note = False
            term.receivables_is_costly = False
            if not term.early_discount:
                continue
            try:
                cost = yearly_cost(
                    Decimal(str(term.discount_percentage)), term.discount_days, net_days
                )
            except ValueError:
                term.receivables_cost_note = self.env._(
                    "The discount brings no money forward: it ends %(days)s days after"
                    " the invoice, and the debt is due after %(net)s.",
                    days=term.discount_days,
                    net=f"{term.receivables_net_days:g}",
                )
                term.receivables_is_costly = True
                continue
            term.receivables_yearly_cost = float(cost)
            term.receivables_is_costly = bool(hurdle) and cost > Decimal(str(hurdle))
            values = {"cost": f"{cost:.1f}", "hurdle": f"{hurdle:g}"}
            if term.receivables_is_costly:
                term.receivables_cost_note = self.env._(
                    "Costs %(cost)s %% a year, more than your money (%(hurdle)s %%).",
                    **values,
                )
            else:
                term.receivables_cost_note = self.env._(
                    "Costs %(cost)s %% a year.", **values
                )
