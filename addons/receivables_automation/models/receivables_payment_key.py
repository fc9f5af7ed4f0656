from odoo import fields, models


class ReceivablesPaymentKey(models.Model):
    """By which name a door knows a payment: the proof that it is the same money."""

    _name = "receivables.payment.key"
    _description = "Payment known by"
    _order = "payment_id, id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    payment_id = fields.Many2one(
        "account.payment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    door = fields.Char(required=True, readonly=True, help="Where the key comes from.")
    key = fields.Char(required=True, readonly=True)
    numbers = fields.Char(
        readonly=True, help="Tracking keys and operation numbers, as they are compared."
    )

    _door_key_unique = models.Constraint(
        "UNIQUE (company_id, door, key)", "This money has been recorded already."
    )
