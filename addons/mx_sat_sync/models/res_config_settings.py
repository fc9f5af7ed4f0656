from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mx_sat_rfc = fields.Char(
        related="company_id.vat",
        readonly=False,
        string="RFC",
        help="The tax number under which this company issues and receives CFDI.",
    )
