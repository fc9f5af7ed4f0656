from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    receivables_count_drafts = fields.Boolean(
        related="company_id.receivables_count_drafts", readonly=False
    )
    receivables_release_days = fields.Integer(
        related="company_id.receivables_release_days", readonly=False
    )
    receivables_release_tolerance = fields.Float(
        related="company_id.receivables_release_tolerance", readonly=False
    )
