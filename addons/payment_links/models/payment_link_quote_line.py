from odoo import fields, models
from odoo.exceptions import UserError


class PaymentLinkQuoteLine(models.Model):
    """How much of a quoted payment goes to which item."""

    _name = "payment.link.quote.line"
    _description = "Payment quote line"
    _order = "id"

    quote_id = fields.Many2one(
        "payment.link.quote",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="quote_id.company_id", store=True)
    currency_id = fields.Many2one(related="quote_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Open item",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    amount = fields.Monetary(required=True, readonly=True)

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse every change: a quote is proof.

        :raises UserError: always.
        """
        raise UserError(self.env._("A payment quote is proof: it never changes."))
