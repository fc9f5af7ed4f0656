from odoo import models


class ReceivablesCreditTier(models.Model):
    _name = "receivables.credit.tier"
    _inherit = ["receivables.credit.tier", "receivables.audit.mixin"]
