"""SAT's schema, from the installed files, in small."""

import importlib.util
from decimal import Decimal

import pytest
from cfdi_builder import (
    EXEMPT,
    IEPS_8,
    ISR_WITHHELD,
    IVA_16,
    Line,
    Local,
    Paid,
    Pay,
    build,
)
from lxml import etree

from odoo.addons.mx_sat_sync.clients import cfdi_schema, sat_schema_files
from odoo.addons.mx_sat_sync.clients.cfdi_schema import CfdiSchema, load_schema
from odoo.addons.mx_sat_sync.core.errors import InvalidInput


@pytest.fixture(scope="module")
def schema() -> CfdiSchema:
    return load_schema()


@pytest.mark.parametrize("version", ["3.3", "4.0"])
@pytest.mark.parametrize("kind", ["I", "E", "P"])
def test_what_the_builder_writes_follows_sat_s_schema(schema, version, kind):
    line = Line(rates=(IVA_16, IEPS_8, EXEMPT, ISR_WITHHELD), discount=Decimal("1.00"))
    local = (Local(is_withheld=True), Local())
    relations = (("01", ("0F5A1C22-3B4D-4E6F-8A90-1B2C3D4E5F60",)),)

    content = build(
        kind,
        version,
        lines=(line,),
        local=() if kind == "P" else local,
        relations=relations,
    )

    assert schema.find_violations(content) == []


def test_a_payment_in_another_currency_follows_the_schema(schema):
    paid = Paid(currency="USD", equivalence="0.0532")

    assert schema.find_violations(build("P", payments=(Pay(documents=(paid,)),))) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        (b'Moneda="MXN"', b'Moneda="MXX"', "Comprobante", "Moneda"),
        (
            b'ClaveProdServ="30102403"',
            b'ClaveProdServ="3010"',
            "Concepto",
            "ClaveProdServ",
        ),
        (b' Sello="', b' Selo="', "Comprobante", "Sello"),
        (b'Importe="100.00"', b'Importe="cien"', "Concepto", "Importe"),
    ],
)
def test_a_violation_is_told_in_words_with_its_place(schema, old, new, path, words):
    found = schema.find_violations(build().replace(old, new))

    assert path in found[0].values["path"]
    assert any(words in finding.values["rule"] for finding in found)
    assert "{" not in found[0].values["path"]
    assert "does not follow SAT's schema" in found[0].message
    assert len(found) <= 5


def test_a_code_that_does_not_exist_is_told_without_the_whole_catalogue(schema):
    (finding,) = schema.find_violations(build(Moneda="MXX"))

    assert finding.values["rule"] == (
        "attribute Moneda='MXX': value is not in SAT's catalogue"
    )


def test_addenda_and_unknown_complements_are_left_out(schema):
    content = build().replace(
        b"</cfdi:Complemento>",
        b'<x:Otro xmlns:x="urn:otro"/></cfdi:Complemento>'
        b"<cfdi:Addenda><Pedido>1</Pedido></cfdi:Addenda>",
    )

    assert schema.find_violations(content) == []


def test_a_document_type_is_refused_before_the_schema_sees_it(schema):
    with pytest.raises(InvalidInput):
        schema.find_violations(b"<!DOCTYPE a><a/>")


def test_long_lists_became_patterns_and_short_ones_stayed(tmp_path):
    site = sat_schema_files.find_site()

    sat_schema_files.copy_small(site, tmp_path)

    (catalogue,) = tmp_path.rglob("catCFDI.xsd")
    original = site / catalogue.relative_to(tmp_path)
    assert catalogue.stat().st_size < original.stat().st_size / 20
    text = catalogue.read_text()
    assert "[0-9]{8,8}" in text
    assert 'value="MXN"' in text


def test_nothing_that_is_compiled_lies_outside(tmp_path):
    sat_schema_files.copy_small(sat_schema_files.find_site(), tmp_path)

    for path in tmp_path.rglob("*.xsd"):
        for link in etree.parse(path).iter("{http://www.w3.org/2001/XMLSchema}import"):
            target = (path.parent / link.get("schemaLocation")).resolve()
            assert target.is_relative_to(tmp_path.resolve())
            assert target.is_file()


def test_without_satcfdi_the_check_is_off(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert sat_schema_files.find_site() is None
    assert cfdi_schema.load_schema.__wrapped__() is None
