from decimal import Decimal

from odoo import api, fields, models

from ..core.incentives import yearly_cost


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    receivables_yearly_cost = fields.Float(
        string="Yearly cost of the discount (%)",
        digits=(16, 1),
        compute="_compute_receivables_yearly_cost",
        help="The simple yearly rate at which the discount borrows the customer's"
        " money. Empty where nothing comes earlier.",
    )
    receivables_cost_note = fields.Char(compute="_compute_receivables_yearly_cost")
    receivables_is_costly = fields.Boolean(
        string="Costs more than money elsewhere",
        compute="_compute_receivables_yearly_cost",
    )

    @api.depends(
        "early_discount", "discount_percentage", "discount_days", "line_ids.nb_days"
    )
    @api.depends_context("company", "lang")
    def _compute_receivables_yearly_cost(self):
        for term in self:
            company = term.company_id or self.env.company
            hurdle = company.receivables_capital_cost
            net_days = max(term.line_ids.mapped("nb_days"), default=0)
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
                    net=net_days,
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
