from odoo import fields, models

from .res_company import SETTINGS_READERS


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_promise_tolerance_days = fields.Integer(
        string="Days of grace of a promise",
        groups=SETTINGS_READERS,
        default=2,
        help="A promise is broken when so many days have passed after its day.",
    )
    receivables_promise_tolerance_amount = fields.Monetary(
        string="Amount that may be missing of a promise",
        groups=SETTINGS_READERS,
        default=1.0,
        help="Cents that a bank kept or somebody mistyped do not break a promise.",
    )

    _receivables_promise_tolerance_range = models.Constraint(
        "CHECK (receivables_promise_tolerance_days BETWEEN 0 AND 30"
        " AND receivables_promise_tolerance_amount >= 0)",
        "A promise has 0 to 30 days of grace, and an amount that may be missing of 0"
        " or more.",
    )
