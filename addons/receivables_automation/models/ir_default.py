from contextlib import contextmanager

from odoo import api, models
from odoo.fields import Domain


class IrDefault(models.Model):
    _inherit = "ir.default"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the usual limit of customers stands in the audit log."""
        field_ids = {vals.get("field_id") for vals in vals_list}
        with self._receivables_audit(field_ids):
            return super().create(vals_list)

    def write(self, vals):
        """Override: see `create`."""
        field_ids = {*self.sudo().field_id.ids, vals.get("field_id")}
        with self._receivables_audit(field_ids):
            return super().write(vals)

    def unlink(self):
        """Override: see `create`."""
        with self._receivables_audit(self.sudo().field_id.ids):
            return super().unlink()

    @contextmanager
    def _receivables_audit(self, field_ids):
        """Log how usual limits change within it, if ``field_ids`` decide on them."""
        # Whose limits change does not depend on what the user may read.
        companies = self.env["res.company"].sudo()
        limit = self.env["ir.model.fields"]._get("res.partner", "credit_limit")
        if limit.id in field_ids:
            companies = companies.search(Domain.TRUE)
        before = companies._receivables_audit_texts(["receivables_usual_limit"])
        yield
        companies._receivables_audit_changes(before)
