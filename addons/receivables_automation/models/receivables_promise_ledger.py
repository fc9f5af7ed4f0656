from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..core import promise as rules

# An item counts while it is the customer's, in the currency of the promise: a document
# that was corrected may be another's. Amounts as text: a float loses cents. Money is
# what bank and cash journals booked, as much of it as the entry brought (a difference
# of rates is not missing); a payment that somebody is correcting (draft) settles its
# items still, as for core.
SETTLED = """
WITH settled AS (
    SELECT DISTINCT r.id, p.company_id, p.partner_id, p.currency_id, r.debit_move_id,
           r.credit_move_id, r.debit_amount_currency
      FROM receivables_promise p
      JOIN receivables_promise_item item ON item.promise_id = p.id
      JOIN account_move_line line ON line.id = item.line_id
      JOIN res_partner debtor ON debtor.id = line.partner_id
      JOIN account_partial_reconcile r ON r.debit_move_id = line.id
     WHERE p.id = ANY(%(ids)s)
       AND p.partner_id = debtor.commercial_partner_id
       AND p.currency_id = line.currency_id
), entry AS (
    SELECT line.move_id,
           COALESCE(sum(line.balance) FILTER (
               WHERE account.account_type IN ('asset_cash', 'liability_credit_card')
                  OR account.id = journal.default_account_id
                  OR account.id = payment.outstanding_account_id
                  OR account.id IN (company.income_currency_exchange_account_id,
                                    company.expense_currency_exchange_account_id)
                  OR account.id IN (
                     SELECT payment_account_id
                       FROM account_payment_method_line
                      WHERE journal_id = journal.id)), 0) AS money,
           sum(-line.balance) FILTER (
               WHERE account.account_type = 'asset_receivable'
                 AND line.balance < 0) AS total
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      JOIN account_journal journal ON journal.id = line.journal_id
      JOIN res_company company ON company.id = line.company_id
      LEFT JOIN account_payment payment ON payment.id = line.payment_id
     WHERE line.move_id IN (
           SELECT c.move_id
             FROM settled
             JOIN account_move_line c ON c.id = settled.credit_move_id)
       AND journal.type IN ('bank', 'cash', 'credit')
     GROUP BY line.move_id
)
SELECT settled.company_id, settled.partner_id, settled.currency_id, c.date,
       settled.debit_amount_currency::text, item.id, entry.move_id, entry.money::text,
       entry.total::text,
       CASE WHEN c.date <= item.discount_date
            THEN item.amount_currency - item.discount_amount_currency
            ELSE 0 END::text
  FROM settled
  JOIN account_move_line item ON item.id = settled.debit_move_id
  JOIN account_move_line c ON c.id = settled.credit_move_id
  LEFT JOIN entry ON entry.move_id = c.move_id
 ORDER BY settled.id
"""
# A payment may be in the name of one of the customer's contacts.
FREE_MONEY = """
SELECT debtor.company_id, debtor.partner_id, debtor.currency_id, c.date,
       (-c.amount_residual_currency)::text
  FROM (SELECT DISTINCT company_id, partner_id, currency_id
          FROM receivables_promise WHERE id = ANY(%(ids)s)) debtor
  JOIN res_partner contact ON contact.commercial_partner_id = debtor.partner_id
  JOIN account_move_line c
    ON (c.company_id, c.partner_id, c.currency_id)
     = (debtor.company_id, contact.id, debtor.currency_id)
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
  JOIN receivables_promise p ON p.id = item.promise_id
  JOIN account_move_line line ON line.id = item.line_id
  JOIN res_partner debtor ON debtor.id = line.partner_id
 WHERE item.promise_id = ANY(%(ids)s)
   AND p.partner_id = debtor.commercial_partner_id
   AND p.currency_id = line.currency_id
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

    def _take_items(self, items):
        """Have these promises be about those of ``items`` that are their customer's."""
        # Nobody may change what a promise is about: it follows its invoices.
        for promise in self.sudo():
            own = items.filtered(
                lambda item, promise=promise: (
                    item.partner_id.commercial_partner_id == promise.partner_id
                    and item.currency_id == promise.currency_id
                )
            )
            if own:
                promise.move_line_ids = [Command.link(item) for item in own.ids]

    def _judge(self):
        """Write what the ledger says about these: all of their debtors' promises."""
        if not self:
            return
        money, credited, items, residuals = self._ledger_facts()
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
                credited[key],
            )
            for promise in promises:
                promise._apply(verdicts[promise.id])

    def _ledger_facts(self):
        """Return (money, credits, {promise id: item ids}, {item id: residual}).

        Money and credits are by debtor: (company id, partner id, currency id).
        """
        for model in (
            "account.move.line",
            "account.partial.reconcile",
            "account.payment",
            "receivables.promise",
            "res.partner",
        ):
            self.env[model].flush_model()
        settled = defaultdict(list)
        for row in self.env.execute_query(SQL(SETTLED, ids=self.ids)):
            day, amount, item, entry, *numbers = row[3:]
            settled[row[:3]].append(
                rules.Settled(
                    day,
                    Decimal(amount),
                    item,
                    entry,
                    *(Decimal(number or 0) for number in numbers),
                )
            )
        money, credited = defaultdict(list), defaultdict(list)
        for key, some in settled.items():
            coin = Decimal(str(self.env["res.currency"].browse(key[2]).rounding))
            money[key], credited[key] = rules.count_money(some, coin)
        accounts = self.env["account.move.line"]._receivables_accounts().ids
        for *key, day, amount in self.env.execute_query(
            SQL(FREE_MONEY, ids=self.ids, accounts=accounts)
        ):
            money[tuple(key)].append(rules.Money(day, Decimal(amount), None))
        items, residuals = defaultdict(set), {}
        for promise, item, residual in self.env.execute_query(SQL(ITEMS, ids=self.ids)):
            items[promise].add(item)
            residuals[item] = Decimal(residual)
        return money, credited, items, residuals

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
            state=self.state,
        )

    def _apply(self, verdict):
        """Take over a verdict of `core/promise.py`; expects one promise."""
        if verdict.state == "ended":
            return
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
        else:
            promise._move(
                "cancelled",
                cancel_reason=self.env._(
                    "Nothing was left to pay: settled by credit notes or earlier money."
                ),
            )
