from odoo import fields, models

from ..models.res_partner_credit import STATES as CREDIT_STATES


class ReceivablesPolicyEffectLine(models.TransientModel):
    """A debtor or document that would change state."""

    _name = "receivables.policy.effect.line"
    _description = "Line of the effect of a change of policy"
    _order = "kind, amount DESC, id"

    effect_id = fields.Many2one(
        "receivables.policy.effect", required=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("debtor", "Debtor"),
            ("order", "Order to invoice"),
            ("quotation", "Quotation"),
        ],
        required=True,
    )
    partner_id = fields.Many2one("res.partner", string="Customer")
    order_id = fields.Many2one("sale.order", string="Document")
    currency_id = fields.Many2one(related="effect_id.currency_id")
    amount = fields.Monetary()
    state_before = fields.Selection(CREDIT_STATES, string="Now")
    state_after = fields.Selection(CREDIT_STATES, string="Then")
    reasons = fields.Text(string="Why")
