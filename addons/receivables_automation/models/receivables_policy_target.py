from odoo import fields, models


class ReceivablesPolicy(models.Model):
    _inherit = "receivables.policy"

    receivables_target_overdue_share = fields.Float(
        string="Target: overdue share (%)",
        digits=(16, 1),
        help="At most so much of what its customers owe should be overdue; 0 is no"
        " target.",
    )
    receivables_target_rotation_days = fields.Float(
        string="Target: rotation (days)",
        digits=(16, 1),
        help="What its customers owe, by their credit sales of 90 days; 0 is none.",
    )

    _receivables_targets_range = models.Constraint(
        "CHECK (receivables_target_overdue_share BETWEEN 0 AND 100"
        " AND receivables_target_rotation_days >= 0)",
        "Targets: an overdue share of 0 to 100 %, and rotation of 0 days or more.",
    )
