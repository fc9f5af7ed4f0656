from odoo import fields, models

SOURCES = [
    ("auto", "By its facts"),
    ("manual", "By hand"),
    ("expired", "End of the segment set by hand"),
]


class ReceivablesSegmentHistory(models.Model):
    """A debtor's move from one segment to another, with the facts of that day.

    Written by `receivables.profile`, never changed. A repeat on the same day renews the
    facts of the row that is there.
    """

    _name = "receivables.segment.history"
    _description = "Change of segment"
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    segment_from_id = fields.Many2one(
        "receivables.segment", string="From segment", readonly=True, ondelete="restrict"
    )
    segment_id = fields.Many2one(
        "receivables.segment", string="To segment", readonly=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True)
    source = fields.Selection(SOURCES, required=True, readonly=True)
    reason = fields.Char(readonly=True)
    evidence = fields.Json(
        readonly=True, help="The facts of the profile when it changed."
    )
    user_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null"
    )

    _change_unique = models.Constraint(
        "UNIQUE (company_id, partner_id, date, segment_id, source)",
        "This change of segment is recorded already.",
    )
