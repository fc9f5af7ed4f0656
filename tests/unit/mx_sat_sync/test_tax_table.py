"""A tax is known by use, kind, factor and rate, never by its name."""

from decimal import Decimal

import pytest
from cfdi_builder import EXEMPT, IVA_16, IVA_WITHHELD, Line, Local, build

from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.tax_table import (
    COMMON_MISSING,
    TOLERANCE,
    TaxKey,
    key_of,
    keys_of,
    match,
    propose,
)

# What Odoo's chart for Mexico has for sales.
CHART = [
    TaxKey("iva", False, "Tasa", Decimal("0.16")),
    TaxKey("iva", False, "Tasa", Decimal("0.08")),
    TaxKey("iva", False, "Tasa", Decimal(0)),
    TaxKey("iva", False, "Exento", Decimal(0)),
    TaxKey("isr", True, "Tasa", Decimal("0.0125")),
    *(
        TaxKey("ieps", False, "Tasa", Decimal(rate))
        for rate in ("0.08", "0.25", "0.265", "0.30", "0.53")
    ),
]


def _withheld(rate: str) -> TaxKey:
    return TaxKey("iva", True, "Tasa", Decimal(rate))


def test_a_cfdi_s_taxes_are_each_named_once():
    line = Line(rates=(IVA_16, IVA_WITHHELD))
    cfdi = parse(build(lines=(line, line, Line(rates=(EXEMPT,))), local=(Local(),)))

    assert keys_of(cfdi) == [
        TaxKey("iva", False, "Tasa", Decimal("0.16")),
        _withheld("0.106667"),
        TaxKey("iva", False, "Exento", Decimal(0)),
        TaxKey("local", False, "Tasa", Decimal("0.03"), "ISH"),
    ]


@pytest.mark.parametrize("rate", ["0.106666", "0.106667", "0.10666666666667", "0.1067"])
def test_two_thirds_of_iva_are_one_tax_however_they_are_rounded(rate):
    assert match(_withheld(rate), COMMON_MISSING) == _withheld("0.106667")


@pytest.mark.parametrize(
    "other",
    [
        TaxKey("iva", False, "Tasa", Decimal("0.1602")),
        TaxKey("iva", True, "Tasa", Decimal("0.16")),
        TaxKey("ieps", False, "Tasa", Decimal("0.16")),
        TaxKey("iva", False, "Cuota", Decimal("0.16")),
        TaxKey("local", False, "Tasa", Decimal("0.16"), "ISH"),
    ],
)
def test_taxes_that_differ_in_anything_are_not_merged(other):
    assert match(TaxKey("iva", False, "Tasa", Decimal("0.16")), [other]) is None


def test_zero_exempt_and_the_border_are_three_taxes():
    zero, exempt = CHART[2], CHART[3]

    assert match(zero, CHART) == zero
    assert match(exempt, CHART) == exempt


def test_local_taxes_of_two_names_are_two():
    one = TaxKey("local", False, "Tasa", Decimal("0.03"), "ISH")

    assert match(one, [TaxKey("local", False, "Tasa", Decimal("0.03"), "ISAN")]) is None


def test_the_nearest_rate_wins():
    near = _withheld("0.10667")

    assert match(_withheld("0.106667"), [_withheld("0.1067"), near]) == near


@pytest.mark.parametrize("key", COMMON_MISSING, ids=str)
def test_what_is_proposed_is_not_in_the_chart(key):
    assert match(key, CHART) is None


def test_no_two_proposals_are_one_tax_or_have_one_name():
    for position, key in enumerate(COMMON_MISSING):
        assert match(key, COMMON_MISSING[:position]) is None
    names = [propose(key).name for key in COMMON_MISSING]
    assert len(names) == len(set(names))


def test_a_withholding_is_negative_waits_for_the_payment_and_is_a_claim():
    tax = propose(_withheld("0.106666"))

    assert tax.name == "IVA retenido 10.6667 %"
    assert tax.percent == Decimal("-10.6667")
    assert tax.exigibility == "on_payment"
    assert tax.account.group == "113.01"
    assert tax.account.is_asset
    assert tax.pending.code != tax.account.code


def test_ieps_enters_the_base_of_iva_and_is_owed():
    tax = propose(TaxKey("ieps", False, "Tasa", Decimal("0.09")))

    assert (tax.percent, tax.includes_base) == (Decimal(9), True)
    assert tax.account.code == "208.02.01"
    assert not tax.account.is_asset


def test_a_quota_is_a_fixed_amount_per_unit():
    tax = propose(TaxKey("ieps", False, "Cuota", Decimal("3.0818")))

    assert (tax.is_fixed, tax.percent) == (True, Decimal("3.0818"))
    assert tax.name == "IEPS trasladado 3.0818 por unidad"


def test_an_exempt_tax_needs_no_account():
    tax = propose(TaxKey("ieps", False, "Exento", Decimal(0)))

    assert (tax.account, tax.pending, tax.exigibility) == (None, None, "on_invoice")


def test_a_local_tax_keeps_its_name_and_side():
    hotel = propose(TaxKey("local", False, "Tasa", Decimal("0.035"), "ISH"))
    cedular = propose(TaxKey("local", True, "Tasa", Decimal("0.01"), "CEDULAR"))

    assert (hotel.name, hotel.percent) == ("ISH 3.5 %", Decimal("3.5"))
    assert (cedular.name, cedular.percent) == ("CEDULAR retenido 1 %", Decimal(-1))
    assert hotel.account.group == "213.05"
    assert cedular.account.group == "113.08"


def test_transferred_isr_does_not_exist():
    with pytest.raises(ValueError, match="never transferred"):
        propose(TaxKey("isr", False, "Tasa", Decimal("0.1")))


def test_the_summary_s_withholding_is_no_tax_of_its_own():
    cfdi = parse(build(lines=(Line(rates=(IVA_16, IVA_WITHHELD)),)))

    with pytest.raises(ValueError, match="use the concepts'"):
        key_of(cfdi.taxes[0])


def test_the_tolerance_is_a_hundredth_of_a_percent():
    assert Decimal("0.0001") == TOLERANCE
