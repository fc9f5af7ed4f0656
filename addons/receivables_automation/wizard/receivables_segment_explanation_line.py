from odoo import fields, models

VIEWS = {
    "account.move.line": (
        "receivables_automation.account_move_line_view_list_open_receivables"
    ),
}


class ReceivablesSegmentExplanationLine(models.TransientModel):
    """A condition of a segment: what was wanted, what is, and the records behind it."""

    _name = "receivables.segment.explanation.line"
    _description = "Condition of a segment"
    _order = "sequence, id"

    explanation_id = fields.Many2one(
        "receivables.segment.explanation", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    text = fields.Char(string="Condition", readonly=True)
    had = fields.Char(string="Is", readonly=True)
    held = fields.Boolean(string="Holds", readonly=True)
    is_heading = fields.Boolean(readonly=True)
    res_model = fields.Char(readonly=True)
    res_ids = fields.Json(readonly=True)
    evidence_count = fields.Integer(string="Records", readonly=True)

    def action_open_evidence(self):
        """Return the records behind this condition; none of them is proof as well."""
        self.ensure_one()
        view = VIEWS.get(self.res_model)
        return {
            "type": "ir.actions.act_window",
            "name": (self.text or "").strip(),
            "res_model": self.res_model,
            "view_mode": "list,form",
            "views": [
                (self.env.ref(view).id if view else False, "list"),
                (False, "form"),
            ],
            "domain": [("id", "in", self.res_ids or [])],
            "context": {"create": False},
        }
