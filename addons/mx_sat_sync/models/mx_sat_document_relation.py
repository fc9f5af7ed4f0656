from odoo import api, fields, models

from .account_payment import Expected


class MxSatDocumentRelation(models.Model):
    """What a payment or a credit note pays of one document, known by its folio.

    It waits while that document is not here; the ledger says how much was applied.
    """

    _name = "mx.sat.document.relation"
    _description = "Application reported by SAT"
    _order = "document_id, paid_id, sequence, id"
    _check_company_auto = True

    document_id = fields.Many2one(
        "mx.sat.document", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    paid_id = fields.Many2one(
        "mx.sat.document.payment",
        string="Payment",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    sequence = fields.Integer(readonly=True)
    related_uuid = fields.Char(string="Document (UUID)", required=True, readonly=True)
    related_folio = fields.Char(string="Folio", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="What is paid of the document, in its currency (ImpPagado); of a credit"
        " note, all of it: SAT's format says no split.",
    )
    share = fields.Float(
        readonly=True,
        digits=(16, 4),
        help="The same in the payment's currency (EquivalenciaDR).",
    )
    line_id = fields.Many2one(
        "account.move.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The journal item that was made for this; empty if the payment was in the"
        " ledger before.",
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Applied")],
        default="waiting",
        required=True,
        readonly=True,
    )
    move_id = fields.Many2one("account.move", compute="_compute_move_id")

    _waiting_idx = models.Index("(company_id, related_uuid) WHERE state = 'waiting'")

    @api.depends("related_uuid")
    def _compute_move_id(self):
        moves = self._moves_by_uuid()
        for relation in self:
            relation.move_id = moves.get(relation.related_uuid)

    def _moves_by_uuid(self):
        """Return {UUID: posted invoice} of the documents that these relate to."""
        documents = self.env["mx.sat.document"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("uuid", "in", self.mapped("related_uuid")),
                ("document_type", "=", "I"),
                ("move_id.state", "=", "posted"),
            ]
        )
        return {document.uuid: document.move_id for document in documents}

    def _related_moves(self):
        """Return the invoices of these relations that are in the ledger."""
        return self.env["account.move"].union(*self._moves_by_uuid().values())

    def _expected(self):
        """Return the currency and account of the item that settles this."""
        account = self._related_moves()._mx_sat_items().account_id[:1]
        customer = self.document_id.partner_id
        return Expected(
            self.currency_id, account or customer.property_account_receivable_id
        )

    # --- applying ------------------------------------------------------------------

    def _apply(self):
        """Reconcile what can be, pair by pair, in as few plans as possible.

        The order of the pairs is the documents' own, not that of their arrival.
        """
        moves = self._moves_by_uuid()
        ready = self.filtered(lambda relation: relation._is_complete(moves))
        ready = ready.sorted(lambda relation: relation._order_key())
        plan = []
        for relation in ready:
            items = moves[relation.related_uuid]._mx_sat_items()
            if relation._fits(items):
                lines = relation.line_id or relation._free_lines(items)
                pair = (lines | items).filtered(lambda line: not line.reconciled)
                if len({line.balance > 0 for line in pair}) > 1:
                    plan.append(pair)
        self.env["account.move.line"]._receivables_reconcile_pairs(plan)
        ready.state = "done"

    def _order_key(self):
        day = self.paid_id.date or self.document_id.date
        return (day, self.document_id.uuid, self.paid_id.position, self.sequence)

    def _is_complete(self, moves):
        """Tell whether this can be applied now, by the invoices that are here.

        A payment has to be decided on. A credit note of several invoices waits for all
        of them: it pays them in the order it names them, whatever comes first.
        """
        if self.paid_id:
            return bool(self.paid_id.payment_id) and self.related_uuid in moves
        return all(
            relation.related_uuid in moves for relation in self.document_id.relation_ids
        )

    def _fits(self, items):
        """Tell whether the money may settle ``items``: same customer and currency."""
        customer = self.document_id.partner_id.commercial_partner_id
        return (
            items.partner_id <= customer
            and items.currency_id <= self.currency_id
            and (not self.line_id or items.account_id <= self.line_id.account_id)
        )

    def _free_lines(self, items):
        """Return the open items of a payment from another door that settle this.

        Only what is still free and still owed is applied, and no more than the
        complement says: what that payment has settled of the document counts.
        """
        currency = self.currency_id
        own = self.paid_id.payment_id.move_id._mx_sat_items()
        wanted = currency.round(self.amount - own._mx_sat_applied_to(items))
        free = own.filtered(
            lambda line: not line.reconciled and line.currency_id == currency
        )
        owed = sum(items.mapped("amount_residual_currency"))
        chosen = free.browse()
        for line in free:
            left = currency.round(min(wanted, owed))
            if currency.compare_amounts(left, 0) <= 0:
                break
            size = -line.amount_residual_currency
            if currency.compare_amounts(size, left) > 0 and left < owed:
                line = line._mx_sat_split(left)
                size = left if line else 0
            chosen |= line
            wanted -= size
            owed -= size
        return chosen

    # --- what came of it -----------------------------------------------------------

    def _left(self):
        """Return what of this amount found nothing to settle, in its currency."""
        items = self.move_id._mx_sat_items()
        if self.line_id:
            return max(-self.line_id.amount_residual_currency, 0.0)
        own = self.paid_id.payment_id.move_id._mx_sat_items()
        return max(
            self.currency_id.round(self.amount - own._mx_sat_applied_to(items)), 0
        )
