from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    receivables_promise_tolerance_days = fields.Integer(
        related="company_id.receivables_promise_tolerance_days", readonly=False
    )
    receivables_promise_tolerance_amount = fields.Monetary(
        related="company_id.receivables_promise_tolerance_amount", readonly=False
    )
