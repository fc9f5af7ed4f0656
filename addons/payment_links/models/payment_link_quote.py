from odoo import fields, models
from odoo.exceptions import UserError


class PaymentLinkQuote(models.Model):
    """What a transaction pays, item by item, as the server computed it."""

    _name = "payment.link.quote"
    _description = "Payment quote"
    _order = "id desc"
    _rec_name = "transaction_id"

    link_id = fields.Many2one(
        "payment.link", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="link_id.company_id", store=True)
    partner_id = fields.Many2one(related="link_id.partner_id", store=True)
    currency_id = fields.Many2one(related="link_id.currency_id", store=True)
    transaction_id = fields.Many2one(
        "payment.transaction", required=True, readonly=True, ondelete="restrict"
    )
    line_ids = fields.One2many("payment.link.quote.line", "quote_id", readonly=True)
    total = fields.Monetary(required=True, readonly=True)
    valid_until = fields.Datetime(
        required=True,
        readonly=True,
        help="Until then an unfinished attempt keeps others from paying the same.",
    )

    _transaction_unique = models.Constraint(
        "UNIQUE (transaction_id)", "A transaction pays one quote."
    )

    def write(self, vals):
        """Refuse every change: a quote is proof.

        :raises UserError: always, but for what the database itself keeps up to date.
        """
        # Merging two customers moves their documents.
        if vals.keys() - {"partner_id"}:
            raise UserError(self.env._("A payment quote is proof: it never changes."))
        return super().write(vals)
