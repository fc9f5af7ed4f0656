from odoo import fields, models

SOURCES = [
    ("auto", "By its facts"),
    ("manual", "By hand"),
    ("expired", "End of the segment set by hand"),
]


class ReceivablesSegmentHistory(models.Model):
    """A debtor's move from one segment to another, with the facts of that day.

    Written by `receivables.profile`, never changed. What the latest row says already is
    not told again on the same day: its facts are renewed.
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

    # Not unique: a debtor may leave a segment and return to it on one day.
    _latest_idx = models.Index("(company_id, partner_id, date DESC, id DESC)")
