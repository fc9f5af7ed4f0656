from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ..core.credit_rules import Exposure

# Open items by age; credits stand apart, as in the debtor's profile.
LEDGER = """
SELECT p.commercial_partner_id,
       COALESCE(sum(l.amount_residual) FILTER (
           WHERE l.amount_residual > 0 AND COALESCE(l.date_maturity, l.date) < %(day)s
       ), 0),
       COALESCE(sum(l.amount_residual) FILTER (
           WHERE l.amount_residual > 0 AND COALESCE(l.date_maturity, l.date) >= %(day)s
       ), 0),
       COALESCE(-sum(l.amount_residual) FILTER (WHERE l.amount_residual < 0), 0),
       COALESCE(max(%(day)s - COALESCE(l.date_maturity, l.date)) FILTER (
           WHERE l.amount_residual > 0
       ), 0)
  FROM account_move_line l
  JOIN res_partner p ON p.id = l.partner_id
 WHERE l.account_id = ANY(%(accounts)s) AND l.parent_state = 'posted'
   AND l.reconciled IS NOT TRUE AND l.company_id = %(company)s AND %(debtors)s
 GROUP BY p.commercial_partner_id
"""

# What is left to invoice of each confirmed order: quantities as core counts them, less
# the down payments that no invoice has taken off yet. A draft is not an invoice, so
# orders that only look invoiced are looked at through their drafts. Lines that were
# delivered without being ordered have no total to take a share of: they come apart.
ORDERS = """
WITH candidate AS (
    SELECT id
      FROM sale_order
     WHERE state = 'sale' AND company_id = %(company)s
       AND invoice_status IS DISTINCT FROM 'invoiced'
       AND partner_invoice_id IN (SELECT p.id FROM res_partner p WHERE %(debtors)s)
    UNION
    SELECT line.order_id
      FROM account_move m
      JOIN account_move_line l ON l.move_id = m.id
      JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
      JOIN sale_order_line line ON line.id = rel.order_line_id
     WHERE m.state = 'draft' AND m.company_id = %(company)s
       AND m.move_type IN ('out_invoice', 'out_refund')
       AND line.order_id IN (
           SELECT s.id
             FROM sale_order s
             JOIN res_partner p ON p.id = s.partner_invoice_id
            WHERE %(debtors)s
       )
)
SELECT o.id, p.commercial_partner_id, COALESCE(NULLIF(o.currency_rate, 0), 1),
       sum(
           CASE WHEN line.is_downpayment
                THEN -COALESCE(billed.amount, 0)
                WHEN line.product_uom_qty > 0
                THEN line.price_total * GREATEST(0,
                         GREATEST(line.product_uom_qty, line.qty_delivered)
                         - COALESCE(billed.quantity, 0)
                     ) / line.product_uom_qty
                WHEN line.product_uom_qty < 0
                THEN line.price_total * GREATEST(0,
                         1 - COALESCE(billed.quantity, 0) / line.product_uom_qty
                     )
                ELSE 0
           END
       ),
       jsonb_object_agg(line.id, line.qty_delivered - COALESCE(billed.quantity, 0))
           FILTER (WHERE line.product_uom_qty = 0 AND line.qty_delivered > 0
                     AND line.is_downpayment IS NOT TRUE)
  FROM sale_order o
  JOIN candidate ON candidate.id = o.id
  JOIN res_partner p ON p.id = o.partner_invoice_id
  JOIN sale_order_line line ON line.order_id = o.id AND line.display_type IS NULL
  LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
  LEFT JOIN LATERAL (
       SELECT sum(sign * l.quantity * COALESCE(own.factor / unit.factor, 1))
                  AS quantity,
              sum(sign * l.price_total * CASE
                  WHEN l.currency_id = o.currency_id THEN 1
                  ELSE o.currency_rate / NULLIF(m.invoice_currency_rate, 0)
              END) AS amount
         FROM sale_order_line_invoice_rel rel
         JOIN account_move_line l ON l.id = rel.invoice_line_id
         JOIN account_move m ON m.id = l.move_id
        CROSS JOIN LATERAL (
              SELECT CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END AS sign
        ) direction
         LEFT JOIN uom_uom own ON own.id = l.product_uom_id
        WHERE rel.order_line_id = line.id
          AND (m.state = 'posted' OR m.payment_state = 'invoicing_legacy')
  ) billed ON TRUE
 WHERE o.state = 'sale' AND o.company_id = %(company)s AND %(debtors)s
 GROUP BY o.id, p.commercial_partner_id
"""

