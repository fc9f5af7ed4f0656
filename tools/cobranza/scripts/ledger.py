"""Fill a scratch database with a ledger of any size, the same for the same seed.

Copies documents that Odoo itself posted, row by row in SQL: through the models a
million lines would take a day. Only for measuring; never in a company's database.
"""

import os
import sys
from functools import partial

from odoo.tools import SQL

sys.path.insert(0, os.environ["COBRANZA_BENCH_SCRIPTS"])

from measuring import rows  # noqa: E402
from measuring.rows import lines_of  # noqa: E402

DEBTORS = int(os.environ["COBRANZA_BENCH_DEBTORS"])
OPEN = int(os.environ["COBRANZA_BENCH_OPEN"])
SETTLED = int(os.environ["COBRANZA_BENCH_SETTLED"])
SEED = int(os.environ["COBRANZA_BENCH_SEED"])

# One payment settles this many invoices, as people pay.
PER_PAYMENT = 10
# Every 20th customer is invoiced in dollars; every 10th open invoice is partly paid.
EVERY_FOREIGN = 20
EVERY_PARTIAL = 10
PESOS_PER_DOLLAR = 18
# The customers whose screens are measured: (place, open invoices).
LARGE = (1, 1_400)
PAGE = (2, 50)
# What is left of an invoice in pesos.
LEFT = "round(s.value * (s.amount - s.paid) / s.amount, 2)"

cr = env.cr
company = env.company
today = company._receivables_today()


spread = partial(rows.spread, seed=SEED)
reserve = partial(rows.reserve, cr)
copy_rows = partial(rows.copy_rows, cr)


def create_debtors(template):
    """Return the number before the first debtor's id."""
    before = reserve("res_partner", DEBTORS)
    copy_rows(
        "res_partner",
        template.id,
        SQL("SELECT n FROM generate_series(1, %s) n", DEBTORS),
        {
            **dict.fromkeys(("id", "commercial_partner_id"), SQL("%s + s.n", before)),
            **dict.fromkeys(("name", "complete_name"), SQL("'Deudor ' || s.n")),
            **dict.fromkeys(
                ("email", "email_normalized"), SQL("'p' || s.n || '@bench.example'")
            ),
            "lang": SQL("'es_MX'"),
        },
    )
    return before


