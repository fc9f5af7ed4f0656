from odoo import fields, models


class ReceivablesPolicyVersion(models.Model):
    _inherit = "receivables.policy.version"

    criterion_ids = fields.One2many(
        "receivables.policy.criterion",
        "version_id",
        string="Criteria to grant credit",
        copy=True,
    )
