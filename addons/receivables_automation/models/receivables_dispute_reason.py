from odoo import fields, models


class ReceivablesDisputeReason(models.Model):
    """Why customers do not accept an invoice, and how soon they get an answer."""

    _name = "receivables.dispute.reason"
    _description = "Reason of a dispute"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    answer_days = fields.Integer(
        string="Days to answer",
        default=3,
        help="Days of the contact calendar within which the customer gets an answer.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        ondelete="set null",
        help="Who answers for these. Empty: the customer's collector or salesperson.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is already a reason with this code."
    )
    _answer_days_positive = models.Constraint(
        "CHECK (answer_days BETWEEN 0 AND 90)", "Days to answer: from 0 to 90."
    )