def plan_invoices(debtor_before):
    """Fill the temporary table ``bench``: a row per invoice, the open ones first.

    Amounts are in the invoice's currency; ``value`` is in pesos.
    """
    cr.execute(
        SQL(
            """
            CREATE TEMPORARY TABLE bench AS
            SELECT n,
                   n <= %(open)s AS is_open,
                   %(before)s + 1 + debtor AS partner_id,
                   debtor %% %(foreign)s = 0 AS is_foreign,
                   %(today)s::date - overdue::int AS due,
                   %(today)s::date - overdue::int - 30 AS issued,
                   amount,
                   amount * CASE WHEN debtor %% %(foreign)s = 0 THEN %(rate)s ELSE 1 END
                       AS value,
                   CASE WHEN n > %(open)s THEN amount
                        WHEN n %% %(partial)s = 0 THEN round(amount * 0.4, 2)
                        ELSE 0 END AS paid,
                   %(today)s::date - (overdue - late)::int AS paid_on,
                   payment
              FROM (
                SELECT n,
                       CASE WHEN n <= %(large_items)s THEN %(large)s
                            WHEN n <= %(large_items)s + %(page_items)s THEN %(page)s
                            WHEN n <= %(open)s THEN 3 + %(any_debtor)s
                            ELSE mod((n - %(open)s - 1) / %(per)s, %(debtors)s)
                            END AS debtor,
                       CASE WHEN n <= %(open)s THEN %(age)s - 60
                            ELSE 60 + %(old_age)s + mod(n, %(per)s) END AS overdue,
                       100 + %(cents)s / 100.0 AS amount,
                       CASE WHEN n <= %(open)s THEN 5 ELSE %(late)s - 10 END AS late,
                       CASE WHEN n > %(open)s
                            THEN (n - %(open)s - 1) / %(per)s + 1
                            WHEN n %% %(partial)s = 0
                            THEN %(full_payments)s + n / %(partial)s
                            END AS payment
                  FROM generate_series(1, %(open)s + %(settled)s) n
              ) told
            """,
            open=OPEN,
            settled=SETTLED,
            before=debtor_before,
            debtors=DEBTORS,
            foreign=EVERY_FOREIGN,
            partial=EVERY_PARTIAL,
            per=PER_PAYMENT,
            rate=PESOS_PER_DOLLAR,
            today=today,
            large=LARGE[0],
            large_items=LARGE[1],
            page=PAGE[0],
            page_items=PAGE[1],
            any_debtor=spread(SQL("n"), DEBTORS - 3, 1),
            age=spread(SQL("n"), 260, 2),
            old_age=spread(SQL("(n - %s - 1) / %s", OPEN, PER_PAYMENT), 900, 3),
            cents=spread(SQL("n"), 5_000_000, 4),
            late=spread(SQL("(n - %s - 1) / %s", OPEN, PER_PAYMENT), 45, 5),
            full_payments=-(-SETTLED // PER_PAYMENT),
        )
    )
    cr.execute("CREATE UNIQUE INDEX ON bench (n)")
    cr.execute("CREATE INDEX ON bench (payment)")


def create_invoices(invoice, is_foreign):
    """Copy ``invoice`` for the rows of that currency; return (move, line) before."""
    chosen = SQL("SELECT * FROM bench WHERE is_foreign = %s", is_foreign)
    entry = before["move"]
    copy_rows(
        "account_move",
        invoice.id,
        chosen,
        {
            "id": SQL("%s + s.n", entry),
            "name": SQL("'BENCH/' || s.n"),
            "sequence_prefix": SQL("'BENCH/'"),
            "sequence_number": SQL("s.n"),
            "payment_reference": SQL("'BENCH/' || s.n"),
            "partner_id": SQL("s.partner_id"),
            "commercial_partner_id": SQL("s.partner_id"),
            "partner_shipping_id": SQL("s.partner_id"),
            "date": SQL("s.issued"),
            "invoice_date": SQL("s.issued"),
            "invoice_date_due": SQL("s.due"),
            "access_token": SQL("NULL"),
            "payment_state": SQL(
                "CASE WHEN NOT s.is_open THEN 'paid' WHEN s.paid > 0 THEN 'partial'"
                " ELSE 'not_paid' END"
            ),
            **dict.fromkeys(("amount_untaxed", "amount_total"), SQL("s.amount")),
            **dict.fromkeys(
                ("amount_untaxed_signed", "amount_total_signed"), SQL("s.value")
            ),
            "amount_total_in_currency_signed": SQL("s.amount"),
            "amount_untaxed_in_currency_signed": SQL("s.amount"),
            "amount_residual": SQL("s.amount - s.paid"),
            "amount_residual_signed": SQL(LEFT),
        },
    )
    receivable, income = lines_of(invoice)
    common = {
        "move_id": SQL("%s + s.n", entry),
        "move_name": SQL("'BENCH/' || s.n"),
        "partner_id": SQL("s.partner_id"),
        "date": SQL("s.issued"),
        "invoice_date": SQL("s.issued"),
    }
    copy_rows(
        "account_move_line",
        receivable.id,
        chosen,
        common
        | {
            "id": SQL("%s + 2 * s.n - 1", before["line"]),
            "date_maturity": SQL("s.due"),
            "debit": SQL("s.value"),
            "balance": SQL("s.value"),
            "amount_currency": SQL("s.amount"),
            "amount_residual": SQL(LEFT),
            "amount_residual_currency": SQL("s.amount - s.paid"),
            "reconciled": SQL("NOT s.is_open"),
            "full_reconcile_id": SQL(
                "CASE WHEN s.is_open THEN NULL ELSE %s + s.n END", before["full"]
            ),
            "matching_number": SQL("NULL"),
        },
    )
    copy_rows(
        "account_move_line",
        income.id,
        chosen,
        common
        | {
            "id": SQL("%s + 2 * s.n", before["line"]),
            "credit": SQL("s.value"),
            "balance": SQL("-s.value"),
            "amount_currency": SQL("-s.amount"),
            "price_unit": SQL("s.amount"),
            "price_subtotal": SQL("s.amount"),
            "price_total": SQL("s.amount"),
        },
    )


def create_payments(payment, is_foreign):
    """Copy ``payment`` for the rows of that currency, with its entry."""
    chosen = SQL(
        "SELECT payment AS n, min(partner_id) AS partner_id, max(paid_on) AS paid_on,"
        " sum(paid) AS paid, sum(round(value * paid / amount, 2)) AS value"
        " FROM bench WHERE payment IS NOT NULL AND is_foreign = %s GROUP BY payment",
        is_foreign,
    )
    single = SQL(
        "SELECT b.*, round(b.value * b.paid / b.amount, 2) AS paid_value,"
        " max(b.paid_on) OVER (PARTITION BY b.payment) AS day"
        " FROM bench b WHERE payment IS NOT NULL AND is_foreign = %s",
        is_foreign,
    )
    entry, line = before["payment_move"], before["payment_line"]
    copy_rows(
        "account_payment",
        payment.id,
        chosen,
        {
            "id": SQL("%s + s.n", before["payment"]),
            "name": SQL("'BENCHPAY/' || s.n"),
            "move_id": SQL("NULL"),
            "partner_id": SQL("s.partner_id"),
            "date": SQL("s.paid_on"),
            "amount": SQL("s.paid"),
            "amount_company_currency_signed": SQL("s.value"),
        },
    )
    copy_rows(
        "account_move",
        payment.move_id.id,
        chosen,
        {
            "id": SQL("%s + s.n", entry),
            "name": SQL("'BENCHPAY/' || s.n"),
            "sequence_prefix": SQL("'BENCHPAY/'"),
            "sequence_number": SQL("s.n"),
            "origin_payment_id": SQL("%s + s.n", before["payment"]),
            "partner_id": SQL("s.partner_id"),
            "commercial_partner_id": SQL("s.partner_id"),
            "date": SQL("s.paid_on"),
        },
    )
    # Each names the other: the second reference is filled in afterwards.
    cr.execute(
        SQL(
            "UPDATE account_payment SET move_id = id - %s + %s WHERE id > %s"
            " AND move_id IS NULL",
            before["payment"],
            entry,
            before["payment"],
        )
    )
    receivable, liquidity = lines_of(payment.move_id)
    common = {
        "move_name": SQL("'BENCHPAY/' || s.n"),
        "partner_id": SQL("s.partner_id"),
    }
    copy_rows(
        "account_move_line",
        receivable.id,
        single,
        common
        | {
            "id": SQL("%s + s.n", line),
            "move_id": SQL("%s + s.payment", entry),
            "payment_id": SQL("%s + s.payment", before["payment"]),
            "date": SQL("s.day"),
            "date_maturity": SQL("s.day"),
            "credit": SQL("s.paid_value"),
            "balance": SQL("-s.paid_value"),
            "amount_currency": SQL("-s.paid"),
            "amount_residual": SQL("0"),
            "amount_residual_currency": SQL("0"),
            "reconciled": SQL("TRUE"),
            "full_reconcile_id": SQL(
                "CASE WHEN s.is_open THEN NULL ELSE %s + s.n END", before["full"]
            ),
            "matching_number": SQL("NULL"),
        },
    )
    copy_rows(
        "account_move_line",
        liquidity.id,
        chosen,
        common
        | {
            "id": SQL("%s + s.n", before["liquidity"]),
            "move_id": SQL("%s + s.n", entry),
            "payment_id": SQL("%s + s.n", before["payment"]),
            "date": SQL("s.paid_on"),
            "debit": SQL("s.value"),
            "balance": SQL("s.value"),
            "amount_currency": SQL("s.paid"),
        },
    )


def reconcile(partial):
    """Match every payment's lines with the invoices that they settle."""
    copy_rows(
        "account_partial_reconcile",
        partial.id,
        SQL(
            "SELECT *, round(value * paid / amount, 2) AS paid_value,"
            " max(paid_on) OVER (PARTITION BY payment) AS day"
            " FROM bench WHERE payment IS NOT NULL"
        ),
        {
            "id": SQL("%s + s.n", before["partial"]),
            "debit_move_id": SQL("%s + 2 * s.n - 1", before["line"]),
            "credit_move_id": SQL("%s + s.n", before["payment_line"]),
            "full_reconcile_id": SQL(
                "CASE WHEN s.is_open THEN NULL ELSE %s + s.n END", before["full"]
            ),
            **dict.fromkeys(
                ("debit_currency_id", "credit_currency_id"),
                SQL("CASE WHEN s.is_foreign THEN %s ELSE %s END", dollar.id, peso.id),
            ),
            "max_date": SQL("GREATEST(s.day, s.issued)"),
            "amount": SQL("s.paid_value"),
            "debit_amount_currency": SQL("s.paid"),
            "credit_amount_currency": SQL("s.paid"),
        },
    )


peso = company.currency_id
dollar = env.ref("base.USD")
dollar.active = True
env["res.currency.rate"].create(
    {
        "currency_id": dollar.id,
        "company_id": company.id,
        "name": "2020-01-01",
        "inverse_company_rate": PESOS_PER_DOLLAR,
    }
)
templates = {
    is_foreign: rows.post_template(env, currency)
    for is_foreign, currency in ((False, peso), (True, dollar))
}
env.flush_all()

total = OPEN + SETTLED
payments = -(-SETTLED // PER_PAYMENT) + OPEN // EVERY_PARTIAL
before = {
    "move": reserve("account_move", total),
    "payment_move": reserve("account_move", payments),
    "payment": reserve("account_payment", payments),
    "line": reserve("account_move_line", 2 * total),
    "payment_line": reserve("account_move_line", total),
    "liquidity": reserve("account_move_line", payments),
    "full": reserve("account_full_reconcile", total),
    "partial": reserve("account_partial_reconcile", total),
}
cr.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
if cr.fetchone()[0]:
    # The copies are whole by construction; checking each reference takes minutes.
    cr.execute("SET LOCAL session_replication_role = replica")
plan_invoices(create_debtors(templates[False][0].partner_id))
cr.execute(
    SQL(
        "INSERT INTO account_full_reconcile (id) SELECT %s + n FROM bench"
        " WHERE NOT is_open",
        before["full"],
    )
)
for is_foreign, (invoice, payment) in templates.items():
    create_invoices(invoice, is_foreign)
    create_payments(payment, is_foreign)
reconcile(lines_of(templates[False][0])[0].matched_credit_ids)
cr.commit()
cr._cnx.autocommit = True
# A ledger that grew over years was vacuumed long before anybody measures it.
cr.execute("VACUUM ANALYZE")
