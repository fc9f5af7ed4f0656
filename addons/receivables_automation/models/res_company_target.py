from odoo import fields, models

from .res_company import SETTINGS_READERS


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_target_overdue_share = fields.Float(
        string="Target: overdue share (%)",
        groups=SETTINGS_READERS,
        digits=(16, 1),
        help="At most so much of what is owed should be overdue; 0 is no target.",
    )
    receivables_target_rotation_days = fields.Float(
        string="Target: rotation (days)",
        groups=SETTINGS_READERS,
        digits=(16, 1),
        help="What is owed, by the credit sales of 90 days; 0 is no target.",
    )

    _receivables_targets_range = models.Constraint(
        "CHECK (receivables_target_overdue_share BETWEEN 0 AND 100"
        " AND receivables_target_rotation_days >= 0)",
        "Targets: an overdue share of 0 to 100 %, and rotation of 0 days or more.",
    )