# Drafts that come from no confirmed order: the others count with their order.
DRAFTS = """
SELECT p.commercial_partner_id,
       sum(l.price_total / COALESCE(NULLIF(m.invoice_currency_rate, 0), 1))
  FROM account_move m
  JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
  JOIN res_partner p ON p.id = m.partner_id
 WHERE m.state = 'draft' AND m.company_id = %(company)s
   AND m.move_type IN ('out_invoice', 'out_receipt') AND %(debtors)s
   AND NOT EXISTS (
       SELECT
         FROM sale_order_line_invoice_rel rel
         JOIN sale_order_line line ON line.id = rel.order_line_id
        WHERE rel.invoice_line_id = l.id AND line.state = 'sale'
   )
 GROUP BY p.commercial_partner_id
"""

# Sales on credit: what is due after its date. Refunds count whatever their date.
CREDIT_SALES = """
SELECT p.commercial_partner_id, sum(m.amount_total_signed), min(m.invoice_date)
  FROM account_move m
  JOIN res_partner p ON p.id = m.commercial_partner_id
 WHERE m.state = 'posted' AND m.company_id = %(company)s AND %(debtors)s
   AND m.invoice_date > %(since)s AND m.invoice_date <= %(day)s
   AND (m.move_type = 'out_refund'
        OR m.move_type IN ('out_invoice', 'out_receipt')
           AND m.invoice_date_due > m.invoice_date)
 GROUP BY p.commercial_partner_id
"""


