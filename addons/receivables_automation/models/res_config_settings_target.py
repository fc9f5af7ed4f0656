from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    receivables_target_overdue_share = fields.Float(
        related="company_id.receivables_target_overdue_share", readonly=False
    )
    receivables_target_rotation_days = fields.Float(
        related="company_id.receivables_target_rotation_days", readonly=False
    )
