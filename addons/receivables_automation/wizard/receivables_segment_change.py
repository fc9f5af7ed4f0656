from odoo import api, fields, models
from odoo.exceptions import UserError


class ReceivablesSegmentChange(models.TransientModel):
    """Dialog that keeps debtors in a segment by hand, with a reason and a last day."""

    _name = "receivables.segment.change"
    _description = "Change segment"

    profile_ids = fields.Many2many(
        "receivables.profile", string="Debtors", required=True, readonly=True
    )
    segment_id = fields.Many2one("receivables.segment", required=True)
    reason = fields.Char(required=True)
    until = fields.Date(
        help="The day after, the debtor returns to the segment of its facts. Empty:"
        " until somebody undoes it.",
    )

    @api.model
    def default_get(self, fields):
        """Take the debtors chosen in a list of profiles or contacts."""
        values = super().default_get(fields)
        if "profile_ids" in fields and not values.get("profile_ids"):
            chosen = self.env.context.get("active_ids") or []
            model = self.env.context.get("active_model")
            if model == "receivables.profile":
                values["profile_ids"] = [(6, 0, chosen)]
            elif model == "res.partner":
                profiles = self.env["receivables.profile"]._ensure_rows(
                    self.env.company, self.env["res.partner"].browse(chosen)
                )
                values["profile_ids"] = [(6, 0, profiles.ids)]
        return values

    def action_apply(self):
        """Set the segment of the debtors; expects one dialog."""
        self.ensure_one()
        if not self.profile_ids:
            raise UserError(self.env._("Choose at least one debtor and try again."))
        self.profile_ids._check_may_decide()
        self.profile_ids._set_segment(self.segment_id, self.reason, self.until)
        return {"type": "ir.actions.act_window_close"}
