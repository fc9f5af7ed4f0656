"""The public payment page, asked for as a visitor's browser does."""

import statistics
import time
from unittest.mock import patch
from urllib.parse import urlsplit

from werkzeug.test import Client

from odoo.http import root
from odoo.sql_db import Cursor

from .meter import show

TIMES = 40
INVOICES = 50


def measure(env) -> None:
    """Show time and queries of the page of a debtor with fifty open invoices."""
    what = f"public payment page, {INVOICES} invoices"
    target = "p95 <= 300 ms, <= 25 queries above an empty page"
    link = _link(env)
    if not link:
        show(what, "no link can be made", target, None)
        return
    client = Client(root)
    empty = _asked(client, "/pay/" + "x" * 32, 404)
    asked = _asked(client, urlsplit(link.sudo().url).path, 200)
    slow = statistics.quantiles(asked["seconds"], n=20)[-1] * 1000
    more = asked["queries"] - empty["queries"]
    show(
        what,
        f"p95 {slow:.0f} ms, {more:+} queries",
        target,
        slow <= 300 and more <= 25,
    )


def _link(env):
    """Return the standing link of the debtor that the ledger gave fifty invoices."""
    lines = env["account.move.line"]
    groups = lines._read_group(
        lines._receivables_open_domain(),
        ["partner_id"],
        having=[("__count", "=", INVOICES)],
        limit=1,
    )
    if not groups or env["payment.link"]._problem():
        return None
    link = env["payment.link"]._for_balance(
        env.company, groups[0][0], env.company.currency_id
    )
    env.cr.commit()
    return link


def _asked(client: Client, path: str, status: int) -> dict:
    """Return the seconds of each request and the queries of the last one.

    :raises RuntimeError: the page answered with another status.
    """
    counted = []
    execute = Cursor.execute

    def counting(cursor, *arguments, **options):
        counted.append(None)
        return execute(cursor, *arguments, **options)

    seconds = []
    with patch.object(Cursor, "execute", counting):
        # The first ones fill the caches that every visitor shares.
        for turn in range(TIMES + 3):
            if status == 404 and turn > 5:
                break
            counted.clear()
            started = time.perf_counter()
            answer = client.get(path)
            answer.get_data()
            seconds.append(time.perf_counter() - started)
            if answer.status_code != status:
                raise RuntimeError(f"{path.split('/')[1]}: {answer.status}")
    return {"seconds": seconds[3:], "queries": len(counted)}
