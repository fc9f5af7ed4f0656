from datetime import timedelta
from decimal import Decimal

from odoo import api, models

from ..core.same_money import (
    Candidate,
    Found,
    Match,
    Reported,
    find_same_money,
    normalise_number,
)


def _decimal(currency, amount):
    return Decimal(str(currency.round(amount)))


class AccountPayment(models.Model):
    _inherit = "account.payment"

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
            amount=_decimal(currency, amount),
            day=day,
            numbers=self._receivables_normalised(numbers),
            documents=frozenset(items.move_id.ids),
        )
        window = timedelta(days=company.receivables_same_payment_days)
        payments = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "child_of", debtor.id),
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
                    amount=_decimal(payment.currency_id, payment.amount),
                    day=payment.date,
                    doors=frozenset(known.mapped("door")),
                    numbers=frozenset(numbers)
                    | self._receivables_normalised(filter(None, said)),
                    documents=frozenset(payment.reconciled_invoice_ids.ids),
                    free=-_decimal(
                        payment.company_id.currency_id,
                        sum(receivable.mapped("amount_residual")),
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
