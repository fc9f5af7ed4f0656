from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class ReceivablesOverrideGrant(models.TransientModel):
    """Dialog in which a finance manager releases documents on hold."""

    _name = "receivables.override.grant"
    _description = "Release of documents on hold"

    res_model = fields.Selection(
        [("sale.order", "Order"), ("account.move", "Invoice")],
        required=True,
        readonly=True,
    )
    res_ids = fields.Json(required=True, readonly=True)
    overridden = fields.Text(string="On hold because", compute="_compute_overridden")
    reason = fields.Char(required=True)
    valid_until = fields.Date(
        help="Afterwards it is stopped again if it is not issued yet."
    )

    @api.model
    def default_get(self, fields):
        """Propose the company's number of days."""
        values = super().default_get(fields)
        if "valid_until" in fields:
            company = self.env.company
            today = company._receivables_today()
            # A setting of the company, not of the user.
            days = company.sudo().receivables_release_days
            values["valid_until"] = self._fields["valid_until"].add(today, days=days)
        return values

    def _documents(self):
        return self.env[self.res_model].browse(self.res_ids).exists()

    @api.depends("res_model", "res_ids")
    def _compute_overridden(self):
        for grant in self:
            judged = grant._documents()._receivables_judge()
            grant.overridden = "\n\n".join(
                f"{document.display_name}\n{document._receivables_words(found)}"
                for document in grant._documents()
                if (found := judged.get(document.id)) and found[2]
            )

    def action_release(self):
        """Release the documents; expects one dialog."""
        self.ensure_one()
        today = self.env.company._receivables_today()
        if self.valid_until and self.valid_until < today:
            raise UserError(
                self.env._(
                    "%(day)s has passed. Choose a day from today on until which the"
                    " release is good.",
                    day=format_date(self.env, self.valid_until),
                )
            )
        self._documents()._receivables_release(self.reason, self.valid_until)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
