from odoo import models


class ReceivablesPolicy(models.Model):
    _name = "receivables.policy"
    _inherit = ["receivables.policy", "receivables.audit.mixin"]
