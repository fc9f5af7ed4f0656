from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.receivables_automation.core.same_money import Match, normalise_number

from ..core.errors import InvalidInput

# SAT's catalogue c_FormaPago: cash.
CASH = "01"


class MxSatDocumentPayment(models.Model):
    """A payment (Pago) that a complement reports, and which one in the ledger it is."""

    _name = "mx.sat.document.payment"
    _description = "Payment reported by SAT"
    _order = "document_id, position"
    _check_company_auto = True

    document_id = fields.Many2one(
        "mx.sat.document", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    position = fields.Integer(string="Number", required=True, readonly=True)
    partner_id = fields.Many2one(related="document_id.partner_id")
    date = fields.Date(readonly=True, required=True, help="FechaPago.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    rate = fields.Float(
        string="Exchange rate",
        digits=(16, 6),
        readonly=True,
        help="Pesos per unit of the currency (TipoCambioP).",
    )
    form = fields.Char(string="Form of payment", readonly=True)
    payee_account = fields.Char(string="Paid into", readonly=True)
    operation = fields.Char(
        string="Operation number", readonly=True, help="NumOperacion."
    )
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    match = fields.Selection(
        [
            ("created", "Created from the complement"),
            ("known", "Known by its UUID"),
            ("number", "Found by its operation number"),
            ("amount", "Found by customer, amount and date"),
            ("chosen", "Chosen by a person"),
            ("ambiguous", "To decide"),
        ],
        readonly=True,
    )
    candidate_ids = fields.Many2many(
        "account.payment",
        "mx_sat_document_payment_candidate_rel",
        "paid_id",
        "payment_id",
        string="Could be",
        readonly=True,
    )
    relation_ids = fields.One2many(
        "mx.sat.document.relation", "paid_id", string="Pays", readonly=True
    )

    _position_unique = models.UniqueIndex(
        "(document_id, position)", "A complement numbers each of its payments once."
    )

    def _key(self):
        """Return the key by which the door ``sat`` claims this payment."""
        return f"{self.document_id.uuid}/{self.position}"

    def _numbers(self):
        return [self.operation] if self.operation else []

    # --- which payment is it -------------------------------------------------------

    def _look_up(self):
        """Say of each payment whether it is in the ledger already.

        Sets `payment_id` where exactly one can be it, `candidate_ids` where a person
        has to decide; what keeps neither is new money.
        """
        payments = self.env["account.payment"]
        for paid in self:
            company = paid.company_id
            known = payments._receivables_known_by(company, "sat", paid._key())
            if known:
                paid.write({"payment_id": known.id, "match": "known"})
                continue
            moves = paid.relation_ids._related_moves()
            found = payments._receivables_find_same(
                "sat",
                company,
                paid.partner_id,
                paid.currency_id,
                paid.amount,
                paid.date,
                numbers=paid._numbers(),
                items=moves._mx_sat_items(),
            )
            candidates = payments.browse(found.payments)
            is_certain = found.match in (Match.NUMBER, Match.AMOUNT)
            if found.match is not Match.NUMBER and not moves:
                candidates, is_certain = paid._without_documents(candidates)
            if candidates and is_certain:
                paid._link(candidates, found.match.value)
            elif candidates:
                paid.write(
                    {"candidate_ids": [(6, 0, candidates.ids)], "match": "ambiguous"}
                )

    def _without_documents(self, candidates):
        """Return (candidates, whether it is certain) while no paid document is here.

        Money that went to documents of other folios is other money; what went to
        invoices without a folio may be this, which a person knows.
        """
        free = candidates.filtered(
            lambda payment: payment.move_id._mx_sat_items().filtered(
                lambda item: not item.reconciled
            )
        )
        unknown = (candidates - free).filtered(
            lambda payment: (
                not all(payment.reconciled_invoice_ids.mapped("mx_sat_uuid"))
            )
        )
        return free | unknown, len(free) == 1 and not unknown

    def _link(self, payment, match):
        """Take ``payment`` for this one; its door is ``sat`` from now on."""
        self.ensure_one()
        payment._receivables_claim("sat", self._key(), self._numbers())
        self.write(
            {"payment_id": payment.id, "match": match, "candidate_ids": [(5, 0, 0)]}
        )

    def _look_again(self):
        """Ask again about payments that nobody has decided on."""
        undecided = self.filtered(lambda paid: not paid.payment_id)
        undecided._look_up()
        undecided._create_new()

    def _create_new(self):
        """Create what is not in the ledger; see `account.payment._mx_sat_create`."""
        new = self.filtered(lambda paid: not (paid.payment_id or paid.candidate_ids))
        for paid, payment, lines in self.env["account.payment"]._mx_sat_create(new):
            for relation, line in zip(paid.relation_ids, lines, strict=True):
                relation.line_id = line
            paid._link(payment, "created")

    def _payment_values(self, company):
        """Return the values of the payment that this one is in the ledger."""
        journal = self._journal(company)
        document = self.document_id
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "company_id": company.id,
            "partner_id": self.partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "journal_id": journal.id,
            "memo": document.series_folio or document.uuid,
            "payment_reference": self.operation,
        }

    def _journal(self, company):
        """Return where the money came in: the named account's journal, or the usual.

        :raises InvalidInput: the company has no bank journal.
        """
        journals = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "in", ("bank", "cash"))]
        )
        account = normalise_number(self.payee_account or "")
        for journal in journals:
            number = normalise_number(journal.bank_account_id.acc_number or "")
            if account and number == account:
                return journal
        kind = "cash" if self.form == CASH else "bank"
        journal = (
            company.mx_sat_bank_journal_id if kind == "bank" else journals.browse()
        )
        journal = journal or journals.filtered(lambda one: one.type == kind)[:1]
        journal = journal or journals.filtered(lambda one: one.type == "bank")[:1]
        if not journal:
            raise InvalidInput(
                "ledger_no_journal",
                company=company.name,
                kind="bank",
                document=self.document_id.display_name,
            )
        return journal

    # --- a person decides ----------------------------------------------------------

    def action_open(self):
        """Return the dialog in which a person decides."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which payment is it?"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_another(self):
        """It is none of the candidates: create the payment."""
        return self._decide(self.env["account.payment"])

    def _decide(self, payment):
        """Apply a person's decision: ``payment``, or none for new money."""
        self.ensure_one()
        document = self.document_id
        document._check_manager()
        self.check_access("read")
        # The button checks our group; rows and entries are made by the import.
        worker = self.with_env(document._for_company(self.company_id).env)
        worker.company_id._mx_sat_lock()
        if worker.match == "ambiguous" and not worker.payment_id:
            if payment:
                chosen = worker.candidate_ids.filtered(lambda one: one.id == payment.id)
                if not chosen:
                    raise UserError(
                        self.env._(
                            "%(payment)s cannot be this payment: customer, currency or"
                            " amount differ. Choose one of the list.",
                            payment=payment.display_name,
                        )
                    )
                worker._link(chosen, "chosen")
            else:
                worker.candidate_ids = [(5, 0, 0)]
                worker._create_new()
                worker.match = "chosen"
            worker.document_id._apply_what_waits(worker.relation_ids)
        return {"type": "ir.actions.act_window_close"}
