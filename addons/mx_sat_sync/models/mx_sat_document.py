from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import get_lang
from odoo.tools.translate import get_translation

from ..core.cfdi import parse
from ..core.document_name import name_of
from ..core.document_state import can_become
from ..core.messages import MESSAGES

MANAGER = "receivables_automation.group_receivables_manager"


class MxSatDocument(models.Model):
    """A file from SAT and what became of it: the inbox, and the key of idempotency.

    Seals are not verified: a document is what its file says, and `sat_state` is what
    SAT answers when it is asked.
    """

    _name = "mx.sat.document"
    _description = "SAT document"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(string="File", readonly=True)
    uuid = fields.Char(string="UUID", readonly=True, help="Fiscal folio, upper case.")
    document_type = fields.Selection(
        [
            ("I", "Invoice (I)"),
            ("E", "Credit note (E)"),
            ("P", "Payment (P)"),
            ("N", "Payroll (N)"),
            ("T", "Transfer (T)"),
        ],
        string="Type",
        readonly=True,
    )
    sat_state = fields.Selection(
        [("valid", "Valid"), ("cancelled", "Cancelled"), ("unknown", "Not asked")],
        string="State at SAT",
        default="unknown",
        required=True,
        readonly=True,
        help="What SAT answers. The seal of the file itself is not verified.",
    )
    state = fields.Selection(
        [
            ("stored", "To process"),
            ("applied", "Applied"),
            ("waiting", "Waiting"),
            ("ignored", "Not a receivable"),
            ("quarantined", "To review"),
        ],
        default="stored",
        required=True,
        readonly=True,
        index=True,
    )
    date = fields.Date(readonly=True, help="Date of issue where it was issued.")
    series_folio = fields.Char(string="Series and folio", readonly=True)
    issuer_rfc = fields.Char(string="Issuer's RFC", readonly=True)
    issuer_name = fields.Char(string="Issuer", readonly=True)
    receiver_rfc = fields.Char(string="Receiver's RFC", readonly=True)
    receiver_name = fields.Char(string="Receiver", readonly=True)
    payment_method = fields.Char(
        string="Method",
        readonly=True,
        help="PPD: paid later, each payment with a complement. PUE: to be paid by the"
        " end of the month.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    total = fields.Monetary(
        readonly=True, help="Of a payment complement, what it says was paid."
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        help="The invoice or the credit note that this document is in the ledger.",
    )
    paid_ids = fields.One2many(
        "mx.sat.document.payment", "document_id", string="Payments", readonly=True
    )
    payment_ids = fields.Many2many(
        "account.payment",
        string="Payments in the ledger",
        compute="_compute_payment_ids",
        search="_search_payment_ids",
        help="Created from this document, or found in the ledger already.",
    )
    payment_count = fields.Integer(compute="_compute_payment_ids")
    relation_ids = fields.One2many(
        "mx.sat.document.relation", "document_id", string="Applies to", readonly=True
    )
    reason_code = fields.Char(readonly=True)
    reason_values = fields.Json(readonly=True)
    reason = fields.Text(compute="_compute_reason")
    remark_values = fields.Json(readonly=True)
    remarks = fields.Text(
        compute="_compute_remarks",
        help="What does not add up in the file itself. It was taken as SAT has it.",
    )
    due_rule = fields.Selection(
        [
            ("pue_month_end", "PUE: end of the month of issue"),
            ("condition_date", "Date in the payment conditions"),
            ("condition_days", "Days in the payment conditions"),
            ("condition_cash", "Cash, by the payment conditions"),
            ("term_customer", "The customer's payment term"),
            ("term_policy", "The policy's payment term"),
            ("term_company", "The company's usual payment term"),
            ("issue_date", "No term: the date of issue"),
        ],
        string="Due date by",
        readonly=True,
    )
    due_source = fields.Char(
        string="Read from", readonly=True, help="The text or the days behind the rule."
    )
    sha256 = fields.Char(string="SHA-256", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", string="XML", readonly=True)

    _uuid_unique = models.UniqueIndex(
        "(company_id, uuid) WHERE state != 'quarantined'",
        "This fiscal folio is in the company already.",
    )
    _sha256_idx = models.Index("(company_id, sha256)")
    # What holds reminders is looked for in every batch of a dunning run.
    _cancelled_idx = models.Index(
        "(move_id) WHERE sat_state = 'cancelled' AND state != 'quarantined'"
    )

    @api.depends(
        "uuid", "series_folio", "document_type", "name", "date", "currency_id", "total"
    )
    def _compute_display_name(self):
        for document in self:
            kind = document.document_type
            if not kind:
                document.display_name = document.uuid or document.name or ""
                continue
            currency = document.currency_id
            exact = currency and currency._receivables_exact(document.total)
            document.display_name = name_of(
                kind,
                document.series_folio or "",
                document.date.isoformat() if document.date else "",
                [(currency.name, exact)] if currency else (),
                document.uuid or "",
            )

    @api.depends("paid_ids.payment_id")
    def _compute_payment_ids(self):
        for document in self:
            document.payment_ids = document.paid_ids.payment_id
            document.payment_count = len(document.payment_ids)

    def _search_payment_ids(self, operator, value):
        return Domain("paid_ids.payment_id", operator, value)

    @api.depends_context("lang")
    @api.depends("reason_code", "reason_values")
    def _compute_reason(self):
        for document in self:
            document.reason = self._in_words(
                document.reason_code, document.reason_values
            )

    @api.depends_context("lang")
    @api.depends("remark_values")
    def _compute_remarks(self):
        for document in self:
            document.remarks = "\n".join(
                self._in_words(code, values)
                for code, values in document.remark_values or ()
            )

    def _in_words(self, code, values):
        """Return the sentence of ``code`` in the user's language, '' without a code."""
        if not code:
            return ""
        lang = get_lang(self.env).code
        sentence = get_translation("mx_sat_sync", lang, MESSAGES[code], ())
        return sentence % (values or {})

    # --- states --------------------------------------------------------------------

    def _settle(self, state, code="", **values):
        """Bring one document to ``state`` for the reason ``code`` (of `MESSAGES`).

        :raises UserError: the document's state does not allow it.
        """
        self.ensure_one()
        if not can_become(self.state, state):
            raise UserError(
                self.env._(
                    "%(document)s is %(state)s and cannot become %(target)s.",
                    document=self.display_name,
                    state=self.state,
                    target=state,
                )
            )
        self.write(
            {
                "state": state,
                "reason_code": code,
                "reason_values": {
                    name: value if isinstance(value, int) else str(value)
                    for name, value in values.items()
                },
            }
        )

    def _read_cfdi(self):
        """Return the CFDI that this document keeps; expects one.

        :raises InvalidInput: the file is no CFDI.
        """
        self.ensure_one()
        return parse(self.attachment_id.raw or b"")

    # --- buttons -------------------------------------------------------------------

    def _check_manager(self):
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(
                self.env._("Only a finance manager may import documents from SAT.")
            )

    def action_process_again(self):
        """Process documents that were set aside or wait, after a cause was removed."""
        self._check_manager()
        self.check_access("read")
        for company, documents in self.grouped("company_id").items():
            # The button checks our group; rows and entries are made by the import.
            documents._for_company(company)._process_again()
        return True

    def action_open_move(self):
        """Return the action that opens the entry of this document."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_open_payments(self):
        """Return the action that opens the payments of this document."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments"),
            "res_model": "account.payment",
        }
        if len(self.payment_ids) == 1:
            return action | {
                "res_id": self.payment_ids.id,
                "views": [(False, "form")],
            }
        return action | {
            "domain": [("id", "in", self.payment_ids.ids)],
            "views": [(False, "list"), (False, "form")],
        }

    def action_download(self):
        """Return the download of the file as it came."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "download",
        }
