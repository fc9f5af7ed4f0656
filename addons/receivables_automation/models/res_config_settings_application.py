from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    receivables_portal_application = fields.Boolean(
        related="company_id.receivables_portal_application", readonly=False
    )
    receivables_reference_count = fields.Integer(
        related="company_id.receivables_reference_count", readonly=False
    )
    receivables_application_days = fields.Integer(
        related="company_id.receivables_application_days", readonly=False
    )
    receivables_consent_text = fields.Text(
        related="company_id.receivables_consent_text", readonly=False
    )
