"""A CFDI whose figures disagree is seen, one whose rounding is SAT's is not."""

from decimal import Decimal

import pytest
from cfdi_builder import (
    EXEMPT,
    IEPS_8,
    ISR_WITHHELD,
    IVA_16,
    IVA_WITHHELD,
    Line,
    Local,
    Paid,
    Pay,
    build,
)

from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.checks import find_differences


def _codes(content: bytes) -> list[str]:
    found = find_differences(parse(content))
    assert all(finding.message for finding in found)
    return [finding.code for finding in found]


@pytest.mark.parametrize("version", ["3.3", "4.0"])
@pytest.mark.parametrize(
    "rates",
    [
        (),
        (EXEMPT,),
        (IVA_16, IEPS_8),
        (IVA_16, ISR_WITHHELD, IVA_WITHHELD),
    ],
)
def test_a_right_invoice_has_no_differences(version, rates):
    line = Line(Decimal("33.33"), Decimal("3"), Decimal("9.99"), rates)

    assert _codes(build(version=version, lines=(line, line), local=(Local(),))) == []


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"Total": "116.02"}, "total_differs"),
        ({"TipoCambio": "18.5"}, "exchange_rate_not_one"),
        ({"Moneda": "USD"}, "exchange_rate_missing"),
        ({"FormaPago": "03"}, "method_form_differ"),
        ({"MetodoPago": "PUE"}, "method_form_differ"),
        ({"Fecha": "2026-11-07T09:00:00"}, "stamped_late"),
        ({"Fecha": "2026-11-10T15:00:00"}, "stamped_before_issue"),
    ],
)
def test_a_document_that_disagrees_with_itself_is_seen(attributes, code):
    assert _codes(build(**attributes)) == [code]


@pytest.mark.parametrize("total", ["116.01", "115.99"])
def test_one_cent_is_within_the_tolerance(total):
    assert _codes(build(Total=total)) == []


def test_the_tolerance_is_the_currency_s_smallest_unit():
    assert _codes(build(Moneda="JPY", TipoCambio="0.12", Total="117")) == []
    assert _codes(build(Moneda="JPY", TipoCambio="0.12", Total="118")) == [
        "total_differs"
    ]


def test_the_local_tax_that_total_forgets_is_seen():
    assert _codes(build(local=(Local(),), Total="116.00")) == ["total_differs"]


def test_a_local_total_that_its_rows_do_not_give_is_seen():
    content = build(local=(Local(),)).replace(b'slados="3.00"', b'slados="5.00"')

    assert "local_total_differs" in _codes(content)


def test_a_discount_that_the_lines_do_not_give_is_seen():
    content = build(lines=(Line(discount=Decimal("5.00")),), Descuento="9.00")

    assert _codes(content) == ["discount_differs", "total_differs"]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        (b'Importe="100.00"', b'Importe="99.00"', ["concept_amount_differs"]),
        (b'Cantidad="1"', b'Cantidad="2"', ["concept_amount_differs"]),
        (b'SubTotal="100.00"', b'SubTotal="100.05"', []),
        (
            b'TotalImpuestosTrasladados="16.00"',
            b'TotalImpuestosTrasladados="17.00"',
            ["tax_total_differs"],
        ),
    ],
)
def test_a_wrong_part_is_seen(old, new, codes):
    found = _codes(build().replace(old, new, 1))

    assert set(codes) <= set(found)
    assert found


def test_a_tax_that_is_no_product_of_base_and_rate_is_named():
    content = build().replace(b'Importe="16.00"', b'Importe="15.00"', 1)

    first, second = find_differences(parse(content))

    assert first.message == "Concept 1: IVA trasladado 16 % on 100.00 is not 15.00."
    assert second.message == (
        "The concepts' IVA trasladado 16 % adds up to 15.00; the CFDI's summary says"
        " 16.00."
    )


@pytest.mark.parametrize("amount", ["33.333333", "33.33", "33.34"])
def test_a_product_may_be_rounded_either_way(amount):
    """Anexo 20 rounds the bounds outwards to the decimals of the amount."""
    line = Line(Decimal("11.111111"), Decimal("3"), rates=())

    content = build(lines=(line,)).replace(
        b'Importe="33.33"', f'Importe="{amount}"'.encode()
    )

    assert "concept_amount_differs" not in _codes(content)


def test_a_discount_above_its_line_is_seen():
    line = Line(discount=Decimal("100.00"), rates=())
    content = build(lines=(line,)).replace(b'Descuento="100.00"', b'Descuento="150.00"')

    assert "concept_discount_exceeds" in _codes(content)


def _paid(**changes) -> bytes:
    return build("P", payments=(Pay(documents=(Paid(**changes),)),))


@pytest.mark.parametrize("version", ["3.3", "4.0"])
def test_a_right_payment_has_no_differences(version):
    documents = (Paid(), Paid(installment=2, before=Decimal(100), after=Decimal(84)))

    assert (
        _codes(build("P", version, payments=(Pay(Decimal(32), documents=documents),)))
        == []
    )


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"after": Decimal("99.99")}, ["payment_balance_differs"]),
        ({"equivalence": "2"}, ["payment_equivalence_differs"]),
        (
            {"before": Decimal(10), "after": Decimal(0)},
            ["payment_overpays", "payment_balance_differs"],
        ),
        ({"paid": Decimal(17), "after": Decimal(99)}, ["payment_amount_exceeded"]),
    ],
)
def test_a_paid_document_that_disagrees_is_seen(changes, codes):
    assert _codes(_paid(**changes)) == codes


def test_an_installment_paid_twice_in_one_payment_is_seen():
    pay = Pay(Decimal(32), documents=(Paid(), Paid()))

    assert _codes(build("P", payments=(pay,))) == ["payment_document_repeated"]


def test_the_rounding_of_an_equivalence_is_no_difference():
    """500 USD at 0.0532 dollars per peso are 9,398.496… pesos."""
    paid = Paid(
        currency="USD",
        equivalence="0.0532",
        before=Decimal(1740),
        paid=Decimal(500),
        after=Decimal(1240),
    )

    assert (
        _codes(build("P", payments=(Pay(Decimal("9398.49"), documents=(paid,)),))) == []
    )


def test_a_payment_in_dollars_needs_its_rate():
    pay = Pay(currency="USD", rate=None, documents=())

    assert _codes(build("P", payments=(pay,))) == ["payment_rate_missing"]


def test_a_complement_with_a_total_is_seen():
    assert _codes(build("P", Total="5")) == ["payment_total_not_zero"]


def test_the_longest_numbers_do_not_break_the_sums():
    huge = Decimal("9" * 18 + ".99")

    assert "total_differs" in _codes(build(SubTotal=huge, Total="0"))
