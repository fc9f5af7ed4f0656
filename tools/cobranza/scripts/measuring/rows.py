"""Rows of a generated ledger: copies of what Odoo itself posted."""

from odoo.fields import Command
from odoo.tools import SQL


def spread(expression, size, salt, seed):
    """Return SQL for a number from 0 to ``size`` - 1 that looks random."""
    return SQL(
        "mod(abs(hashint8((%s)::bigint + %s)::bigint), %s)",
        expression,
        seed * 1_000_003 + salt * 7_919,
        size,
    )


def reserve(cr, table, count):
    """Return the number before the first of ``count`` ids that are ours now."""
    cr.execute(
        SQL(
            "SELECT setval(%(name)s, nextval(%(name)s) + %(count)s) - %(count)s",
            name=f"{table}_id_seq",
            count=count,
        )
    )
    return cr.fetchone()[0]


def copy_rows(cr, table, template, source, changes):
    """Insert a copy of the row ``template`` for each row of ``source`` (alias s)."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        (table,),
    )
    columns = [row[0] for row in cr.fetchall()]
    values = [changes.get(column, SQL.identifier("t", column)) for column in columns]
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s t CROSS JOIN (%s) s WHERE t.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(values),
            SQL.identifier(table),
            source,
            template,
        )
    )


def post_template(env, currency):
    """Return an invoice and its payment, posted by Odoo, that rows are copied from."""
    company = env.company
    today = company._receivables_today()
    partner = env["res.partner"].create({"name": f"Bench {currency.name}"})
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": today,
            "currency_id": currency.id,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "Bench", "price_unit": 1, "tax_ids": []})
            ],
        }
    )
    invoice.action_post()
    item = invoice.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )
    payment = env["account.payment"]._receivables_create_applied(
        {
            "partner_id": partner.id,
            "amount": 1,
            "currency_id": currency.id,
            "date": today,
            "journal_id": env["account.journal"]
            .search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
            .id,
        },
        [(item, 1)],
    )
    return invoice, payment


def lines_of(move):
    """Return the receivable line of an entry and its other line."""
    receivable = move.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
    )[:1]
    return receivable, (move.line_ids - receivable)[:1]
