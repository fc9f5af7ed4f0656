from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, format_date

# An item is looked up by its key and a debtor's items by core's index on open ones:
# OFFSET 0 keeps PostgreSQL from reading the whole ledger for every batch of a run.
ITEMS = """
item AS (
    SELECT line.*
      FROM unnest(%(ids)s) AS given (id)
     CROSS JOIN LATERAL (
           SELECT id, move_id, company_id, partner_id, currency_id, no_followup
             FROM account_move_line
            WHERE id = given.id
           OFFSET 0) line
)"""
# The open items that a customer's unapplied money reaches; either may name a contact.
OWED = """
receivable AS (
    SELECT array_agg(id) AS ids
      FROM account_account
     WHERE account_type = 'asset_receivable'
), debtor AS (
    SELECT one.company_id, one.partner_id, ARRAY(
               SELECT id FROM res_partner WHERE commercial_partner_id = one.partner_id
           ) AS names
      FROM (SELECT DISTINCT item.company_id, p.commercial_partner_id AS partner_id
              FROM item
              JOIN res_partner p ON p.id = item.partner_id) one
), credit_line AS (
    SELECT debtor.company_id, debtor.partner_id, line.currency_id, line.id AS line_id,
           line.amount
      FROM debtor
     CROSS JOIN LATERAL (
           SELECT id, currency_id, -amount_residual_currency AS amount
             FROM account_move_line
            WHERE account_id = ANY((SELECT ids FROM receivable)::int[])
              AND partner_id = ANY(debtor.names)
              AND company_id = debtor.company_id
              AND reconciled IS NOT TRUE
              AND parent_state = 'posted'
              AND amount_residual_currency < 0
           OFFSET 0) line
     UNION ALL
    SELECT p.company_id, c.commercial_partner_id, p.currency_id, NULL, p.amount
      FROM account_payment p
      JOIN res_partner c ON c.id = p.partner_id
      JOIN debtor d
        ON d.company_id = p.company_id AND d.partner_id = c.commercial_partner_id
     WHERE p.state = 'in_process'
       AND p.move_id IS NULL
       AND p.payment_type = 'inbound'
       AND NOT EXISTS (
           SELECT FROM account_move__account_payment r WHERE r.payment_id = p.id)
), credit AS (
    SELECT company_id, partner_id, debtor.names, credit_line.currency_id,
           SUM(amount) AS amount, MIN(line_id) AS line_id
      FROM credit_line
      JOIN debtor USING (company_id, partner_id)
     GROUP BY company_id, partner_id, debtor.names, credit_line.currency_id
), owed AS (
    SELECT line.id, credit.amount, credit.line_id,
           SUM(line.residual) OVER (
               PARTITION BY credit.company_id, credit.partner_id, credit.currency_id
               ORDER BY line.date_maturity, line.id
           ) - line.residual AS older
      FROM credit
     CROSS JOIN LATERAL (
           SELECT id, date_maturity, amount_residual_currency AS residual
             FROM account_move_line
            WHERE account_id = ANY((SELECT ids FROM receivable)::int[])
              AND partner_id = ANY(credit.names)
              AND company_id = credit.company_id
              AND currency_id = credit.currency_id
              AND reconciled IS NOT TRUE
              AND parent_state = 'posted'
              AND amount_residual_currency > 0
           OFFSET 0) line
)"""
# What base knows of: each row as `_receivables_hold_queries` says.
HOLDS = (
    """
SELECT item.id, item.currency_id, 'no_followup', 'account.move', item.move_id,
       NULL::date, NULL::numeric
  FROM item
 WHERE item.no_followup
    """,
    """
SELECT item.id, item.currency_id, 'paused', 'receivables.pause', pause.id,
       pause.until, NULL::numeric
  FROM item
  JOIN receivables_pause pause ON pause.move_id = item.move_id
 WHERE pause.until >= %(day)s
    """,
    """
SELECT item.id, item.currency_id, 'customer_paused', 'res.partner', partner.id,
       (partner.receivables_pause_until ->> item.company_id::text)::date, NULL::numeric
  FROM item
  JOIN res_partner contact ON contact.id = item.partner_id
  JOIN res_partner partner ON partner.id = contact.commercial_partner_id
 WHERE (partner.receivables_pause_until ->> item.company_id::text)::date >= %(day)s
    """,
    """
SELECT item.id, payment.currency_id, 'payment_in_process', 'account.payment',
       payment.id, payment.date, payment.amount
  FROM item
  JOIN account_move__account_payment link ON link.invoice_id = item.move_id
  JOIN account_payment payment ON payment.id = link.payment_id
 WHERE payment.state = 'in_process' AND payment.move_id IS NULL
    """,
    """
SELECT item.id, item.currency_id, 'unapplied_credit', 'account.move.line',
       owed.line_id, NULL::date, owed.amount
  FROM item
  JOIN owed USING (id)
 WHERE owed.older < owed.amount
    """,
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.private
    def _receivables_hold_reasons(self, date):
        """Return {item id: [(code, text, record)]}: why an item is not chased on a day.

        An item that nothing holds has an empty list. One query, however many items and
        whoever knows of holds: see `_receivables_hold_queries`.

        An open credit of the customer (a payment or credit note that is applied to
        nothing) holds the items that it reaches, the oldest first, in its currency and
        company: the money is here, it only has to be applied.
        """
        holds = {line_id: [] for line_id in self.ids}
        if not holds:
            return holds
        rows = self.env.execute_query(self._receivables_holds_query(date))
        ids = defaultdict(list)
        for _place, _line, _currency, _code, model, res_id, _day, _amount in rows:
            # A payment without an entry of its own is a hold without a record.
            ids[model] += [res_id] if res_id else []
        for _place, line_id, currency_id, code, model, res_id, day, amount in rows:
            record = self.env[model].browse(res_id or ()).with_prefetch(ids[model])
            currency = self.env["res.currency"].browse(currency_id)
            # Whoever plans reminders reads the reason, not the record that gives it.
            text = self._receivables_hold_text(
                code, record.sudo(), day, currency.format(amount) if amount else ""
            )
            holds[line_id].append((code, text, record))
        return holds

    def _receivables_holds_query(self, date):
        """Return the query of the rows of everybody's holds on these items."""
        queries = self._receivables_hold_queries(date)
        rows = SQL(" UNION ALL ").join(
            SQL("SELECT %s AS place, hold.* FROM (%s) hold", place, query)
            for place, query in enumerate(queries)
        )
        return SQL(
            "WITH %s, %s SELECT * FROM (%s) row ORDER BY place, 2",
            SQL(ITEMS, ids=self.ids),
            SQL(OWED),
            rows,
        )

    @api.private
    def _receivables_hold_queries(self, date):
        """Return SELECTs of holds; extend it. What comes first is the reason shown.

        Each reads the table `item` (id, move_id, company_id, partner_id, currency_id,
        no_followup) and yields rows: item, currency, the hold's code, model and id of
        its record, the day and the amount that it is about, or a typed NULL. Who adds
        one flushes what it reads.
        """
        for model in (
            "account.account",
            "account.move.line",
            "account.payment",
            "receivables.pause",
            "res.partner",
        ):
            self.env[model].flush_model()
        return [SQL(query, day=date) for query in HOLDS]

    @api.private
    def _receivables_hold_text(self, code, record, day, amount):
        """Return a hold in words that say what to do about it; extend it by code.

        :param record: what the hold is about, readable for anybody.
        :param str amount: with its currency, '' where a row has none.
        """
        day = day and format_date(self.env, day)
        if code == "no_followup":
            return self.env._("The document is marked to be left out of follow-ups.")
        if code == "paused":
            return self.env._("Paused until %(day)s.", day=day)
        if code == "customer_paused":
            return self.env._("The customer is paused until %(day)s.", day=day)
        if code == "payment_in_process":
            return self.env._(
                "A payment of %(amount)s of %(day)s is in process.",
                amount=amount,
                day=day,
            )
        return self.env._(
            "The customer has %(amount)s that is applied to nothing. Apply it first.",
            amount=amount,
        )
