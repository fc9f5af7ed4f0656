from psycopg2 import OperationalError

from odoo import models

from ..core.errors import InvalidInput
from ..core.payment_shares import paid_documents, payment_shares


class MxSatDocument(models.Model):
    _inherit = "mx.sat.document"

    def _post_payments(self, cfdis):
        """Bring the payments of complements to the ledger, each at most once."""
        customers = self.env["res.partner"]._mx_sat_customers(
            [cfdis[document.id].receiver for document in self], self.env.company
        )
        for document in self:
            document.partner_id = customers[cfdis[document.id].receiver]
        paid = self._keep_payments(cfdis)
        paid._look_up()
        paid._create_new()

    def _keep_payments(self, cfdis):
        """Keep each Pago and what it pays as rows; return the Pagos."""
        self.paid_ids.unlink()
        currencies = self._currencies()
        sources = [
            (document, position, payment)
            for document in self
            for position, payment in enumerate(cfdis[document.id].payments, 1)
        ]
        for document, _position, payment in sources:
            document._check_payment(payment, currencies)
        rows = self.env["mx.sat.document.payment"].create(
            [
                {
                    "document_id": document.id,
                    "position": position,
                    "date": payment.paid_at.date(),
                    "currency_id": currencies[payment.currency],
                    "amount": float(payment.amount),
                    "rate": float(payment.exchange_rate or 0),
                    "form": payment.form,
                    "payee_account": payment.payee_account,
                    "operation": payment.operation,
                }
                for document, position, payment in sources
            ]
        )
        self.env["mx.sat.document.relation"].create(
            [
                {
                    "document_id": document.id,
                    "paid_id": row.id,
                    "sequence": at,
                    "related_uuid": related.uuid,
                    "related_folio": related.series + related.folio,
                    "currency_id": currencies[related.currency],
                    "amount": float(related.paid),
                    "share": float(share),
                }
                for (document, _position, payment), row in zip(
                    sources, rows, strict=True
                )
                for at, (related, share) in enumerate(
                    zip(paid_documents(payment), payment_shares(payment), strict=True)
                )
            ]
        )
        return rows

    def _check_payment(self, payment, currencies):
        """:raises InvalidInput: its currencies or its rate cannot be booked."""
        values = {"document": self.display_name, "currency": payment.currency}
        company = self.company_id
        if payment.currency != company.currency_id.name and not payment.exchange_rate:
            raise InvalidInput("ledger_rate_missing", **values)
        for code in {payment.currency, *(one.currency for one in payment.documents)}:
            currency = self.env["res.currency"].browse(currencies.get(code))
            if not currency.active:
                raise InvalidInput("ledger_currency", **values | {"currency": code})

    # --- applying what waits -------------------------------------------------------

    def _apply_what_waits(self, more=None):
        """Apply relations of these documents, and those that waited for them."""
        relations = self.env["mx.sat.document.relation"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "waiting"),
                "|",
                ("document_id", "in", self.ids),
                (
                    "related_uuid",
                    "in",
                    self.filtered(lambda one: one.document_type == "I").mapped("uuid"),
                ),
            ]
        )
        if more:
            relations |= more.filtered(lambda relation: relation.state == "waiting")
        # Of a credit note for several, all go together in the order it names them.
        notes = relations.filtered(lambda relation: not relation.paid_id).document_id
        relations |= notes.relation_ids.filtered(
            lambda relation: relation.state == "waiting"
        )
        documents = relations.document_id | self.filtered(
            lambda document: document.state == "stored"
        )
        documents = documents.filtered(
            lambda document: document.state in ("stored", "waiting")
        )
        refused = documents._apply_relations(
            relations.filtered(lambda relation: relation.document_id in documents)
        )
        for document in documents - refused:
            document._say_what_is_applied()

    def _apply_relations(self, relations):
        """Apply all in one plan; return the documents that the ledger refused.

        If the plan fails, each document's part is tried on its own; what is refused
        waits with the reason, as its entry is in the ledger and only this is open.
        """
        refused = self.browse()
        if not relations:
            return refused
        try:
            with self.env.cr.savepoint():
                relations._apply()
        except OperationalError:
            raise
        # See `_one_by_one_if_needed`.
        except Exception as error:  # noqa: BLE001
            documents = relations.document_id
            if len(documents) == 1:
                code, values = documents._explain(error)
                documents._settle("waiting", code, **values)
                return documents
            for document in documents:
                refused |= document._apply_relations(
                    relations.filtered(
                        lambda relation, document=document: (
                            relation.document_id == document
                        )
                    )
                )
        return refused

    def _say_what_is_applied(self):
        """Set the state and the reason of one document from its rows."""
        undecided = self.paid_ids.filtered(lambda paid: paid.match == "ambiguous")
        waiting = self.relation_ids.filtered(
            lambda relation: relation.state == "waiting"
        )
        if undecided:
            first = undecided[0]
            self._settle(
                "waiting",
                "waits_for_choice",
                amount=first.currency_id.format(first.amount),
                date=first.date.isoformat(),
                payments=", ".join(first.candidate_ids.mapped("display_name")),
            )
        elif waiting:
            missing = waiting.filtered(lambda relation: not relation.move_id)
            uuids = ", ".join((missing or waiting).mapped("related_uuid"))
            self._settle("waiting", "waits_for_documents", uuids=uuids)
        else:
            code, values = self._result()
            self._settle("applied", code, **values)

    def _result(self):
        """Return (code, values) of how one document ended in the ledger."""
        for relation in self.relation_ids:
            move = relation.move_id
            if not relation._fits(move._mx_sat_items()):
                return "related_of_another", {
                    "document": move.name,
                    "customer": move.partner_id.display_name,
                }
            left = relation._left()
            if left:
                return "applied_in_part", {
                    "applied": relation.currency_id.format(relation.amount - left),
                    "amount": relation.currency_id.format(relation.amount),
                    "document": ", ".join(self.relation_ids.move_id.mapped("name")),
                }
        if self.document_type == "P":
            return "payment_posted", {"count": len(self.payment_ids)}
        if not self.relation_ids:
            return "credit_open", {}
        return "document_posted", {"document": self.move_id.name}
