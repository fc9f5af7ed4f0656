from odoo import fields, models


class ReceivablesDocument(models.Model):
    _inherit = "receivables.document"

    application_id = fields.Many2one(
        "receivables.credit.application",
        string="Credit application",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    verdict = fields.Selection(
        [("pending", "To check"), ("accepted", "Valid"), ("refused", "Refused")],
        required=True,
        default="accepted",
        help="What a customer uploads counts when somebody accepted it.",
    )
