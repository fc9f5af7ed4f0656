from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.allocation import Share, split_payment
from ..core.same_money import (
    Candidate,
    Found,
    Match,
    Reported,
    find_same_money,
    normalise_number,
)


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # Whether the same money came by another door is asked for each payment.
    _receivables_partner_date = models.Index("(partner_id, date)")

    @api.model
    def _receivables_create_applied(self, values, allocations):
        """Return one posted customer payment that settles exactly what is said.

        The only way in which the suite applies money. Core's `reconcile` on a heap pays
        the oldest item first, whatever was meant; here the payment's entry gets one
        receivable line per allocation, and pairs are reconciled one by one. What no
        allocation takes is one more line: the customer's open credit.

        :param dict values: of `account.payment`, with `partner_id`, `amount`,
            `currency_id`, `date`, `journal_id`.
        :param list allocations: (journal item, amount in the item's currency), and as a
            third value the amount in the payment's currency where the parties agreed
            on a rate of their own (`EquivalenciaDR` of a CFDI); else the rate is that
            of the payment's date.
        :raises UserError: an item is no open receivable of this customer and company,
            or an amount is more than is left of the item or of the payment.
        """
        return self._receivables_create_applied_batch([(values, allocations)])

    @api.model
    def _receivables_create_applied_batch(self, orders):
        """Return a posted payment per (values, allocations); one reconciliation plan.

        See `_receivables_create_applied`.
        """
        kind = {"payment_type": "inbound", "partner_type": "customer"}
        # Without an entry there is nothing to reconcile, whatever else is installed.
        payments = self.with_context(force_payment_move=True).create(
            [dict(values) | kind for values, _allocations in orders]
        )
        left = {}
        shares = [
            payment._receivables_shares(allocations, left)
            for payment, (_values, allocations) in zip(payments, orders, strict=True)
        ]
        items = [
            [item for item, *_amounts in allocations] for _values, allocations in orders
        ]
        lines = payments._receivables_make_entries(
            list(zip(items, shares, strict=True))
        )
        self.env["account.move.line"]._receivables_reconcile_pairs(
            item | line
            for settled, paying in zip(items, lines, strict=True)
            for item, line in zip(settled, paying, strict=True)
        )
        return payments

    def _receivables_make_entries(self, orders):
        """Make and post the entries of these new payments; return their items.

        :param list orders: (items, shares) per payment. Each share becomes one item of
            its own, in the currency and on the account of its item, which needs to
            have no more than these two; what is left is one more.
        :returns: the shares' items of each payment, in their order.
        :raises UserError: the shares take more than the payment.
        """
        entries = self.env["account.move"].create(
            [
                payment._generate_move_vals(
                    line_ids=payment._receivables_entry_lines(items, shares)
                )
                for payment, (items, shares) in zip(self, orders, strict=True)
            ]
        )
        made = []
        for payment, entry, (_items, shares) in zip(self, entries, orders, strict=True):
            payment.write({"move_id": entry.id, "state": "in_process"})
            # Lines keep the order in which they were made: liquidity, shares, rest.
            made.append(entry.line_ids.sorted("id")[1 : 1 + len(shares)])
        self.action_post()
        return made

    def _receivables_shares(self, allocations, left):
        """Return the checked allocations as shares; expects one payment.

        ``left`` is what the items still owe after the payments before; it is lowered.

        :raises UserError: an item cannot be settled, or not by as much.
        """
        self.ensure_one()
        company_currency = self.company_id.currency_id
        shares = []
        for item, settled, *agreed in allocations:
            currency = item.currency_id
            self._receivables_check_item(item)
            left.setdefault(item, item.amount_residual_currency)
            left[item] -= settled
            if currency.compare_amounts(left[item], 0) < 0:
                raise UserError(
                    self.env._(
                        "%(document)s has %(residual)s left to pay; %(amount)s cannot"
                        " be applied to it. Apply at most what is left.",
                        document=item.move_id.display_name,
                        residual=currency.format(item.amount_residual_currency),
                        amount=currency.format(settled),
                    )
                )
            paid = (
                agreed[0]
                if agreed
                else currency._convert(
                    settled, self.currency_id, self.company_id, self.date
                )
            )
            shares.append(
                Share(
                    settled=currency._receivables_exact(settled),
                    paid=self.currency_id._receivables_exact(paid),
                    is_local=currency == company_currency,
                )
            )
        return shares

    def _receivables_check_item(self, item):
        """Refuse an item that this payment cannot settle.

        :raises UserError: names the item and what is wrong with it.
        """
        item.ensure_one()
        is_receivable = item.account_id.account_type == "asset_receivable"
        is_open = item.parent_state == "posted" and not item.reconciled
        is_own = item.company_id == self.company_id and (
            item.partner_id == self.partner_id.commercial_partner_id
        )
        if not (is_receivable and is_open and is_own):
            raise UserError(
                self.env._(
                    "%(document)s is not an open receivable of %(customer)s in"
                    " %(company)s, so this payment cannot settle it.",
                    document=item.move_id.display_name,
                    customer=self.partner_id.display_name,
                    company=self.company_id.display_name,
                )
            )

    def _receivables_entry_lines(self, items, shares):
        """Return commands for the entry's lines: liquidity, shares, rest.

        :raises UserError: the shares take more than the payment.
        """
        liquidity, counterpart = self._prepare_move_line_default_vals()
        company_currency = self.company_id.currency_id
        balance = liquidity["debit"] - liquidity["credit"]
        try:
            split = split_payment(
                self.currency_id._receivables_exact(self.amount),
                company_currency._receivables_exact(balance),
                shares,
                Decimal(str(company_currency.rounding)),
            )
        except ValueError as error:
            raise UserError(
                self.env._(
                    "The amounts to apply add up to more than the payment of"
                    " %(amount)s, or one of them is not above zero. Correct them.",
                    amount=self.currency_id.format(self.amount),
                )
            ) from error
        lines = [liquidity]
        for item, share, value in zip(items, shares, split.balances, strict=True):
            lines.append(
                self._receivables_line(
                    counterpart, item.currency_id, share.settled, value
                )
                | {"account_id": item.account_id.id}
            )
        if split.rest_paid:
            lines.append(
                self._receivables_line(
                    counterpart, self.currency_id, split.rest_paid, split.rest_balance
                )
            )
        if split.exchange:
            lines.append(self._receivables_exchange_line(counterpart, split.exchange))
        return [Command.create(values) for values in lines]

    def _receivables_line(self, counterpart, currency, amount, balance):
        return counterpart | {
            "currency_id": currency.id,
            "amount_currency": -float(amount),
            "debit": 0.0,
            "credit": float(balance),
        }

    def _receivables_exchange_line(self, counterpart, exchange):
        """Return the line of what the parties' rate and the booked rate differ by."""
        company = self.company_id
        account = (
            company.income_currency_exchange_account_id
            if exchange > 0
            else company.expense_currency_exchange_account_id
        )
        return self._receivables_line(
            counterpart, company.currency_id, exchange, max(exchange, Decimal(0))
        ) | {
            "debit": float(max(-exchange, Decimal(0))),
            "account_id": account.id,
            "name": self.env._("Exchange difference"),
        }

    @api.model
    def _receivables_known_by(self, company, door, key):
        """Return the payment that ``door`` has claimed under ``key``, or none."""
        # Rights on payments are not asked for what the caller is about to make itself.
        known = self.env["receivables.payment.key"].sudo()
        return known.search(
            [("company_id", "=", company.id), ("door", "=", door), ("key", "=", key)]
        ).payment_id.sudo(False)

    @api.model
    def _receivables_find_same(
        self, door, company, partner, currency, amount, day, numbers=(), items=None
    ):
        """Return which posted customer payment is the money that ``door`` reports.

        To be asked before a payment is created; whoever is told ``NONE`` creates one,
        and in both cases the door claims it with `_receivables_claim`. Two that ask for
        one customer at the same time: the second fails and is to be tried again.

        :param float amount: above zero, in ``currency``.
        :param date day: when it was paid.
        :param numbers: tracking keys, operation numbers, provider references.
        :param items: journal items of the documents that were paid, where it is known.
        :returns: `Found`; its payments are ids.
        """
        debtor = partner.commercial_partner_id
        # An update, as a mere lock would let the other read the state from before us.
        self.env.cr.execute(
            "UPDATE res_partner SET write_uid = write_uid WHERE id = %s", (debtor.id,)
        )
        items = items if items is not None else self.env["account.move.line"]
        reported = Reported(
            door=door,
            amount=currency._receivables_exact(amount),
            day=day,
            numbers=self._receivables_normalised(numbers),
            documents=frozenset(items.move_id.ids),
        )
        window = timedelta(days=company.receivables_same_payment_days)
        payments = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "=", debtor.id),
                ("payment_type", "=", "inbound"),
                ("partner_type", "=", "customer"),
                ("state", "in", ("in_process", "paid")),
                ("currency_id", "=", currency.id),
                ("date", ">=", day - window),
                ("date", "<=", day + window),
            ]
        ).filtered(lambda one: currency.compare_amounts(one.amount, amount) == 0)
        if not payments:
            return Found(Match.NONE)
        candidates = payments._receivables_as_candidates()
        return find_same_money(reported, candidates, window.days)

    def _receivables_as_candidates(self):
        """Return these payments as `Candidate`."""
        keys = (
            self.env["receivables.payment.key"]
            .sudo()
            .search([("payment_id", "in", self.ids)])
            .grouped("payment_id")
        )
        candidates = []
        for payment in self:
            known = keys.get(payment, self.env["receivables.payment.key"].sudo())
            receivable = payment.move_id.line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
            )
            said = {payment.memo, payment.payment_reference}
            numbers = " ".join(filter(None, known.mapped("numbers"))).split()
            candidates.append(
                Candidate(
                    payment=payment.id,
                    amount=payment.currency_id._receivables_exact(payment.amount),
                    day=payment.date,
                    doors=frozenset(known.mapped("door")),
                    numbers=frozenset(numbers)
                    | self._receivables_normalised(filter(None, said)),
                    documents=frozenset(payment.reconciled_invoice_ids.ids),
                    free=-payment.company_id.currency_id._receivables_exact(
                        sum(receivable.mapped("amount_residual"))
                    ),
                )
            )
        return candidates

    @api.model
    def _receivables_normalised(self, numbers):
        return frozenset(filter(None, map(normalise_number, numbers)))

    def _receivables_claim(self, door, key, numbers=()):
        """Keep that ``door`` knows this payment by ``key``; expects one payment.

        :raises psycopg2.errors.UniqueViolation: another transaction was first.
        """
        self.ensure_one()
        # The doors decide; nobody edits these rows by hand.
        self.env["receivables.payment.key"].sudo().create(
            {
                "company_id": self.company_id.id,
                "payment_id": self.id,
                "door": door,
                "key": key,
                "numbers": " ".join(sorted(self._receivables_normalised(numbers))),
            }
        )
