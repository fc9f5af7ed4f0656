"""What is no CFDI, or lies about its numbers, is refused with a reason and a place."""

from decimal import Decimal

import pytest
from cfdi_builder import OTHER_UUID, UUID, Line, Local, Paid, Pay, build
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.errors import InvalidInput


def _refusal(content: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        parse(content)
    return caught.value


def test_a_cfdi_without_stamp_is_refused_with_what_it_says():
    error = _refusal(build(stamps=()))

    assert error.code == "cfdi_unstamped"
    assert error.values == {
        "type": "I",
        "folio": "F101",
        "document": "I F101",
    }


@pytest.mark.parametrize(
    ("payments", "name"),
    [
        ((Pay(),), "P 2026-11-10 16.00 MXN"),
        (
            (Pay(Decimal("1000.00")), Pay(Decimal("500.50"))),
            "P 2026-11-10 1,500.50 MXN",
        ),
        ((Pay(), Pay(currency="USD", rate="18")), "P 2026-11-10 16.00 MXN + 16.00 USD"),
    ],
)
def test_a_complement_without_folio_is_named_by_day_and_payments(payments, name):
    content = build("P", payments=payments, stamps=(), Serie=None, Folio=None)

    assert _refusal(content).values["document"] == name


def test_a_document_without_stamp_that_is_broken_besides_says_what_it_has():
    content = build("P", stamps=(), Serie=None, Folio=None)
    broken = content.replace(b'Monto="16.00"', b'Monto="a lot"')

    assert _refusal(broken).values["document"] == "P 2026-11-10"


def test_two_stamps_are_refused():
    error = _refusal(build(stamps=(UUID, OTHER_UUID)))

    assert error.code == "cfdi_stamped_twice"
    assert OTHER_UUID in error.values["uuids"]


def test_a_stamp_outside_the_complement_does_not_count():
    content = build().replace(b"cfdi:Complemento>", b"cfdi:Addenda>")

    assert _refusal(content).code == "cfdi_unstamped"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html/>", "cfdi_not"),
        (b'<n:Nomina xmlns:n="http://www.sat.gob.mx/nomina12"/>', "cfdi_not"),
        (b'<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/2"/>', "cfdi_not"),
        (b'<c:Concepto xmlns:c="http://www.sat.gob.mx/cfd/4"/>', "cfdi_not"),
        (
            b'<r:Retenciones xmlns:r="http://www.sat.gob.mx/esquemas/retencionpago/2"/>',
            "cfdi_retention",
        ),
        (b'<Acuse xmlns="http://cancelacfd.sat.gob.mx"/>', "cfdi_acknowledgement"),
        (
            b'<c:Comprobante xmlns:c="http://www.sat.gob.mx/cfd/3" version="3.2"/>',
            "cfdi_version",
        ),
        (build(Version="4.1"), "cfdi_version"),
        (build(TipoDeComprobante="X"), "cfdi_type"),
        (build(TipoDeComprobante=None), "cfdi_type"),
    ],
)
def test_another_document_is_named_for_what_it_is(content, code):
    assert _refusal(content).code == code


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "1e999",
        "-116.00",
        "Infinity",
        "1,160.00",
        "",
        "+1",
        "9" * 19,
        "١٢",
        "1.",
        "0x1",
    ],
)
def test_a_hostile_total_is_refused_with_its_place(value):
    error = _refusal(build(Total=value))

    assert error.code == "value_amount"
    assert error.values["attribute"] == "Total"
    assert error.values["element"] == "Comprobante"


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"Total": None}, "value_missing"),
        ({"Moneda": "PESOS"}, "value_code"),
        ({"Moneda": " "}, "value_missing"),
        ({"TipoCambio": "0"}, "value_zero"),
        ({"Fecha": "2026-02-30T00:00:00"}, "value_date"),
        ({"Fecha": "2026-11-10T12:00:00Z"}, "value_date"),
        ({"Fecha": "10/11/2026"}, "value_date"),
        ({"Serie": "F" * 26}, "value_too_long"),
        ({"CondicionesDePago": "x" * 100_000}, "value_too_long"),
        ({"MetodoPago": "PIP"}, "value_code"),
        ({"FormaPago": "<script>"}, "value_code"),
    ],
)
def test_a_wrong_value_is_refused(attributes, code):
    assert _refusal(build(**attributes)).code == code