class ReceivablesCredit(models.AbstractModel):
    """What debtors could cost a company, and what its policy says to that.

    Nothing of it is stored: it is computed from the ledger for many debtors at once.
    """

    _name = "receivables.credit"
    _description = "Credit of debtors"

    @api.model
    def _exposures(self, company, partners=None):
        """Return {commercial partner id: `Exposure`} in the company's currency.

        Of ``partners`` (commercial ones), or of everybody who has any. Who has none is
        not in it. A constant number of queries.
        """
        parts = {}
        self._flush_exposure()
        debtors = self._of_debtors(partners)
        exact = company.currency_id._receivables_exact

        def add(partner_id, name, amount):
            of_partner = parts.setdefault(partner_id, {})
            of_partner[name] = of_partner.get(name, Decimal(0)) + exact(amount)

        accounts = self.env["receivables.profile"]._receivable_accounts(company)
        ledger = SQL(
            LEDGER,
            day=company._receivables_today(),
            accounts=accounts.ids,
            company=company.id,
            debtors=debtors,
        )
        for partner_id, overdue, not_due, unapplied, days in self.env.execute_query(
            ledger
        ):
            add(partner_id, "overdue", overdue)
            add(partner_id, "not_due", not_due)
            add(partner_id, "unapplied", unapplied)
            parts[partner_id]["days_overdue"] = max(days, 0)
        for partner_id, amount in self._order_amounts(company, partners).values():
            add(partner_id, "orders", amount)
        if company.receivables_count_drafts:
            drafts = SQL(DRAFTS, company=company.id, debtors=debtors)
            for partner_id, amount in self.env.execute_query(drafts):
                add(partner_id, "drafts", amount)
        for partner_id, amount in self._guarantees(company, partners):
            add(partner_id, "guarantees", amount)
        return {partner_id: Exposure(**found) for partner_id, found in parts.items()}

    @api.model
    def _flush_exposure(self):
        for model in (
            "account.move",
            "account.move.line",
            "res.partner",
            "sale.order",
            "sale.order.line",
        ):
            self.env[model].flush_model()

    @api.model
    def _of_debtors(self, partners):
        """Return SQL over the alias `p` that leaves only ``partners``, or everybody."""
        if partners is None:
            return SQL("TRUE")
        return SQL("p.commercial_partner_id = ANY(%s)", partners.ids)

    @api.model
    def _order_amounts(self, company, partners=None):
        """Return {order id: (commercial partner id, amount left to invoice)}.

        In the company's currency, taxes included, at the order's rate; confirmed orders
        only. One query, and those of core's taxes where lines were delivered that
        nobody ordered.
        """
        self._flush_exposure()
        query = SQL(ORDERS, company=company.id, debtors=self._of_debtors(partners))
        rows = self.env.execute_query(query)
        delivered = {
            int(line_id): quantity
            for *_order, quantities in rows
            for line_id, quantity in (quantities or {}).items()
        }
        unordered = self._unordered_amounts(company, delivered)
        return {
            order_id: (
                partner_id,
                max(float(amount) + unordered.get(order_id, 0), 0) / rate,
            )
            for order_id, partner_id, rate, amount, _quantities in rows
        }

    @api.model
    def _unordered_amounts(self, company, delivered):
        """Return {order id: amount} of lines ordered 0, as core would invoice them.

        Taxes included, in the order's currency.

        :param delivered: {line id: quantity delivered and not invoiced}
        """
        amounts = {}
        taxes = self.env["account.tax"].sudo()
        # A figure of the exposure; who may see the exposure is asked where it is shown.
        for line in self.env["sale.order.line"].sudo().browse(delivered):
            quantity = max(delivered[line.id], 0)
            if quantity and line.product_id.invoice_policy != "order":
                base = line._prepare_base_line_for_taxes_computation(quantity=quantity)
                taxes._add_tax_details_in_base_line(base, company)
                taxes._round_base_lines_tax_details([base], company)
                total = base["tax_details"]["total_included_currency"]
                amounts[line.order_id.id] = amounts.get(line.order_id.id, 0) + total
        return amounts

    @api.model
    def _credit_sales(self, company, partners):
        """Return {commercial partner id: average sales on credit in a month}.

        Of the last twelve months, or of those since the first sale where they are
        fewer; in the company's currency, taxes included. Who bought nothing on credit
        is not in it. One query.
        """
        self._flush_exposure()
        today = company._receivables_today()
        query = SQL(
            CREDIT_SALES,
            company=company.id,
            day=today,
            since=today - relativedelta(years=1),
            debtors=self._of_debtors(partners),
        )
        exact = company.currency_id._receivables_exact
        sales = {}
        for partner_id, amount, first in self.env.execute_query(query):
            days = (today - first).days + 1
            months = min(max(-(-days * 12 // 365), 1), 12)
            sales[partner_id] = exact(float(amount) / months)
        return sales

    @api.model
    def _guarantees(self, company, partners=None):
        """Return [(commercial partner id, amount)] of what secures debts today.

        In the company's currency at today's rate; a currency without one counts for
        nothing, and the guarantee says so. A constant number of queries per currency.
        """
        today = company._receivables_today()
        domain = [
            ("company_id", "=", company.id),
            ("starts_on", "<=", today),
            "|",
            ("expires_on", "=", False),
            ("expires_on", ">=", today),
        ]
        if partners is not None:
            # A debtor may have become another one's contact since.
            domain.append(("partner_id.commercial_partner_id", "in", partners.ids))
        # A figure of the exposure; who may see the exposure is asked where it is shown.
        found = self.env["receivables.guarantee"].sudo().search(domain)
        unrated = found.currency_id._receivables_unrated(company, today)
        return [
            (
                guarantee.partner_id.commercial_partner_id.id,
                guarantee.currency_id._convert(
                    guarantee._usable_amount(), company.currency_id, company, today
                ),
            )
            for guarantee in found
            if guarantee.currency_id not in unrated
        ]
