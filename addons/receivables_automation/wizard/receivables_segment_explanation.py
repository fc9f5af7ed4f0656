from odoo import api, fields, models


class ReceivablesSegmentExplanation(models.TransientModel):
    """The dialog "Why?": the conditions of a debtor's segment, what would change it."""

    _name = "receivables.segment.explanation"
    _description = "Why this segment"

    profile_id = fields.Many2one(
        "receivables.profile", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Customer")
    segment_id = fields.Many2one(related="profile_id.segment_id", string="Segment")
    segment_color = fields.Integer(related="profile_id.segment_color")
    segment_description = fields.Text(related="profile_id.segment_id.description")
    segment_source = fields.Selection(related="profile_id.segment_source")
    segment_reason = fields.Char(related="profile_id.segment_reason")
    segment_until = fields.Date(related="profile_id.segment_until")
    segment_user_id = fields.Many2one(related="profile_id.segment_user_id")
    segment_next_id = fields.Many2one(related="profile_id.segment_next_id")
    segment_next_days = fields.Integer(related="profile_id.segment_next_days")
    day = fields.Date(related="profile_id.day", string="Figures as of")
    line_ids = fields.One2many(
        "receivables.segment.explanation.line", "explanation_id", readonly=True
    )
    is_whole = fields.Boolean(
        readonly=True, help="The alternatives that do not hold are shown too."
    )
    is_cut = fields.Boolean(
        readonly=True, help="There are alternatives that are not shown."
    )
    advice = fields.Html(readonly=True, sanitize=False)

    @api.model
    def _open(self, profile, is_whole=False):
        """Return the dialog about a profile that the user may read.

        :param is_whole: show the whole condition instead of what makes it hold.
        """
        told = profile._explain_segment()
        lines = told["lines"] if is_whole else told["reasons"]
        explanation = self.create(
            {
                "profile_id": profile.id,
                "line_ids": [
                    fields.Command.create(self._line_values(place, line))
                    for place, line in enumerate(lines)
                ],
                "is_whole": is_whole,
                "is_cut": len(lines) < len(told["lines"]),
                "advice": self.env["ir.qweb"]._render(
                    "receivables_automation.receivables_segment_advice",
                    {"advice": told["advice"]},
                ),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Why %(customer)s is in its segment",
                customer=profile.partner_id.display_name,
            ),
            "res_model": self._name,
            "res_id": explanation.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _line_values(self, place, line):
        evidence = line["evidence"]
        return {
            "sequence": place,
            # Spaces that a browser keeps: what stands under a heading is set in.
            "text": "\u2003" * line["level"] + line["text"],
            "had": line["had"],
            "held": line["held"],
            "is_heading": not line["had"] and evidence is None,
            "res_model": evidence._name if evidence is not None else False,
            "res_ids": evidence.ids if evidence is not None else [],
            "evidence_count": len(evidence or ()),
        }

    def action_show_whole(self):
        """Return the dialog with the conditions that do not hold as well."""
        self.ensure_one()
        return self._open(self.profile_id, is_whole=True)

    def action_show_reasons(self):
        """Return the dialog with what makes the condition hold."""
        self.ensure_one()
        return self._open(self.profile_id)

    def action_open_history(self):
        """Return the earlier segments of the debtor."""
        self.ensure_one()
        return self.profile_id.action_segment_history()
