from odoo import api, models
from odoo.tools.misc import format_date


class ReceivablesOverride(models.Model):
    _inherit = "receivables.override"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: who let a document pass stands in the audit log."""
        releases = super().create(vals_list)
        self.env["receivables.audit"]._log(
            [
                release._audit_row(
                    "create", release.overridden, release._audit_text(), release.reason
                )
                # What is kept does not depend on what the user may read.
                for release in releases.sudo()
            ]
        )
        return releases

    def write(self, vals):
        """Override: so does who took it back."""
        result = super().write(vals)
        if "revoked_on" in vals:
            self.env["receivables.audit"]._log(
                [
                    release._audit_row(
                        "write",
                        release._audit_text(),
                        self.env._("Release revoked"),
                        release.revoke_reason,
                    )
                    for release in self.sudo()
                ]
            )
        return result

    def _audit_row(self, action, before, after, reason):
        return {
            "kind": "override",
            "action": action,
            "record": self,
            "name": self.document_name,
            "before": before,
            "after": after,
            "reason": reason,
            "company": self.company_id,
            "partner": self.partner_id,
        }

    def _audit_text(self):
        """Return what a release let pass, as the log keeps it; expects one."""
        currency = self.currency_id
        amount = f"{self.amount:.{currency.decimal_places}f} {currency.name}"
        if self.kind == "paid":
            return self.env._("Paid online, %s", amount)
        if not self.valid_until:
            return self.env._("Released, %s", amount)
        return self.env._(
            "Released until %(day)s, %(amount)s",
            day=format_date(self.env, self.valid_until),
            amount=amount,
        )
