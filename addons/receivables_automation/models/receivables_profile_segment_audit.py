from odoo import models


class ReceivablesProfile(models.Model):
    _inherit = "receivables.profile"

    def _set_segment(self, segment, reason, until):
        """Override: who kept a debtor in a segment by hand stands in the audit log."""
        before = {profile: profile.segment_id.name for profile in self.sudo()}
        result = super()._set_segment(segment, reason, until)
        self._audit_segments(before, (reason or "").strip())
        return result

    def action_automatic_segment(self):
        """Override: so does who undid it."""
        manual = self.filtered(lambda one: one.segment_source == "manual")
        before = {profile: profile.segment_id.name for profile in manual.sudo()}
        result = super().action_automatic_segment()
        self._audit_segments(before, self.env._("Back to automatic"))
        return result

    def _audit_segments(self, before, reason):
        """Log what a person moved, from {profile: segment before}."""
        if before:
            self.env["receivables.audit"]._log(
                [
                    {
                        "kind": "segment",
                        "action": "write",
                        "record": profile,
                        "field_name": "segment_id",
                        "before": name or "",
                        "after": profile.segment_id.name or "",
                        "reason": reason,
                        "company": profile.company_id,
                        "partner": profile.partner_id,
                    }
                    for profile, name in before.items()
                ]
            )
