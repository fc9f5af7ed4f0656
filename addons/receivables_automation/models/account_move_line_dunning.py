from odoo import api, fields, models
from odoo.tools import SQL

# An item is looked up by its key and a debtor's items by core's index on open ones:
# OFFSET 0 keeps PostgreSQL from reading the whole ledger for every batch of a run.
# Each row: item, its currency, the hold's code, model and id of its record, the day or
# the amount that the hold is about.
HOLDS = """
WITH item AS (
    SELECT line.*
      FROM unnest(%(ids)s) AS given (id)
     CROSS JOIN LATERAL (
           SELECT id, move_id, company_id, partner_id, currency_id, no_followup
             FROM account_move_line
            WHERE id = given.id
           OFFSET 0) line
), receivable AS (
    SELECT array_agg(id) AS ids
      FROM account_account
     WHERE account_type = 'asset_receivable'
), debtor AS (
    SELECT DISTINCT company_id, partner_id FROM item WHERE partner_id IS NOT NULL
), credit_line AS (
    SELECT debtor.company_id, debtor.partner_id, line.currency_id, line.id AS line_id,
           line.amount
      FROM debtor
     CROSS JOIN LATERAL (
           SELECT id, currency_id, -amount_residual_currency AS amount
             FROM account_move_line
            WHERE account_id = ANY((SELECT ids FROM receivable)::int[])
              AND partner_id = debtor.partner_id
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
    SELECT company_id, partner_id, currency_id,
           SUM(amount) AS amount, MIN(line_id) AS line_id
      FROM credit_line
     GROUP BY company_id, partner_id, currency_id
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
              AND partner_id = credit.partner_id
              AND company_id = credit.company_id
              AND currency_id = credit.currency_id
              AND reconciled IS NOT TRUE
              AND parent_state = 'posted'
              AND amount_residual_currency > 0
           OFFSET 0) line
)
SELECT item.id, item.currency_id, 'no_followup', 'account.move', item.move_id,
       NULL::date, NULL::numeric
  FROM item
 WHERE item.no_followup
 UNION ALL
SELECT item.id, item.currency_id, 'paused', 'receivables.pause', pause.id,
       pause.until, NULL
  FROM item
  JOIN receivables_pause pause ON pause.move_id = item.move_id
 WHERE pause.until >= %(day)s
 UNION ALL
SELECT item.id, item.currency_id, 'customer_paused', 'res.partner', partner.id,
       (partner.receivables_pause_until ->> item.company_id::text)::date, NULL
  FROM item
  JOIN res_partner partner ON partner.id = item.partner_id
 WHERE (partner.receivables_pause_until ->> item.company_id::text)::date >= %(day)s
 UNION ALL
SELECT item.id, payment.currency_id, 'payment_in_process', 'account.payment',
       payment.id, payment.date, payment.amount
  FROM item
  JOIN account_move__account_payment link ON link.invoice_id = item.move_id
  JOIN account_payment payment ON payment.id = link.payment_id
 WHERE payment.state = 'in_process' AND payment.move_id IS NULL
 UNION ALL
SELECT item.id, item.currency_id, 'unapplied_credit', 'account.move.line',
       owed.line_id, NULL, owed.amount
  FROM item
  JOIN owed USING (id)
 WHERE owed.older < owed.amount
"""


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def unlink(self):
        """Override: what was told of a deleted item stays told, without the item."""
        result = super().unlink()
        self.env["receivables.dunning.notice.line"]._forget("move_line_id", self)
        return result

    @api.private
    def _receivables_hold_reasons(self, date):
        """Return {item id: [(code, text, record)]}: why an item is not chased on a day.

        An item that nothing holds has an empty list. One query, however many items.
        Satellites add what they know to the dict of `super`.

        An open credit of the customer (a payment or credit note that is applied to
        nothing) holds the items that it reaches, the oldest first, in its currency and
        company: the money is here, it only has to be applied.
        """
        holds = {line_id: [] for line_id in self.ids}
        if not holds:
            return holds
        self._receivables_flush_for_holds()
        query = SQL(HOLDS, ids=self.ids, day=date)
        for (
            line_id,
            currency_id,
            code,
            model,
            res_id,
            day,
            amount,
        ) in self.env.execute_query(query):
            currency = self.env["res.currency"].browse(currency_id)
            text = self._receivables_hold_text(code, day, amount, currency)
            holds[line_id].append((code, text, self.env[model].browse(res_id)))
        return holds

    def _receivables_flush_for_holds(self):
        for model in (
            "account.account",
            "account.move.line",
            "account.payment",
            "receivables.pause",
            "res.partner",
        ):
            self.env[model].flush_model()

    @api.model
    def _receivables_accounts(self):
        """Return the receivable accounts, whoever asks: they only bound a query."""
        return (
            self.env["account.account"]
            .sudo()
            .search([("account_type", "=", "asset_receivable")])
        )

    def _receivables_hold_text(self, code, day, amount, currency):
        """Return a hold in words that say what to do about it."""
        day = day and fields.Date.to_string(day)
        money = currency.format(amount) if amount else ""
        if code == "no_followup":
            return self.env._("The document is marked to be left out of follow-ups.")
        if code == "paused":
            return self.env._("Paused until %(day)s.", day=day)
        if code == "customer_paused":
            return self.env._("The customer is paused until %(day)s.", day=day)
        if code == "payment_in_process":
            return self.env._(
                "A payment of %(amount)s of %(day)s is in process.",
                amount=money,
                day=day,
            )
        return self.env._(
            "The customer has %(amount)s that is applied to nothing. Apply it first.",
            amount=money,
        )

    @api.private
    def _receivables_payment_url(self):
        """Return where the debtor of these items can pay them; '' if nowhere.

        A satellite returns a placeholder that is replaced when the message is sent.
        Expects the items of one debtor, company and currency.
        """
        return ""

    @api.private
    def _receivables_payment_urls(self, items_by_key, is_preview=False):
        """Return {key: address} for {key: items of one debtor}.

        For satellites that can answer for many debtors at once. A preview stores
        nothing: an address that would be made for the message is ``#`` in it.
        """
        return {
            key: items._receivables_payment_url() for key, items in items_by_key.items()
        }

    def action_receivables_explain(self):
        """Return the answer to *Why was this not chased?*; expects one item."""
        self.ensure_one()
        self.check_access("read")
        explanation = self.env["receivables.dunning.explanation"].create(
            {"move_line_id": self.id}
        )
        return explanation._action_open()
