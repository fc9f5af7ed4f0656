from odoo import fields, models

from .res_company import SETTINGS_READERS


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_count_drafts = fields.Boolean(
        string="Draft invoices count as exposure",
        help="Drafts that come from a confirmed order count with their order anyway.",
    )
    receivables_release_days = fields.Integer(
        string="Days a release is good for",
        groups=SETTINGS_READERS,
        default=15,
        help="A document released in spite of a hold is stopped again after them.",
    )
    receivables_release_tolerance = fields.Float(
        string="Tolerance of a release (%)",
        groups=SETTINGS_READERS,
        default=5.0,
        help="How much more than the released amount may be over the limit when the"
        " order is invoiced.",
    )

    _receivables_release_range = models.Constraint(
        "CHECK (receivables_release_days BETWEEN 0 AND 365"
        " AND receivables_release_tolerance BETWEEN 0 AND 100)",
        "A release is good for 0 to 365 days, with a tolerance from 0 to 100 %.",
    )
