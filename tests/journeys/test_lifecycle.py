"""An add-on can leave and come back: core works in between, nothing stays behind."""

import pytest
from cobranza import odoo
from cobranza.postgres import sql
from cobranza.settings import ADDONS

DATABASE = "cobranza_test_lifecycle"
LEFTOVERS = """
SELECT relname FROM pg_class
 WHERE relkind IN ('r', 'v') AND relname ~ '^(receivables_|mx_sat_|payment_link)'
   AND relname <> 'payment_link_wizard'
UNION ALL
SELECT table_name || '.' || column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND column_name ~ '^(receivables_|mx_sat_)'
UNION ALL
SELECT 'mail server ' || name FROM ir_mail_server
UNION ALL
SELECT 'record ' || module || '.' || name FROM ir_model_data
 WHERE module IN ('receivables_automation', 'mx_sat_sync', 'payment_links')
"""
CORE_WORKS = """
invoice = env["account.move"].search([("move_type", "=", "out_invoice")], limit=1)
copy = invoice.copy()
copy.action_post()
assert copy.state == "posted"
"""


@pytest.fixture
def database(here, sample):
    here.databases.copy(sample, DATABASE)
    yield DATABASE
    here.databases.drop(DATABASE)


def _odoo(here, *arguments, stdin=None):
    odoo.run(
        here.settings,
        here.environment,
        "lifecycle",
        *arguments,
        problem=f"odoo {' '.join(arguments)} failed.",
        stdin=stdin,
    )


@pytest.mark.soak
def test_install_uninstall_install_leaves_core_working(here, database):
    invoices = "SELECT count(*) FROM account_move WHERE state = 'posted'"
    before = sql(here.settings, here.environment, database, invoices)

    _odoo(here, "module", "uninstall", "-d", database, *reversed(ADDONS))

    assert sql(here.settings, here.environment, database, LEFTOVERS) == ""
    assert sql(here.settings, here.environment, database, invoices) == before
    _odoo(here, "shell", "-d", database, "--no-http", stdin=CORE_WORKS)

    here.databases.install(database, ADDONS)
    assert sql(here.settings, here.environment, database, invoices) == before
