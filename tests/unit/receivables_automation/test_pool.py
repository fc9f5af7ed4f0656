from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.pool import Pool

PARTS = st.dictionaries(st.integers(0, 3), st.decimals("-1e6", "1e6", places=2))


def test_an_order_covers_no_other_order_s_part():
    pool = Pool({1: Decimal(100), 2: Decimal(10)})

    assert pool.cover({1: Decimal(50), 2: Decimal(50), 3: Decimal(50)}) == 60
    assert Pool().cover({1: Decimal(50)}) == 0


@given(PARTS, st.lists(PARTS, max_size=5))
def test_what_invoices_take_is_never_more_than_there_was(amounts, invoices):
    pool, covered = Pool(amounts), Decimal(0)

    for parts in invoices:
        covered += pool.cover(parts)
        pool.take(parts)

    assert 0 <= covered <= sum(max(one, 0) for one in amounts.values())
