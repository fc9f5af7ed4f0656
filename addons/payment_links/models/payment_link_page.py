from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..core.selection import PayableItem

# Often enough to see that a customer looks, seldom enough that a page is a read.
OPENED_EVERY = timedelta(minutes=5)
HISTORY_ENTRIES = 60


class PaymentLink(models.Model):
    """What the payment page shows, read from the ledger; superuser mode throughout.

    The caller has checked a token or a receipt's own key.
    """

    _inherit = "payment.link"

    def _open_items_domain(self):
        """Return the domain of the open items of these links' customers."""
        accounts = self.env["account.account"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("company_ids", "parent_of", self.company_id.ids),
            ]
        )
        # Accounts one by one, so that PostgreSQL takes core's index of open items.
        return Domain(
            [
                ("account_id", "in", accounts.ids),
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("currency_id", "in", self.currency_id.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", ">", 0),
            ]
        )

    @api.private
    def _open_items(self):
        """Return {journal item: amount due} of what can be paid now, oldest first."""
        self.ensure_one()
        if self.mode == "balance":
            items = self.env["account.move.line"].search_fetch(
                self._open_items_domain(),
                ["move_name", "date_maturity", "amount_residual_currency", "move_id"],
                order="date_maturity, id",
            )
            return {item: item.amount_residual_currency for item in items}
        return {
            line.move_line_id: line.amount_due
            for line in self.line_ids
            if line.amount_due
        }

    @api.private
    def _open_moves(self):
        """Return the documents that may be read through this link."""
        self.ensure_one()
        moves = self.line_ids.move_line_id.move_id
        if self.mode == "balance":
            moves = self.env["account.move.line"].union(*self._open_items()).move_id
        return moves.filtered(lambda one: one.state == "posted" and one.is_invoice())

    def _payable_items(self):
        """Return the open items as `PayableItem`."""
        currency = self.currency_id
        return [
            PayableItem(item.id, currency._receivables_exact(due), currency.name)
            for item, due in self._open_items().items()
        ]

    @api.private
    def _credit_in_favour(self):
        """Return what the customer has paid that is applied to nothing yet."""
        self.ensure_one()
        domain = [
            (name, operator, value)
            for name, operator, value in (
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
            )
        ]
        [(credit,)] = self.env["account.move.line"]._read_group(
            domain, aggregates=["amount_residual_currency:sum"]
        )
        return -(credit or 0.0)

    @api.private
    def _history(self, payments=None):
        """Return what settled this debt, newest first, from the ledger alone.

        :param payments: only what these payments settled, in any currency.
        :returns: a list of ``date``, ``amount`` (in the link's currency), ``payment``
            (empty for a credit note), ``document`` and ``settled``: [(document's name,
            amount)].
        """
        self.ensure_one()
        if payments is not None:
            domain = Domain("credit_move_id.move_id", "in", payments.move_id.ids)
        elif self.mode == "balance":
            domain = Domain("debit_move_id.partner_id", "=", self.partner_id.id)
        else:
            domain = Domain("debit_move_id", "in", self.line_ids.move_line_id.ids)
        partials = self.env["account.partial.reconcile"].search(
            domain
            & Domain("company_id", "=", self.company_id.id)
            & Domain("debit_currency_id", "=", self.currency_id.id)
            & Domain("debit_move_id.account_id.account_type", "=", "asset_receivable")
            # An exchange difference moves no money of the customer.
            & Domain("debit_amount_currency", "!=", 0),
            order="max_date desc, id desc",
            limit=HISTORY_ENTRIES,
        )
        entries = {}
        for partial in partials:
            source = partial.credit_move_id.move_id
            entry = entries.setdefault(
                source,
                {
                    "date": source.date,
                    "amount": 0.0,
                    "document": source.name,
                    "payment": source.origin_payment_id,
                    "settled": [],
                },
            )
            amount = partial.debit_amount_currency
            entry["amount"] += amount
            entry["settled"].append((partial.debit_move_id.move_id.name, amount))
        return list(entries.values())

    @api.private
    def _note_opening(self):
        """Keep that somebody opened the page; at most once in a few minutes."""
        self.ensure_one()
        now = self.company_id._receivables_now()
        if self.last_opened_at and now - self.last_opened_at < OPENED_EVERY:
            return
        # Past the ORM: the time of an opening is no change by the user who made it.
        self.env.cr.execute(
            "UPDATE payment_link SET last_opened_at = %s WHERE id = %s",
            (fields.Datetime.to_string(now), self.id),
        )
        self.invalidate_recordset(["last_opened_at"], flush=False)

    def _page_language(self):
        """Return the installed language of whoever pays, else the company's."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        for partner in (self.partner_id, self.company_id.partner_id):
            if partner.lang in installed:
                return partner.lang
        return self.env.lang
