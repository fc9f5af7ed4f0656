"""Lines and taxes of the ledger add up to the CFDI's Total, whatever it holds."""

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
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.document_state import DOCUMENT, can_become
from odoo.addons.mx_sat_sync.core.errors import InvalidInput
from odoo.addons.mx_sat_sync.core.ledger_lines import ledger_lines, spread
from odoo.addons.mx_sat_sync.core.payment_shares import (
    paid_documents,
    payment_shares,
    split_credit,
)
from odoo.addons.mx_sat_sync.core.rfc import normalise_rfc, spellings

CENT = Decimal("0.01")
CENTS = st.integers(1, 10**8).map(lambda number: Decimal(number) * CENT)
RATES = st.sampled_from(
    [(), (IVA_16,), (EXEMPT,), (IEPS_8, IVA_16), (IVA_16, IVA_WITHHELD, ISR_WITHHELD)]
)
LINES = st.builds(
    Line,
    price=CENTS,
    quantity=st.integers(1, 50).map(Decimal),
    rates=RATES,
)


def _total(lines) -> Decimal:
    return sum(
        (line.net + sum((tax.amount for tax in line.taxes), Decimal(0)))
        for line in lines
    )


@given(st.lists(LINES, min_size=1, max_size=6), st.booleans())
def test_any_lines_add_up_to_the_total_in_cents(lines, has_local):
    local = (Local(), Local("CEDULAR", Decimal(3), Decimal("0.07"), True))
    content = build(lines=tuple(lines), local=local if has_local else ())
    cfdi = parse(content)

    found = ledger_lines(cfdi)

    assert _total(found) == cfdi.total
    assert all(line.net == line.net.quantize(CENT) for line in found)
    amounts = [tax.amount for line in found for tax in line.taxes]
    assert all(amount == amount.quantize(CENT) for amount in amounts)


def test_a_discount_is_shown_in_percent_and_the_net_is_exact():
    line = Line(Decimal("99.99"), discount=Decimal("3.33"))

    (found,) = ledger_lines(parse(build(lines=(line,))))

    assert found.net == Decimal("96.66")
    assert found.price == Decimal("99.99")
    assert round(found.discount, 4) == Decimal("3.3303")


def test_withheld_taxes_are_negative_and_add_up_to_the_summary():
    lines = tuple(Line(Decimal("0.99"), rates=(IVA_16, IVA_WITHHELD)) for _ in range(3))

    found = ledger_lines(parse(build(lines=lines)))

    withheld = [
        tax.amount for line in found for tax in line.taxes if tax.key.is_withheld
    ]
    assert sum(withheld) == Decimal("-0.33")


def test_a_cent_between_total_and_its_sum_goes_to_the_largest_line():
    lines = (Line(Decimal(10)), Line(Decimal(100)))

    found = ledger_lines(parse(build(lines=lines, Total="127.61")))

    assert [line.net for line in found] == [Decimal("10.00"), Decimal("100.01")]


@pytest.mark.parametrize("total", ["127.62", "127.58", "0", "999999"])
def test_more_than_a_cent_is_refused_with_both_sums(total):
    lines = (Line(Decimal(10)), Line(Decimal(100)))

    with pytest.raises(InvalidInput) as refused:
        ledger_lines(parse(build(lines=lines, Total=total)))

    assert refused.value.code == "ledger_total_differs"
    assert str(refused.value.values["computed"]) == "127.60"


def test_the_description_keeps_what_sat_knows_the_product_by():
    (line,) = ledger_lines(parse(build()))

    assert line.name == "Varilla corrugada\n30102403 · VC-38 · Pieza"


@given(st.lists(st.decimals(0, 1000, places=4), min_size=1), st.integers(-20, 20))
def test_spreading_meets_its_target(values, units):
    target = sum(values, Decimal(0)).quantize(CENT) + units * CENT

    assert sum(spread(values, target, CENT)) == target


def _payment(amount, *documents):
    (payment,) = parse(
        build("P", payments=(Pay(Decimal(amount), documents=documents),))
    ).payments
    return payment


def test_a_share_is_what_was_paid_in_the_payment_s_currency():
    dollars = Paid(paid=Decimal("100.00"), currency="USD", equivalence="0.0571428571")
    pesos = Paid(paid=Decimal("250.00"))
    nothing = Paid(paid=Decimal("0.00"))
    payment = _payment("2000.01", dollars, pesos, nothing)

    assert payment_shares(payment) == [Decimal("1750.01"), Decimal("250.00")]
    assert len(paid_documents(payment)) == 2


def test_money_that_no_document_takes_is_left():
    assert payment_shares(_payment("20.00", Paid())) == [Decimal("16.00")]


def test_documents_that_take_more_than_the_payment_are_refused():
    with pytest.raises(InvalidInput) as refused:
        payment_shares(_payment("15.99", Paid()))

    assert refused.value.code == "ledger_payment_exceeded"


@given(CENTS, st.lists(CENTS))
def test_a_credit_note_never_pays_more_than_it_has_or_is_owed(amount, owed):
    parts = split_credit(amount, owed)

    assert sum(parts) == min(amount, sum(owed))
    assert all(part <= most for part, most in zip(parts, owed, strict=True))


def test_states_that_are_final_stay():
    assert {state for state in DOCUMENT if not DOCUMENT[state]} == {
        "applied",
        "ignored",
    }
    assert not can_become("applied", "waiting")
    assert can_become("quarantined", "stored")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("cpñ-050617-tr8", "CPÑ050617TR8"),
        ("MX H&E 951128 469", "H&E951128469"),
        ("MXA050617TR8", "MXA050617TR8"),
        ("", ""),
        (False, ""),
    ],
)
def test_an_rfc_is_compared_without_what_people_put_into_it(typed, plain):
    assert normalise_rfc(typed) == plain
    assert plain in spellings(plain)
