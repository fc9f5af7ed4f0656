from odoo import api, fields, models
from odoo.fields import Domain


class AccountMove(models.Model):
    _inherit = "account.move"

    mx_sat_document_id = fields.Many2one(
        "mx.sat.document",
        string="SAT document",
        compute="_compute_mx_sat_document_id",
        search="_search_mx_sat_document_id",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    mx_sat_uuid = fields.Char(
        string="Fiscal folio (UUID)",
        compute="_compute_mx_sat_document_id",
        search="_search_mx_sat_uuid",
        groups="account.group_account_readonly,account.group_account_invoice",
    )
    mx_sat_state = fields.Selection(
        [("valid", "Valid"), ("cancelled", "Cancelled"), ("unknown", "Not asked")],
        string="State at SAT",
        compute="_compute_mx_sat_document_id",
        search="_search_mx_sat_state",
        groups="account.group_account_readonly,account.group_account_invoice",
    )

    def _compute_mx_sat_document_id(self):
        # Whoever may read an entry may know its folio.
        documents = self.env["mx.sat.document"].sudo()
        found = documents.search(
            [("move_id", "in", self.ids), ("state", "!=", "quarantined")]
        )
        by_move = {document.move_id.id: document for document in found}
        for move in self:
            document = by_move.get(move.id, documents)
            move.mx_sat_document_id = document.sudo(False)
            move.mx_sat_uuid = document.uuid
            move.mx_sat_state = document.sat_state

    @api.model
    def _mx_sat_search(self, field, operator, value):
        """Return the domain of entries whose document has ``field`` so."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        # Computed from rows that the reader of an entry may know; see the compute.
        documents = self.env["mx.sat.document"].sudo()
        is_empty = operator == "in" and False in value
        domain = Domain("move_id", "!=", False) & Domain("state", "!=", "quarantined")
        if not is_empty:
            domain &= Domain(field, operator, value)
            return Domain("id", "in", documents._search(domain).subselect("move_id"))
        values = [one for one in value if one]
        without = Domain("id", "not in", documents._search(domain).subselect("move_id"))
        if not values:
            return without
        return without | self._mx_sat_search(field, "in", values)

    def _search_mx_sat_document_id(self, operator, value):
        return self._mx_sat_search("id", operator, value)

    def _search_mx_sat_uuid(self, operator, value):
        if isinstance(value, str):
            value = value.strip().upper()
        elif operator == "in":
            value = [one.upper() if one else one for one in value]
        return self._mx_sat_search("uuid", operator, value)

    def _search_mx_sat_state(self, operator, value):
        return self._mx_sat_search("sat_state", operator, value)

    def _mx_sat_items(self):
        """Return the receivable journal items of these entries."""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _receivables_hold_exempt(self):
        """Override: what SAT has already is issued; credit comes too late for it."""
        exempt = super()._receivables_hold_exempt()
        # Whoever posts an entry may have it known that SAT has it.
        return exempt | self.filtered(lambda move: move.sudo().mx_sat_document_id)
