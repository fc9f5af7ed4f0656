from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core import promise as rules

# Amounts as text: a float loses cents. Money is what bank and cash journals booked; a
# payment that somebody is correcting (draft) settles its items still, as for core.
MONEY = """
SELECT DISTINCT r.id, p.company_id, p.partner_id, p.currency_id, r.debit_move_id,
       c.date, r.debit_amount_currency::text
  FROM receivables_promise p
  JOIN receivables_promise_item item ON item.promise_id = p.id
  JOIN account_partial_reconcile r ON r.debit_move_id = item.line_id
  JOIN account_move_line c ON c.id = r.credit_move_id
  JOIN account_journal j ON j.id = c.journal_id
 WHERE p.id = ANY(%(ids)s)
   AND j.type IN ('bank', 'cash', 'credit')
"""
FREE_MONEY = """
SELECT c.id, debtor.company_id, debtor.partner_id, debtor.currency_id, NULL,
       c.date, (-c.amount_residual_currency)::text
  FROM (SELECT DISTINCT company_id, partner_id, currency_id
          FROM receivables_promise WHERE id = ANY(%(ids)s)) debtor
  JOIN account_move_line c
    ON (c.company_id, c.partner_id, c.currency_id)
     = (debtor.company_id, debtor.partner_id, debtor.currency_id)
  JOIN account_journal j ON j.id = c.journal_id
 WHERE c.account_id = ANY(%(accounts)s)
   AND c.reconciled IS NOT TRUE
   AND c.parent_state = 'posted'
   AND c.amount_residual_currency < 0
   AND j.type IN ('bank', 'cash', 'credit')
"""
ITEMS = """
SELECT item.promise_id, line.id,
       CASE WHEN line.parent_state = 'cancel' THEN 0
            ELSE GREATEST(line.amount_residual_currency, 0) END::text
  FROM receivables_promise_item item
  JOIN account_move_line line ON line.id = item.line_id
 WHERE item.promise_id = ANY(%(ids)s)
"""


class ReceivablesPromise(models.Model):
    _inherit = "receivables.promise"

    @api.model
    def _follow_ledger(self, companies, partners=None):
        """Set the states of promises from the ledger: of some debtors, or of all.

        Of all debtors, those with an open promise; of ``partners``, also promises that
        are settled, since a returned payment opens them again. Constant number of
        queries.
        """
        domain = Domain("company_id", "in", companies.ids)
        if partners is None:
            waiting = self.sudo()._read_group(
                domain & Domain("state", "=", "open"), ["partner_id"]
            )
            debtors = self.env["res.partner"].union(*(row[0] for row in waiting))
        else:
            debtors = partners.commercial_partner_id
        if debtors:
            # States are the ledger's, whoever looks.
            self.sudo().search(
                domain
                & Domain("partner_id", "in", debtors.ids)
                & Domain("state", "!=", "cancelled")
            )._judge()

    def _judge(self):
        """Write what the ledger says about these: all of their debtors' promises."""
        if not self:
            return
        money, items, residuals = self._ledger_facts()
        today = {company: company._receivables_today() for company in self.company_id}
        by_debtor = self.grouped(
            lambda one: (one.company_id.id, one.partner_id.id, one.currency_id.id)
        )
        for key, promises in by_debtor.items():
            verdicts = rules.judge(
                [promise._to_core(items[promise.id]) for promise in promises],
                money[key],
                residuals,
                today[promises.company_id],
            )
            for promise in promises:
                promise._apply(verdicts[promise.id])

    def _ledger_facts(self):
        """Return ({debtor's key: money}, {promise id: item ids}, {item id: residual}).

        A key is (company id, partner id, currency id).
        """
        for model in (
            "account.move.line",
            "account.partial.reconcile",
            "receivables.promise",
        ):
            self.env[model].flush_model()
        accounts = self.env["account.move.line"]._receivables_accounts().ids
        money = defaultdict(list)
        for query in (MONEY, FREE_MONEY):
            for (
                _id,
                company,
                partner,
                currency,
                item,
                day,
                amount,
            ) in self.env.execute_query(SQL(query, ids=self.ids, accounts=accounts)):
                money[company, partner, currency].append(
                    rules.Money(day, Decimal(amount), item)
                )
        items, residuals = defaultdict(set), {}
        for promise, item, residual in self.env.execute_query(SQL(ITEMS, ids=self.ids)):
            items[promise].add(item)
            residuals[item] = Decimal(residual)
        return money, items, residuals

    def _to_core(self, items):
        currency = self.currency_id
        return rules.Promise(
            id=self.id,
            amount=currency._receivables_exact(self.amount),
            made_on=self.made_on,
            last_day=self.last_day,
            tolerance=currency._receivables_exact(self.tolerance_amount),
            items=frozenset(items),
            is_whole=self.is_whole_debt,
        )

    def _apply(self, verdict):
        """Take over a verdict of `core/promise.py`; expects one promise."""
        # The chatter is for what people say; the ledger moves many at once.
        promise = self.with_context(tracking_disable=True)
        values = {
            "amount_received": float(verdict.received),
            "paid_on": verdict.paid_on or False,
            "is_waiting": verdict.waits,
        }
        changed = {
            name: value
            for name, value in values.items()
            if promise._fields[name].convert_to_write(promise[name], promise) != value
        }
        if changed:
            promise.write(changed)
        if verdict.state != "void":
            promise._move(verdict.state)
        elif promise.state != "broken":
            # A settled one has to be open before it can end without money.
            promise._move("open")
            promise._move(
                "cancelled",
                cancel_reason=self.env._(
                    "Nothing was left to pay: settled by credit notes or earlier money."
                ),
            )
