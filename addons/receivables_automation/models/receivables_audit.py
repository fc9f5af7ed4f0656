from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("policy", "Policy"),
    ("limit", "Credit limit"),
    ("segment", "Segment"),
    ("override", "Override of a hold"),
    ("reward", "Reward"),
]


class ReceivablesAudit(models.Model):
    """Who decided what about credit, and when: rows that nobody changes or deletes.

    Rows come from `receivables.audit.mixin` and `_log`; the database itself refuses to
    change one. Only who a customer was merged into may be written, by its foreign key.
    """

    _name = "receivables.audit"
    _description = "Audit log"
    _order = "date DESC, id DESC"
    _rec_name = "record_name"
    # Who and when are evidence, not what the ORM noted last.
    _log_access = False

    date = fields.Datetime(string="When", required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Who", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, string="Decision on", required=True, readonly=True)
    action = fields.Selection(
        [
            ("create", "Created"),
            ("write", "Changed"),
            ("review", "Reviewed"),
            ("unlink", "Deleted"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record's id", model_field="res_model", readonly=True, index=True
    )
    record_name = fields.Char(
        string="Record", readonly=True, help="As it was called then."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    field_name = fields.Char(string="Field's name", readonly=True)
    what = fields.Char(compute="_compute_what")
    before = fields.Text(readonly=True)
    after = fields.Text(readonly=True)
    reason = fields.Char(readonly=True)

    def init(self):
        """Have the database refuse what the ORM refuses."""
        self.env.cr.execute("""
CREATE OR REPLACE FUNCTION receivables_audit_append_only() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.partner_id := NEW.partner_id;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'receivables_audit is append-only: nothing was changed'
          USING ERRCODE = 'restrict_violation';
END
$$ LANGUAGE plpgsql;
DROP TRIGGER IF EXISTS receivables_audit_append_only ON receivables_audit;
CREATE TRIGGER receivables_audit_append_only
BEFORE UPDATE OR DELETE ON receivables_audit
   FOR EACH ROW EXECUTE FUNCTION receivables_audit_append_only();
DROP TRIGGER IF EXISTS receivables_audit_no_truncate ON receivables_audit;
CREATE TRIGGER receivables_audit_no_truncate
BEFORE TRUNCATE ON receivables_audit
   FOR EACH STATEMENT EXECUTE FUNCTION receivables_audit_append_only();
        """)

    @api.depends("res_model", "field_name")
    @api.depends_context("lang")
    def _compute_what(self):
        for row in self:
            model = self.env.get(row.res_model)
            field = model is not None and model._fields.get(row.field_name)
            if field:
                row.what = field._description_string(self.env)
            else:
                # A model's name is nobody's secret.
                known = self.env["ir.model"].sudo()._get(row.res_model)
                row.what = row.field_name or known.name or row.res_model

    @api.model
    @api.private
    def _log(self, rows):
        """Add ``rows``, dicts of ``kind``, ``action``, ``record`` and the rest.

        ``record`` is any record; ``name`` (else the record's), ``field_name``,
        ``before``, ``after``, ``reason``, ``company`` and ``partner`` (records) may be
        left out.
        """
        now = self.env.company._receivables_now()
        # Whoever decides must not be able to keep it out of the log.
        self.sudo().create(
            [
                {
                    "date": now,
                    "user_id": self.env.uid,
                    "company_id": row["company"].id if row.get("company") else False,
                    "kind": row["kind"],
                    "action": row["action"],
                    "res_model": row["record"]._name,
                    "res_id": row["record"].id,
                    "record_name": row.get("name") or row["record"].sudo().display_name,
                    "partner_id": row["partner"].id if row.get("partner") else False,
                    "field_name": row.get("field_name"),
                    "before": row.get("before"),
                    "after": row.get("after"),
                    "reason": row.get("reason"),
                }
                for row in rows
            ]
        )

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse, whoever asks.

        :raises UserError: always.
        """
        raise UserError(
            self.env._(
                "The audit log is only added to: nobody changes a row of it. Make the"
                " decision again; that adds a row."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The audit log is only added to: nobody deletes a row of it.")
        )

    def action_open_record(self):
        """Return the form of the record that a row is about; expects one.

        :raises UserError: the record is gone.
        """
        self.ensure_one()
        model = self.env.get(self.res_model)
        record = model is not None and model.browse(self.res_id).exists()
        if not record:
            raise UserError(
                self.env._(
                    "%(record)s no longer exists; what was decided about it is in this"
                    " row.",
                    record=self.record_name,
                )
            )
        return record.get_formview_action()
