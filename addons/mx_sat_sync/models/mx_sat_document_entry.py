from odoo import models
from odoo.fields import Command

from ..core.due_date import Terms, find_due_date
from ..core.errors import InvalidInput
from ..core.ledger_lines import ledger_lines
from ..core.tax_table import keys_of

MOVE_TYPES = {"I": "out_invoice", "E": "out_refund"}
# TipoRelacion whose credit note settles what it names: credit, return, advance.
SETTLING = {"01", "03", "07"}


class MxSatDocument(models.Model):
    _inherit = "mx.sat.document"

    def _post_entries(self, cfdis):
        """Post the invoices or credit notes of documents of one type."""
        customers = self.env["res.partner"]._mx_sat_customers(
            [cfdis[document.id].receiver for document in self], self.env.company
        )
        for document in self:
            party = cfdis[document.id].receiver
            document.partner_id = customers[party]
        existing = self._find_existing_moves()
        for document, move in existing.items():
            document.move_id = move
        fresh = self.filtered(lambda document: document not in existing)
        taxes = self.env["mx.sat.tax"]._resolve(
            {key for document in fresh for key in keys_of(cfdis[document.id])}
        )
        journal = fresh and self._sale_journal()
        moves = self.env["account.move"].create(
            [
                document._entry_values(cfdis[document.id], taxes, journal)
                for document in fresh
            ]
        )
        for document, move in zip(fresh, moves, strict=True):
            document.move_id = move
            document._check_entry(move, cfdis[document.id])
        # Not softly: a CFDI of tomorrow by another time zone is a fact all the same.
        moves._post(soft=False)
        for document in fresh:
            if document.move_id.date != document.date:
                raise document._closed_period()
        if self[:1].document_type == "E":
            self._relate_credits(cfdis)
            return
        for document in self:
            code = "document_linked" if document in existing else "document_posted"
            document._settle("applied", code, document=document.move_id.name)

    def _find_existing_moves(self):
        """Return {document: posted entry} of what was entered in another way before.

        The same customer, day, currency and total, and the CFDI's own series and folio
        as number or reference.
        """
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "posted"),
                ("move_type", "=", MOVE_TYPES[self[:1].document_type]),
                ("partner_id", "in", self.partner_id.ids),
                ("invoice_date", "in", list(set(self.mapped("date")))),
            ]
        )
        taken = self.search([("move_id", "in", moves.ids)]).move_id if moves else moves
        found = {}
        for document in self:
            folio = _bare(document.series_folio)
            for move in moves - taken:
                names = (move.name, move.ref, move.payment_reference)
                if (
                    folio
                    and folio in {_bare(name) for name in names}
                    and move.partner_id == document.partner_id
                    and move.invoice_date == document.date
                    and move.currency_id == document.currency_id
                    and not move.currency_id.compare_amounts(
                        move.amount_total, document.total
                    )
                ):
                    found[document] = move
                    taken |= move
                    break
        return found

    def _sale_journal(self):
        company = self.env.company
        journal = company.mx_sat_sale_journal_id or self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "sale")], limit=1
        )
        if not journal:
            raise InvalidInput(
                "ledger_no_journal",
                company=company.name,
                kind="sale",
                document=self[:1].display_name,
            )
        return journal

    def _entry_values(self, cfdi, taxes, journal):
        """Return the values of this document's invoice or credit note."""
        self._check_currency(cfdi)
        rate = 1.0
        if self.currency_id != self.company_id.currency_id:
            rate = float(1 / cfdi.exchange_rate)
        number = self.series_folio or self.uuid
        account = {"account_id": self._income_account(cfdi.type, journal).id}
        return {
            "move_type": MOVE_TYPES[cfdi.type],
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_currency_rate": rate,
            "invoice_date": self.date,
            "date": self.date,
            "ref": number,
            "payment_reference": number,
            "invoice_user_id": self.partner_id.commercial_partner_id.user_id.id,
            "invoice_line_ids": [
                Command.create(self._line_values(line, taxes, rate) | account)
                for line in ledger_lines(cfdi)
            ],
        } | self._due_values(cfdi)

    def _income_account(self, kind, journal):
        """Return the account of the lines.

        Core would take the one that the customer's lines have most often, which hangs
        on what came before.
        """
        company = self.company_id
        usual = journal.default_account_id or company.income_account_id
        if kind == "E":
            return company.l10n_mx_income_return_discount_account_id or usual
        return usual

    def _check_currency(self, cfdi):
        values = {"document": self.display_name, "currency": cfdi.currency}
        if not self.currency_id.active:
            raise InvalidInput("ledger_currency", **values)
        is_foreign = self.currency_id != self.company_id.currency_id
        if is_foreign and not cfdi.exchange_rate:
            raise InvalidInput("ledger_rate_missing", **values)

    def _line_values(self, line, taxes, rate):
        """Return the values of one line, with the CFDI's amounts instead of computed.

        Core keeps such amounts in `extra_tax_data` for as long as nobody changes the
        line; it does not look there on lines without tax, so their price is exact.
        """
        own = self.env["account.tax"]
        amounts = {}
        for tax in line.taxes:
            own |= taxes[tax.key]
            sums = amounts.setdefault(
                str(taxes[tax.key].id),
                {"tax_amount_currency": 0.0, "base_amount_currency": float(tax.base)},
            )
            sums["tax_amount_currency"] += float(tax.amount)
        net = float(line.net)
        values = {
            "name": line.name,
            "quantity": float(line.quantity),
            "price_unit": float(line.price),
            "discount": float(line.discount),
            "tax_ids": [Command.set(own.ids)],
        }
        if own:
            return values | {
                "extra_tax_data": {
                    "manual_total_excluded_currency": net,
                    "manual_tax_amounts": amounts,
                    "currency_id": self.currency_id.id,
                    "price_unit": values["price_unit"],
                    "discount": values["discount"],
                    "quantity": values["quantity"],
                    "rate": rate,
                }
            }
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        quantity = round(values["quantity"], digits) or 1.0
        is_plain = not line.discount and not self.currency_id.compare_amounts(
            quantity * values["price_unit"], net
        )
        if not is_plain:
            values |= {"price_unit": net / quantity, "discount": 0.0}
        return values | {"quantity": quantity}

    def _check_entry(self, move, cfdi):
        """:raises InvalidInput: the draft is not the CFDI's total to the cent."""
        if self.currency_id.compare_amounts(move.amount_total, float(cfdi.total)):
            raise InvalidInput(
                "ledger_total_differs",
                folio=self.display_name,
                computed=move.amount_total,
                stated=cfdi.total,
                currency=cfdi.currency,
            )

    def _closed_period(self):
        return InvalidInput(
            "ledger_date", document=self.display_name, date=self.date.isoformat()
        )

    def _due_values(self, cfdi):
        """Return when the entry falls due, and keep by which rule."""
        if cfdi.type == "E":
            return {"invoice_date_due": self.date, "invoice_payment_term_id": False}
        term, source = self.partner_id._receivables_payment_term(self.company_id)
        days = self._days_of(term)
        due = find_due_date(
            self.date,
            cfdi.method,
            cfdi.conditions,
            Terms(**{source: days}) if source else Terms(),
        )
        self.due_rule = due.rule
        self.due_source = due.source
        # Instalments and early payment are the term's own; core computes both.
        is_its_own = due.rule.startswith("term_") and (
            len(term.line_ids) > 1
            or term.early_discount
            and term.early_pay_discount_computation != "mixed"
        )
        if is_its_own:
            return {"invoice_payment_term_id": term.id}
        return {"invoice_date_due": due.date, "invoice_payment_term_id": False}

    def _days_of(self, term):
        """Return the days from this document's date to the last date of a term."""
        if not term:
            return None
        last = max(line._get_due_date(self.date) for line in term.line_ids)
        return (last - self.date).days

    def _relate_credits(self, cfdis):
        """Keep to which invoices each credit note belongs, in the order it names."""
        rows = []
        for document in self:
            named = [
                uuid
                for relation in cfdis[document.id].relations
                if relation.kind in SETTLING
                for uuid in relation.uuids
            ]
            line = document.move_id.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            rows += [
                {
                    "document_id": document.id,
                    "sequence": at,
                    "related_uuid": uuid,
                    "amount": document.total,
                    "currency_id": document.currency_id.id,
                    "line_id": line[:1].id,
                }
                for at, uuid in enumerate(dict.fromkeys(named))
            ]
        self.env["mx.sat.document.relation"].create(rows)


def _bare(text):
    return "".join(filter(str.isalnum, text or "")).upper()
