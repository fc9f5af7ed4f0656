from odoo import api, fields, models

from .res_partner_receivables import READERS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    receivables_company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company's currency"
    )
    receivables_left_to_invoice = fields.Monetary(
        string="Left to invoice",
        compute="_compute_receivables_left_to_invoice",
        currency_field="receivables_company_currency_id",
        groups=READERS,
        help="What the exposure counts of this order: in the company's currency, taxes"
        " included.",
    )

    @api.depends("order_line.untaxed_amount_to_invoice", "state", "partner_invoice_id")
    def _compute_receivables_left_to_invoice(self):
        credit = self.env["receivables.credit"]
        amounts = {}
        for company, orders in self.grouped("company_id").items():
            if company:
                debtors = orders.partner_invoice_id.commercial_partner_id
                amounts |= credit._order_amounts(company, debtors)
        for order in self:
            _debtor, amount = amounts.get(order._origin.id, (None, 0))
            order.receivables_left_to_invoice = amount
