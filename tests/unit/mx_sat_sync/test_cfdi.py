"""A CFDI is read as it was written, in both versions and each type."""

from decimal import Decimal

import pytest
from cfdi_builder import (
    EXEMPT,
    IEPS_8,
    ISR_WITHHELD,
    ISSUER,
    IVA_16,
    IVA_WITHHELD,
    OTHER_UUID,
    RECEIVER,
    SEAL,
    UUID,
    Line,
    Local,
    Paid,
    Pay,
    Rate,
    build,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.cfdi_values import LocalTax, Tax
from odoo.addons.mx_sat_sync.core.checks import find_differences

VERSIONS = ("3.3", "4.0")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", list("IENT"))
def test_a_document_keeps_what_it_says(version, kind):
    cfdi = parse(
        build(
            kind,
            version,
            CondicionesDePago=" 30 días ",
            Moneda="USD",
            TipoCambio="18.5",
        )
    )

    assert (cfdi.version, cfdi.type) == (version, kind)
    assert (cfdi.series, cfdi.folio, cfdi.conditions) == ("F", "101", "30 días")
    assert cfdi.issued_at.isoformat() == "2026-11-10T12:00:00"
    assert (cfdi.currency, cfdi.exchange_rate) == ("USD", Decimal("18.5"))
    assert (cfdi.subtotal, cfdi.discount) == (Decimal("100.00"), Decimal(0))
    assert cfdi.total == Decimal("116.00")
    assert (cfdi.method, cfdi.form, cfdi.place) == ("PPD", "99", "64560")
    assert cfdi.uuid == UUID.upper()
    assert cfdi.stamp.seal_tail == SEAL[-8:]
    assert cfdi.export == ("01" if version == "4.0" else "")


def test_parties_keep_ampersand_and_n_with_tilde():
    cfdi = parse(build(issuer="h&e951128469", receiver="CPN\u0303050617TR8"))

    assert cfdi.issuer.rfc == "H&E951128469"
    assert cfdi.receiver.rfc == RECEIVER
    assert cfdi.receiver.name == "CONSTRUCTORA PEÑA & HIJOS"
    assert (cfdi.receiver.regime, cfdi.receiver.zip_code) == ("601", "64560")
    assert cfdi.receiver.use == "G01"


@pytest.mark.parametrize(
    ("rfc", "is_generic"),
    [("XAXX010101000", True), ("XEXX010101000", True), (RECEIVER, False)],
)
def test_a_generic_rfc_is_known_as_one(rfc, is_generic):
    assert parse(build(receiver=rfc)).receiver.is_generic == is_generic


@pytest.mark.parametrize("version", VERSIONS)
def test_every_tax_of_a_line_is_kept_apart(version):
    cents = Decimal("0.01")
    rates = (IVA_16, IEPS_8, EXEMPT, ISR_WITHHELD, IVA_WITHHELD)

    (concept,) = parse(build(version=version, lines=(Line(rates=rates),))).concepts

    base = Decimal("100.00")
    assert concept.taxes == (
        Tax("iva", False, "Tasa", Decimal("0.16"), base, Decimal(16)),
        Tax("ieps", False, "Tasa", Decimal("0.08"), base, Decimal(8)),
        Tax("iva", False, "Exento", None, base, Decimal(0)),
        Tax("isr", True, "Tasa", Decimal("0.10"), base, Decimal(10)),
        Tax("iva", True, "Tasa", Decimal("0.106667"), base, 1067 * cents),
    )


def test_the_summary_says_no_rate_of_what_is_withheld():
    cfdi = parse(build(lines=(Line(rates=(IVA_16, ISR_WITHHELD)),)))

    assert cfdi.taxes[0] == Tax("isr", True, "", None, None, Decimal(10))
    assert cfdi.transferred_total == Decimal(16)
    assert cfdi.withheld_total == Decimal(10)


def test_a_quota_is_per_unit():
    quota = Rate("003", "Cuota", Decimal("3.081800"))

    (concept,) = parse(build(lines=(Line(rates=(quota,)),))).concepts

    assert concept.taxes[0].factor == "Cuota"
    assert concept.taxes[0].rate == Decimal("3.0818")


def test_a_line_without_taxes_is_no_object_of_tax():
    (concept,) = parse(build(lines=(Line(rates=()),))).concepts

    assert concept.tax_object == "01"
    assert concept.taxes == ()


def test_local_taxes_are_fractions_and_count_in_the_total():
    local = (Local(" ish "), Local("Cedular", Decimal("1.00"), Decimal(1), True))

    cfdi = parse(build(local=local))

    assert cfdi.local_taxes == (
        LocalTax("ISH", False, Decimal("0.03"), Decimal(3)),
        LocalTax("CEDULAR", True, Decimal("0.01"), Decimal(1)),
    )
    assert cfdi.total == Decimal(118)


def test_relations_are_upper_case_and_may_come_in_several_nodes():
    cfdi = parse(build("E", relations=(("01", (UUID,)), ("07", (OTHER_UUID, UUID)))))

    assert [relation.kind for relation in cfdi.relations] == ["01", "07"]
    assert cfdi.relations[0].uuids == (UUID.upper(),)
    assert cfdi.relations[1].uuids == (OTHER_UUID, UUID.upper())


def test_a_global_invoice_keeps_its_period():
    period = parse(build(receiver="XAXX010101000", is_global=True)).global_period

    assert (period.periodicity, period.months, period.year) == ("04", "11", 2026)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_payment_keeps_date_money_bank_and_documents(version):
    bank = {
        "NumOperacion": "SPEI 0001",
        "RfcEmisorCtaOrd": "BBA830831LJ2",
        "CtaOrdenante": "012180001234567891",
    }

    cfdi = parse(
        build("P", version, payments=(Pay(attributes=bank), Pay(documents=())))
    )

    payment, advance = cfdi.payments
    assert payment.paid_at.isoformat() == "2026-11-09T12:00:00"
    assert (payment.form, payment.currency, payment.amount) == (
        "03",
        "MXN",
        Decimal(16),
    )
    assert payment.operation == "SPEI 0001"
    assert payment.payer_account == "012180001234567891"
    (document,) = payment.documents
    assert document.uuid == OTHER_UUID
    assert (document.balance_before, document.paid) == (Decimal(116), Decimal(16))
    assert (document.balance_after, document.installment) == (Decimal(100), 1)
    assert document.equivalence == 1
    assert advance.documents == ()
    assert (cfdi.currency, cfdi.total) == ("XXX", 0)


def test_the_taxes_of_a_payment_and_of_its_documents_are_kept_apart():
    row = (
        "<pago:Traslado{0} Base{0}='100' Impuesto{0}='002' TipoFactor{0}='Tasa'"
        " TasaOCuota{0}='0.16' Importe{0}='16'/>"
    )
    group = "<pago:Impuestos{0}><pago:Traslados{0}>" + row
    group += "</pago:Traslados{0}></pago:Impuestos{0}>"
    withheld = "<pago:Retencion{0} Impuesto{0}='001' Importe{0}='10'/>"
    both = group.replace(
        "<pago:Traslados{0}>",
        f"<pago:Retenciones{{0}}>{withheld}</pago:Retenciones{{0}}><pago:Traslados{{0}}>",
    )
    end = b"</pago:DoctoRelacionado>"
    content = build("P").replace(
        b'ObjetoImpDR="01"/>', b'ObjetoImpDR="02">' + group.format("DR").encode() + end
    )
    content = content.replace(end, end + both.format("P").encode())

    (payment,) = parse(content).payments

    hundred, rate = Decimal(100), Decimal("0.16")
    iva = Tax("iva", False, "Tasa", rate, hundred, Decimal(16))
    assert payment.documents[0].taxes == (iva,)
    assert payment.documents[0].tax_object == "02"
    assert payment.taxes == (Tax("isr", True, "", None, None, Decimal(10)), iva)


def test_pagos_2_states_the_equivalence_of_another_currency():
    paid = Paid(currency="USD", equivalence="0.0532", paid=Decimal(1))

    (payment,) = parse(build("P", payments=(Pay(documents=(paid,)),))).payments

    assert payment.documents[0].equivalence == Decimal("0.0532")


def test_pagos_1_converts_to_pesos_by_the_payment_s_rate():
    paid = Paid(currency="MXN", equivalence="1", paid=Decimal(185))
    pay = Pay(Decimal(10), "USD", "18.5", (paid,))

    (payment,) = parse(build("P", "3.3", payments=(pay,))).payments

    assert payment.documents[0].equivalence == Decimal("18.5")


def test_pagos_1_gives_the_whole_payment_to_its_only_document():
    paid = Paid(
        paid=None, currency="USD", equivalence="0.054054", before=None, after=None
    )

    (payment,) = parse(build("P", "3.3", payments=(Pay(documents=(paid,)),))).payments

    assert payment.documents[0].paid == Decimal("0.86")
    assert payment.documents[0].balance_before is None


def test_unknown_complements_are_named_and_addenda_passed_over():
    content = build().replace(
        b"</cfdi:Complemento>",
        b'<x:Otro xmlns:x="urn:otro"/></cfdi:Complemento>'
        b"<cfdi:Addenda><x><![CDATA[<!DOCTYPE html>]]></x></cfdi:Addenda>",
    )

    assert parse(content).complements == ("urn:otro",)


def test_prefixes_and_complement_nodes_do_not_matter():
    content = build(version="3.3", local=(Local(),)).replace(b"cfdi:", b"c:")
    content = content.replace(b"xmlns:cfdi=", b"xmlns:c=").replace(
        b"</implocal:ImpuestosLocales>",
        b"</implocal:ImpuestosLocales></c:Complemento><c:Complemento>",
    )

    cfdi = parse(content)

    assert content.count(b"<c:Complemento>") == 2
    assert len(cfdi.local_taxes) == 1


_amounts = st.integers(1, 10**9).map(lambda cents: Decimal(cents) / 100)
_rates = st.sampled_from(
    [(), (IVA_16,), (EXEMPT,), (IVA_16, IEPS_8), (IVA_16, ISR_WITHHELD, IVA_WITHHELD)]
)


@st.composite
def _lines(draw) -> Line:
    price = draw(_amounts).quantize(Decimal("0.01"))
    line = Line(
        price=price, quantity=Decimal(draw(st.integers(1, 99))), rates=draw(_rates)
    )
    share = draw(st.integers(0, 99))
    discount = (line.amount * share / 100).quantize(Decimal("0.01"))
    return Line(line.price, line.quantity, min(discount, line.amount), line.rates)


@settings(max_examples=60)
@given(st.lists(_lines(), min_size=1, max_size=5), st.sampled_from(VERSIONS))
def test_what_was_written_is_read_and_adds_up(lines, version):
    lines = tuple(line for line in lines if line.base) or (Line(),)

    cfdi = parse(build(version=version, lines=lines))

    assert [
        (concept.quantity, concept.unit_price, concept.amount, concept.discount)
        for concept in cfdi.concepts
    ] == [(line.quantity, line.price, line.amount, line.discount) for line in lines]
    assert [len(concept.taxes) for concept in cfdi.concepts] == [
        len(line.rates) for line in lines
    ]
    assert cfdi.issuer.rfc == ISSUER
    assert find_differences(cfdi) == []
