from odoo import api, fields, models
from odoo.tools import SQL

from ..core import habits

# Money is what a bank or cash journal booked; of a settled item more of it must have
# come than was written off (as in `receivables_profile_refresh.py`).
MONEY = SQL("j.type IN ('bank', 'cash', 'credit')")
WRITTEN_OFF = SQL(
    "j.type NOT IN ('bank', 'cash', 'credit') AND c.display_type <> 'payment_term'"
    " AND c.journal_id IS DISTINCT FROM i.exchange_id"
)


class ReceivablesProfile(models.Model):
    """How a debtor pays: what tells one kind from another, from ledger and reminders.

    Each invoice item counts by its own due date. A share of nothing is empty (NULL).
    """

    _inherit = "receivables.profile"

    days_since_first_invoice = fields.Integer(
        string="Days since first invoice", readonly=True, aggregator="max"
    )
    earlier_prompt_ratio = fields.Float(
        string="Paid promptly before",
        readonly=True,
        aggregator="avg",
        help="Of what fell due more than 90 days ago: paid within 5 days.",
    )
    recent_prompt_ratio = fields.Float(
        string="Paid promptly of late",
        readonly=True,
        aggregator="avg",
        help="Of what fell due in the last 90 days, the last 5 left out: paid within 5"
        " days.",
    )
    days_late_max = fields.Integer(
        string="Days late (longest)",
        readonly=True,
        aggregator="max",
        help="Of any item, paid or still owed.",
    )
    late_size_ratio = fields.Float(
        string="Size of what is late",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Mean amount of what was not paid within 5 days, over that of what was;"
        " above 1, the large ones wait.",
    )
    partial_payment_ratio = fields.Float(
        string="Paid in parts",
        readonly=True,
        aggregator="avg",
        help="Of the items that took money: on more than one day, or not yet all.",
    )
    paid_since_oldest_ratio = fields.Float(
        string="Paid since the oldest debt",
        readonly=True,
        aggregator="avg",
        help="Of what fell due after the oldest overdue debt: paid.",
    )
    paid_together_ratio = fields.Float(
        string="Late ones paid at once",
        readonly=True,
        aggregator="avg",
        help="Of what was paid more than 5 days late: on one day with two others.",
    )
    late_correction_ratio = fields.Float(
        string="Corrected after due",
        readonly=True,
        aggregator="avg",
        help="Of what fell due: took a credit note after its due date.",
    )
    bought_overdue_ratio = fields.Float(
        string="Bought while overdue",
        readonly=True,
        aggregator="avg",
        help="Invoices issued while something was overdue for more than 30 days.",
    )
    reminder_count = fields.Integer(
        string="Reminders",
        readonly=True,
        help="Notices sent about something that was overdue.",
    )
    days_after_reminder = fields.Float(
        string="Days from reminder to payment",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Half of the reminded items were paid later than this after the last one.",
    )
    # What other sources tell: empty until they do.
    promised_count = fields.Integer(string="Promises made", readonly=True)
    disputed_count = fields.Integer(string="Disputes raised", readonly=True)
    plan_request_count = fields.Integer(string="Payment plans asked for", readonly=True)
    reminder_open_ratio = fields.Float(
        string="Reminders opened", readonly=True, aggregator="avg"
    )
    reminder_reply_ratio = fields.Float(
        string="Reminders answered", readonly=True, aggregator="avg"
    )
    reminder_bounce_count = fields.Integer(string="Reminders bounced", readonly=True)
    cancelled_cfdi_count = fields.Integer(string="CFDI cancelled", readonly=True)
    returned_payment_count = fields.Integer(string="Payments returned", readonly=True)

    @api.model
    def _extra_fact_fields(self):
        return [
            *super()._extra_fact_fields(),
            "promised_count",
            "disputed_count",
            "plan_request_count",
            "reminder_open_ratio",
            "reminder_reply_ratio",
            "reminder_bounce_count",
            "cancelled_cfdi_count",
            "returned_payment_count",
        ]

    @api.model
    def _refresh_habits(self, companies, accounts, debtors):
        """Write how ``debtors`` pay, or everybody, from one query over the ledger."""
        columns = self._habit_columns()
        names = SQL(", ").join(map(SQL.identifier, columns))
        self.env["receivables.dunning.notice"].flush_model()
        self.env["receivables.dunning.notice.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
WITH today (company_id, day, exchange_id, collector_id) AS (VALUES %(today)s),
item AS MATERIALIZED (
    SELECT l.id, l.company_id, p.commercial_partner_id AS partner_id, l.move_id,
           l.date AS issued, COALESCE(l.date_maturity, l.date) AS due,
           today.day - COALESCE(l.date_maturity, l.date) AS days,
           l.reconciled IS TRUE AS is_settled, l.balance AS amount, today.exchange_id
      FROM account_move_line l
      JOIN today ON today.company_id = l.company_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted'
       AND l.display_type = 'payment_term' AND l.balance > 0 AND %(lines)s
),
taken AS (
    SELECT i.id, max(c.date) AS closed_on, max(c.date) FILTER (WHERE %(money)s) AS last,
           min(c.date) FILTER (WHERE %(money)s) AS first,
           COALESCE(sum(r.amount) FILTER (WHERE %(money)s), 0)
               > COALESCE(sum(r.amount) FILTER (WHERE %(written_off)s), 0) AS is_paid,
           bool_or(c.display_type = 'payment_term' AND c.date > i.due) AS is_corrected
      FROM item i
      JOIN account_partial_reconcile r ON r.debit_move_id = i.id
      JOIN account_move_line c ON c.id = r.credit_move_id
      JOIN account_journal j ON j.id = c.journal_id
     GROUP BY i.id
),
known AS MATERIALIZED (
    SELECT i.*, taken.closed_on, taken.first, taken.last, taken.is_corrected,
           CASE WHEN i.is_settled AND taken.is_paid THEN taken.last END AS paid_on
      FROM item i
      LEFT JOIN taken ON taken.id = i.id
),
judged AS (
    SELECT known.*,
           days > %(prompt)s AND (NOT is_settled OR paid_on IS NOT NULL) AS is_counted,
           COALESCE(paid_on <= due + %(prompt)s, FALSE) AS is_prompt,
           COALESCE(paid_on > due + %(prompt)s, FALSE) AS is_late,
           count(*) FILTER (WHERE paid_on > due + %(prompt)s)
               OVER (PARTITION BY company_id, partner_id, paid_on) AS together,
           min(due) FILTER (WHERE NOT is_settled AND days > 0)
               OVER (PARTITION BY company_id, partner_id) AS oldest
      FROM known
),
long_overdue AS (
    SELECT company_id, partner_id, due + %(long)s AS since,
           CASE WHEN is_settled THEN closed_on END AS until
      FROM known
     WHERE days > %(long)s
       AND (NOT is_settled OR closed_on > due + %(long)s)
),
bought AS (
    SELECT company_id, partner_id, count(DISTINCT move_id) AS invoices,
           count(DISTINCT move_id) FILTER (
               WHERE EXISTS (
                   SELECT FROM long_overdue owed
                    WHERE (owed.company_id, owed.partner_id)
                        = (known.company_id, known.partner_id)
                      AND owed.since < known.issued
                      AND (owed.until IS NULL OR owed.until > known.issued))) AS knowing
      FROM known
     GROUP BY company_id, partner_id
),
paying AS (
    SELECT company_id, partner_id, %(habits)s
      FROM judged
     GROUP BY company_id, partner_id
),
told AS (
    SELECT line.move_line_id AS id, notice.id AS notice_id, notice.date,
           known.company_id, known.partner_id, known.paid_on, known.is_settled
      FROM known
      JOIN receivables_dunning_notice_line line ON line.move_line_id = known.id
      JOIN receivables_dunning_notice notice ON notice.id = line.notice_id
     WHERE notice.state = 'sent' AND notice.date > known.due
),
answer AS (
    SELECT id, company_id, partner_id,
           min(paid_on) - max(date) FILTER (WHERE date <= paid_on) AS wait,
           NOT bool_or(is_settled) AND max(today.day) - max(date) > %(answer)s
               AS is_unheard
      FROM told
      JOIN today USING (company_id)
     GROUP BY id, company_id, partner_id
),
reminded AS (
    SELECT company_id, partner_id,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS days_after_reminder,
           count(*) FILTER (WHERE wait <= %(answer)s)::float8
               / NULLIF(count(*) FILTER (WHERE wait IS NOT NULL OR is_unheard), 0)
               AS reminder_response_ratio
      FROM answer
     GROUP BY company_id, partner_id
),
sent AS (
    SELECT company_id, partner_id, count(DISTINCT notice_id) AS reminder_count
      FROM told
     GROUP BY company_id, partner_id
)
UPDATE receivables_profile profile
   SET (%(names)s) = ROW(%(values)s)
  FROM receivables_profile same
  JOIN today ON today.company_id = same.company_id
  LEFT JOIN paying ON (paying.company_id, paying.partner_id)
                    = (same.company_id, same.partner_id)
  LEFT JOIN bought ON (bought.company_id, bought.partner_id)
                    = (same.company_id, same.partner_id)
  LEFT JOIN reminded ON (reminded.company_id, reminded.partner_id)
                      = (same.company_id, same.partner_id)
  LEFT JOIN sent ON (sent.company_id, sent.partner_id)
                  = (same.company_id, same.partner_id)
 WHERE same.id = profile.id AND %(rows)s
   AND (%(own)s) IS DISTINCT FROM (%(values)s)
                """,
                today=self._today_rows(companies),
                accounts=tuple(accounts.ids) or (0,),
                lines=self._lines_of_debtors(debtors),
                rows=self._of_debtors(SQL.identifier("same", "partner_id"), debtors),
                money=MONEY,
                written_off=WRITTEN_OFF,
                habits=self._habit_sums(),
                prompt=habits.PROMPT_DAYS,
                long=habits.LONG_OVERDUE_DAYS,
                answer=habits.ANSWER_DAYS,
                names=names,
                values=SQL(", ").join(columns.values()),
                own=SQL(", ").join(SQL.identifier("profile", name) for name in columns),
            )
        )

    @api.model
    def _habit_sums(self):
        """Return the SQL of the facts that are sums over a debtor's judged items."""
        late = SQL("days > 0 AND due > oldest")
        money = SQL("first IS NOT NULL")
        earlier = SQL("is_counted AND days > %s", habits.RECENT_DAYS)
        recent = SQL("is_counted AND days <= %s", habits.RECENT_DAYS)
        shares = {
            "earlier_prompt_ratio": (SQL("is_prompt"), earlier),
            "recent_prompt_ratio": (SQL("is_prompt"), recent),
            "partial_payment_ratio": (SQL("NOT is_settled OR first < last"), money),
            "paid_since_oldest_ratio": (SQL("paid_on IS NOT NULL"), late),
            "paid_together_ratio": (
                SQL("together >= %s", habits.PILED_ITEMS),
                SQL("is_late"),
            ),
            "late_correction_ratio": (SQL("is_corrected"), SQL("days > 0")),
        }
        sums = [
            SQL(
                "count(*) FILTER (WHERE (%(some)s) AND (%(whole)s))::float8"
                " / NULLIF(count(*) FILTER (WHERE %(whole)s), 0) AS %(name)s",
                some=some,
                whole=whole,
                name=SQL.identifier(name),
            )
            for name, (some, whole) in shares.items()
        ]
        sums += [
            SQL("min(issued) AS first_issued"),
            SQL(
                "max(COALESCE(paid_on - due, days)) FILTER (WHERE is_counted)"
                " AS days_late_max"
            ),
            SQL(
                "avg(amount) FILTER (WHERE is_counted AND NOT is_prompt)"
                " / avg(amount) FILTER (WHERE is_counted AND is_prompt)"
                " AS late_size_ratio"
            ),
        ]
        return SQL(", ").join(sums)

    @api.model
    def _habit_columns(self):
        """Return {field: SQL of its value} of what `_refresh_habits` writes."""
        of_paying = (
            "earlier_prompt_ratio",
            "recent_prompt_ratio",
            "partial_payment_ratio",
            "paid_since_oldest_ratio",
            "paid_together_ratio",
            "late_correction_ratio",
            "days_late_max",
            "late_size_ratio",
        )
        of_reminded = ("days_after_reminder", "reminder_response_ratio")
        return {
            **{name: SQL.identifier("paying", name) for name in of_paying},
            **{name: SQL.identifier("reminded", name) for name in of_reminded},
            "days_since_first_invoice": SQL("today.day - paying.first_issued"),
            "bought_overdue_ratio": SQL(
                "bought.knowing::float8 / NULLIF(bought.invoices, 0)"
            ),
            "reminder_count": SQL("COALESCE(sent.reminder_count, 0)"),
        }