def test_a_long_value_is_cut_in_the_message():
    assert len(str(_refusal(build(Total="9" * 100_000)))) < 400


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'UUID="0f5a', b'UUID="zf5a', "value_uuid"),
        (b'Impuesto="002"', b'Impuesto="009"', "value_code"),
        (b'TipoFactor="Tasa"', b'TipoFactor="tasa"', "value_code"),
        (b'TasaOCuota="0.160000"', b"", "value_missing"),
        (b'Base="100.00"', b"", "value_missing"),
        (b"cfdi:Receptor", b"cfdi:Cliente", "element_missing"),
        (b"cfdi:Emisor", b"cfdi:Receptor", "element_repeated"),
        (
            b"<cfdi:Emisor",
            b'<x:Emisor xmlns:x="urn:x"/><cfdi:Emisor',
            "element_foreign",
        ),
        (b"cfdi:Traslado ", b"cfdi:Regalo ", "element_foreign"),
        (b'Rfc="ANO120315QX4"', b'Rfc="ANO-120315-QX4"', "value_rfc"),
    ],
)
def test_a_broken_part_is_refused(old, new, code):
    assert _refusal(build().replace(old, new)).code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (build("P").replace(b'Version="2.0"', b'Version="3.0"'), "payments_version"),
        (build("P").replace(b":Pagos", b":Cobros"), "payments_missing"),
        (build("P", TipoDeComprobante="I"), "payments_unexpected"),
        (
            build(
                "P",
                payments=(Pay(documents=(Paid(currency="USD", equivalence=None),)),),
            ),
            "value_missing",
        ),
        (build("P", payments=(Pay(documents=(Paid(equivalence="0"),)),)), "value_zero"),
        (
            build(
                "P",
                "3.3",
                payments=(Pay(documents=(Paid(paid=None), Paid(paid=None))),),
            ),
            "value_missing",
        ),
        (build(local=(Local(name=" "),)), "value_missing"),
    ],
)
def test_a_wrong_complement_is_refused(content, code):
    assert _refusal(content).code == code


def test_the_longest_numbers_are_multiplied_without_loss():
    huge = "9" * 18 + ".999999"
    paid = Paid(
        paid=None, currency="USD", equivalence="999999999999999999", before=None
    )

    content = build("P", "3.3", payments=(Pay(huge, "MXN", "1", (paid,)),))

    assert parse(content).payments[0].documents[0].paid.adjusted() == 35


_DOCUMENTS = (
    build(lines=(Line(), Line()), local=(Local(),), relations=(("04", (UUID,)),)),
    build("P"),
    build("P", "3.3"),
)


@settings(max_examples=300)
@given(st.sampled_from(_DOCUMENTS), st.data())
def test_changed_bytes_are_read_or_refused_and_nothing_else(document, data):
    content = bytearray(document)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= 1 << data.draw(st.integers(0, 7))

    try:
        parse(bytes(content))
    except InvalidInput as error:
        assert str(error)


@given(st.sampled_from(_DOCUMENTS), st.data())
def test_a_truncated_cfdi_is_always_refused(document, data):
    cut = data.draw(st.integers(0, len(document.rstrip()) - 1))

    # A cut through the two bytes of an "Ñ" is first seen as a broken encoding.
    assert _refusal(document[:cut]).code in {
        "xml_empty",
        "xml_encoding",
        "xml_encoding_broken",
        "xml_malformed",
    }
