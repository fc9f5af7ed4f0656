import pytest

from odoo.addons.payment_links.core.typed_amount import plain_amount


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1500.50", "1500.50"),
        ("$1,500", "1500"),
        ("12,345,678.90", "12345678.90"),
        ("1,50", "1,50"),
        ("1.500,50", "1.500,50"),
        ("1500,500", "1500,500"),
        ("", ""),
        ("nan", "nan"),
    ],
)
def test_only_thousands_commas_go(typed, plain):
    assert plain_amount(typed) == plain
