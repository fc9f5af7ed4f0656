from odoo import fields, models


class ReceivablesDocumentType(models.Model):
    """A paper that a company wants to see before it gives credit."""

    _name = "receivables.document.type"
    _description = "Kind of customer document"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Empty: for every company."
    )
