from odoo import api, fields, models


class MxSatImportFile(models.TransientModel):
    """A file in the result of an import: which document it is now."""

    _name = "mx.sat.import.file"
    _description = "Imported file"
    _order = "id"

    import_id = fields.Many2one("mx.sat.import", required=True, ondelete="cascade")
    name = fields.Char(string="File", readonly=True)
    document_id = fields.Many2one("mx.sat.document", readonly=True)
    state = fields.Selection(related="document_id.state")
    document_type = fields.Selection(related="document_id.document_type")
    currency_id = fields.Many2one(related="document_id.currency_id")
    total = fields.Monetary(related="document_id.total")
    is_known = fields.Boolean(readonly=True)
    reason = fields.Text(compute="_compute_reason")

    @api.depends("is_known", "document_id.reason")
    @api.depends_context("lang")
    def _compute_reason(self):
        for file in self:
            known = file.is_known and self.env._(
                "It is already here as %(document)s; nothing changed.",
                document=file.document_id.display_name,
            )
            file.reason = " ".join(filter(None, (known, file.document_id.reason)))

    def action_open(self):
        """Return the action that opens the document of this file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mx.sat.document",
            "res_id": self.document_id.id,
            "views": [(False, "form")],
        }
