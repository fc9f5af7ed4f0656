from odoo import fields, models


class ReceivablesProfileCurrency(models.Model):
    """What a debtor owes in one currency; amounts are in that currency."""

    _name = "receivables.profile.currency"
    _description = "Debtor's profile in a currency"
    _order = "profile_id, open_amount DESC, id"
    _rec_name = "currency_id"

    profile_id = fields.Many2one(
        "receivables.profile",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, readonly=True, ondelete="cascade"
    )
    open_amount = fields.Monetary(string="Owed", readonly=True)
    overdue_amount = fields.Monetary(string="Overdue", readonly=True)
    amount_not_due = fields.Monetary(string="Not due", readonly=True)
    amount_1_30 = fields.Monetary(string="1–30 days", readonly=True)
    amount_31_60 = fields.Monetary(string="31–60 days", readonly=True)
    amount_61_90 = fields.Monetary(string="61–90 days", readonly=True)
    amount_over_90 = fields.Monetary(string="Over 90 days", readonly=True)
    unapplied_amount = fields.Monetary(string="Credit not applied", readonly=True)
    oldest_due_date = fields.Date(string="Oldest due date", readonly=True)

    _profile_currency_unique = models.Constraint(
        "UNIQUE (profile_id, currency_id)",
        "A profile has one line per currency.",
    )
