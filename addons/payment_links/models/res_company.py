from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    payment_link_days = fields.Integer(
        string="Payment links are valid for",
        default=90,
        help="Days after which a link for chosen invoices no longer works; 0: it never"
        " expires. A link for the whole balance does not expire.",
    )

    _payment_link_days_range = models.Constraint(
        "CHECK (payment_link_days BETWEEN 0 AND 3650)",
        "A payment link is valid for 0 to 3650 days.",
    )
