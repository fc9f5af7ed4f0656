from odoo import api, models
from odoo.models import MAGIC_COLUMNS


class ReceivablesAuditMixin(models.AbstractModel):
    """Keeps what people decide about a model's records in the audit log.

    A model inherits it and names its fields in `_receivables_audit_fields`; whatever
    writes one of them, a form, an import or RPC, leaves a row with before and after.
    What is written past the ORM calls `receivables.audit._log` itself. A caller gives
    the reason in the context key ``receivables_audit_reason``.
    """

    _name = "receivables.audit.mixin"
    _description = "Model whose decisions are audited"

    # Whether a record's birth and end are decisions too.
    _receivables_audit_life = True

    @api.model
    @api.private
    def _receivables_audit_fields(self):
        """Return {field: kind of decision} of what is kept; all stored ones here.

        Kinds are those of `receivables.audit`.
        """
        return {
            name: self._receivables_audit_kind()
            for name, field in self._fields.items()
            if field.store and name not in MAGIC_COLUMNS and field.type != "one2many"
        }

    @api.model
    @api.private
    def _receivables_audit_kind(self):
        """Return the kind of decision that a record of this model is."""
        return "policy"

    @api.private
    def _receivables_audit_subject(self, field):
        """Return (company, customer) that a change of ``field`` is about; one record.

        Either may be empty. A company-dependent value belongs to the company in use.
        """
        self.ensure_one()
        company = self.env.company if field and field.company_dependent else None
        if company is None:
            company = self["company_id"] if "company_id" in self._fields else None
        partner = self["partner_id"] if "partner_id" in self._fields else None
        return company, partner

    @api.private
    def _receivables_audited(self):
        """Return those of these records whose decisions are kept; all of them here."""
        return self

    @api.private
    def _receivables_audit_text(self, name):
        """Return a field's value as the log keeps it, '' where it is empty; one record.

        Records by name, choices by label, days as YYYY-MM-DD, money with its currency.
        """
        field = self._fields[name]
        value = self[name]
        if field.type in ("integer", "float", "boolean"):
            return str(value)
        if field.type == "monetary":
            currency = self[field.get_currency_field(self)]
            return f"{value:.{currency.decimal_places}f} {currency.name or ''}".strip()
        if not value:
            return ""
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        return str(field.convert_to_export(value, self))

    def _receivables_audit_texts(self, names):
        """Return {record: {field: text}}."""
        return {
            record: {name: record._receivables_audit_text(name) for name in names}
            for record in self
        }

    def _receivables_audit_row(self, action, kind, name=None, before=None, after=None):
        company, partner = self._receivables_audit_subject(self._fields.get(name))
        return {
            "kind": kind,
            "action": action,
            "record": self,
            "field_name": name,
            "before": before,
            "after": after,
            "company": company,
            "partner": partner,
            "reason": self.env.context.get("receivables_audit_reason"),
        }

    @api.model
    def _receivables_audit_changes(self, before):
        """Log what differs from ``before``, once `_receivables_audit_texts`."""
        kinds = self._receivables_audit_fields()
        rows = []
        for record, texts in before.items():
            for name, text in texts.items():
                after = record._receivables_audit_text(name)
                if after != text:
                    rows.append(
                        record._receivables_audit_row(
                            "write", kinds[name], name, text, after
                        )
                    )
        self._receivables_audit_log(rows)

    def _receivables_audit_log(self, rows):
        if rows:
            self.env["receivables.audit"]._log(rows)

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to keep what new records were given."""
        records = super().create(vals_list)
        kinds = self._receivables_audit_fields()
        rows = []
        # What is kept does not depend on what the user may read.
        for record, vals in zip(records.sudo(), vals_list, strict=True):
            if not record._receivables_audited():
                continue
            if self._receivables_audit_life:
                kind = self._receivables_audit_kind()
                rows.append(record._receivables_audit_row("create", kind))
            rows += [
                record._receivables_audit_row(
                    "create",
                    kinds[name],
                    name,
                    "",
                    record._receivables_audit_text(name),
                )
                for name in vals
                if name in kinds and vals[name]
            ]
        self._receivables_audit_log(rows)
        return records

    def write(self, vals):
        """Override of `base` to keep before and after of what changes."""
        kinds = self._receivables_audit_fields()
        names = [name for name in vals if name in kinds]
        audited = self.sudo()._receivables_audited() if names else self.browse()
        before = audited._receivables_audit_texts(names)
        result = super().write(vals)
        self._receivables_audit_changes(before)
        return result

    def unlink(self):
        """Override of `base` to keep that records were deleted."""
        if self._receivables_audit_life:
            kind = self._receivables_audit_kind()
            self._receivables_audit_log(
                [
                    record._receivables_audit_row("unlink", kind)
                    for record in self.sudo()._receivables_audited()
                ]
            )
        return super().unlink()
