from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mx_sat_rfc = fields.Char(
        related="company_id.vat",
        readonly=False,
        string="RFC",
        help="The tax number under which this company issues and receives CFDI.",
    )
    mx_sat_sale_journal_id = fields.Many2one(
        related="company_id.mx_sat_sale_journal_id", readonly=False
    )
    mx_sat_bank_journal_id = fields.Many2one(
        related="company_id.mx_sat_bank_journal_id", readonly=False
    )
