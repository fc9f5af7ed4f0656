from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.payment_links.core.scope import scope_key

ITEMS = st.dictionaries(
    st.integers(1, 10**9), st.decimals(0, 10**6, places=2), min_size=1, max_size=20
)


@given(ITEMS, st.randoms())
def test_order_and_spelling_do_not_matter(items, random):
    shuffled = list(items.items())
    random.shuffle(shuffled)

    assert scope_key(shuffled) == scope_key(
        (item, cap.quantize(Decimal("0.0001"))) for item, cap in items.items()
    )


@given(ITEMS, ITEMS)
def test_another_scope_has_another_key(one, other):
    assert (scope_key(one.items()) == scope_key(other.items())) == (one == other)


def test_a_thousand_items_fit_an_index():
    assert len(scope_key((item, Decimal(0)) for item in range(1000))) == 64
