"""Reads a CFDI 3.3 or 4.0: from the bytes of a file to values.

Sources: Anexo 20 of the RMF, versions 3.3 and 4.0; complements Recepción de Pagos 1.0
and 2.0, Impuestos Locales 1.0, Timbre Fiscal Digital 1.1. Elements are known by their
namespace, never by a prefix. Seals are not verified here.
"""

from decimal import Decimal

from lxml import etree

from .cfdi_payment import NAMESPACES as PAYMENT_NAMESPACES
from .cfdi_payment import read_payments
from .cfdi_reader import (
    ZERO,
    amount,
    children,
    choice,
    code,
    currency,
    folio_uuid,
    local_name,
    moment,
    rate,
    required_amount,
    rfc,
    text,
    whole,
)
from .cfdi_taxes import read_local_taxes, read_taxes
from .cfdi_values import (
    Cfdi,
    Concept,
    GlobalPeriod,
    LocalTax,
    Party,
    Payment,
    Relation,
    Stamp,
)
from .document_name import name_of
from .errors import InvalidInput
from .xml_reader import MAX_BYTES, read_xml

VERSIONS = {
    "{http://www.sat.gob.mx/cfd/3}Comprobante": "3.3",
    "{http://www.sat.gob.mx/cfd/4}Comprobante": "4.0",
}
_TYPES = frozenset("IEPNT")
_METHODS = frozenset({"PUE", "PPD"})
_STAMP = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
_LOCAL_TAXES = "{http://www.sat.gob.mx/implocal}ImpuestosLocales"
_PAYMENTS = {f"{{{name}}}Pagos": number for name, number in PAYMENT_NAMESPACES.items()}
_RETENTIONS = "{http://www.sat.gob.mx/esquemas/retencionpago/"
_ONCE = frozenset({"InformacionGlobal", "Emisor", "Receptor", "Conceptos", "Impuestos"})
_SEAL_TAIL = 8

_Parts = dict[str, etree._Element]


def parse(content: bytes, max_bytes: int = MAX_BYTES) -> Cfdi:
    """Return what a stamped CFDI says.

    Blanks around values are dropped, folios and RFC are in upper case; nothing is
    added up or rounded (``checks.find_differences`` compares the sums).

    :raises InvalidInput: ``xml_*``, ``cfdi_*``, ``element_*``, ``payments_*``,
        ``value_*``; nothing else, whatever the bytes are. ``cfdi_unstamped`` and
        ``cfdi_stamped_twice`` are CFDI all the same: set them aside, do not lose them.
    """
    return parse_root(read_xml(content, max_bytes))


def parse_root(root: etree._Element) -> Cfdi:
    """Return what a CFDI says whose root ``read_xml`` returned; see ``parse``.

    For callers that need the tree again: reading it is a third of the work.
    """
    version = _version(root)
    kind = _type(root)
    parts, complements = _parts(root)
    stamp = _stamp(root, complements)
    summary = parts.get("Impuestos")
    local_taxes, local_transferred, local_withheld = _local_taxes(complements)
    return Cfdi(
        version=version,
        type=kind,
        series=text(root, "Serie", 25),
        folio=text(root, "Folio", 40),
        issued_at=moment(root, "Fecha"),
        currency=currency(root, "Moneda"),
        exchange_rate=rate(root, "TipoCambio"),
        subtotal=required_amount(root, "SubTotal"),
        discount=amount(root, "Descuento") or ZERO,
        total=required_amount(root, "Total"),
        method=choice(root, "MetodoPago", _METHODS) if text(root, "MetodoPago") else "",
        form=code(root, "FormaPago"),
        conditions=text(root, "CondicionesDePago"),
        export=code(root, "Exportacion"),
        place=text(root, "LugarExpedicion"),
        certificate=text(root, "NoCertificado"),
        issuer=_issuer(_part(parts, "Emisor")),
        receiver=_receiver(_part(parts, "Receptor")),
        relations=_relations(root),
        concepts=_concepts(_part(parts, "Conceptos")),
        taxes=() if summary is None else read_taxes(summary, is_summary=True),
        transferred_total=_total(summary, "TotalImpuestosTrasladados"),
        withheld_total=_total(summary, "TotalImpuestosRetenidos"),
        local_taxes=local_taxes,
        local_transferred_total=local_transferred,
        local_withheld_total=local_withheld,
        payments=_payments(kind, complements),
        global_period=_global_period(parts.get("InformacionGlobal")),
        stamp=stamp,
        complements=_unread(complements),
    )


def _version(root: etree._Element) -> str:
    version = VERSIONS.get(root.tag)
    if version is None:
        if root.tag.startswith(_RETENTIONS):
            raise InvalidInput("cfdi_retention")
        if local_name(root) == "Acuse":
            raise InvalidInput("cfdi_acknowledgement")
        raise InvalidInput("cfdi_not", element=root.tag)
    stated = text(root, "Version") or text(root, "version")
    if stated != version:
        raise InvalidInput("cfdi_version", version=stated)
    return version


def _type(root: etree._Element) -> str:
    kind = text(root, "TipoDeComprobante")
    if kind not in _TYPES:
        raise InvalidInput("cfdi_type", value=kind)
    return kind


def _parts(root: etree._Element) -> tuple[_Parts, list[etree._Element]]:
    """Return the document's single children, and the complements in all its nodes."""
    parts = {}
    complements = []
    for name, child in children(root):
        if name == "Complemento":
            complements += child
        elif name in _ONCE:
            if name in parts:
                raise InvalidInput(
                    "element_repeated", element="Comprobante", child=name
                )
            parts[name] = child
    return parts, complements


def _part(parts: _Parts, name: str) -> etree._Element:
    if name not in parts:
        raise InvalidInput("element_missing", element="Comprobante", child=name)
    return parts[name]


def _stamp(root: etree._Element, complements: list[etree._Element]) -> Stamp:
    stamps = [element for element in complements if element.tag == _STAMP]
    if not stamps:
        raise InvalidInput(
            "cfdi_unstamped",
            type=text(root, "TipoDeComprobante"),
            folio=text(root, "Serie") + text(root, "Folio"),
            document=_name(root, complements),
        )
    if len(stamps) > 1:
        uuids = ", ".join(text(element, "UUID").upper() for element in stamps[:3])
        raise InvalidInput("cfdi_stamped_twice", count=len(stamps), uuids=uuids)
    (element,) = stamps
    return Stamp(
        uuid=folio_uuid(element, "UUID"),
        stamped_at=moment(element, "FechaTimbrado"),
        provider_rfc=text(element, "RfcProvCertif").upper(),
        sat_certificate=text(element, "NoCertificadoSAT"),
        seal_tail=(element.get("SelloCFD") or "").strip()[-_SEAL_TAIL:],
    )


def _name(root: etree._Element, complements: list[etree._Element]) -> str:
    """Return how a document without stamp is named, whatever else is wrong with it."""
    kind = text(root, "TipoDeComprobante")
    try:
        payments = _payments(kind, complements) if kind == "P" else ()
        amounts = [(payment.currency, payment.amount) for payment in payments]
        amounts = amounts or [
            (currency(root, "Moneda"), required_amount(root, "Total"))
        ]
    except InvalidInput:
        amounts = ()
    folio = text(root, "Serie") + text(root, "Folio")
    return name_of(kind, folio, text(root, "Fecha")[:10], amounts)


def _issuer(element: etree._Element) -> Party:
    return Party(
        rfc=rfc(element, "Rfc"),
        name=text(element, "Nombre"),
        regime=code(element, "RegimenFiscal"),
    )


def _receiver(element: etree._Element) -> Party:
    return Party(
        rfc=rfc(element, "Rfc"),
        name=text(element, "Nombre"),
        regime=code(element, "RegimenFiscalReceptor"),
        zip_code=code(element, "DomicilioFiscalReceptor"),
        country=code(element, "ResidenciaFiscal"),
        foreign_id=text(element, "NumRegIdTrib"),
        use=code(element, "UsoCFDI"),
    )


def _relations(root: etree._Element) -> tuple[Relation, ...]:
    return tuple(
        Relation(
            kind=code(element, "TipoRelacion"),
            uuids=tuple(folio_uuid(row, "UUID") for _, row in children(element)),
        )
        for name, element in children(root)
        if name == "CfdiRelacionados"
    )


def _concepts(element: etree._Element) -> tuple[Concept, ...]:
    found = tuple(_concept(row) for _, row in children(element))
    if not found:
        raise InvalidInput("element_missing", element="Conceptos", child="Concepto")
    return found


def _concept(row: etree._Element) -> Concept:
    taxes = ()
    for name, child in children(row):
        if name == "Impuestos":
            taxes += read_taxes(child)
    return Concept(
        product_code=code(row, "ClaveProdServ"),
        sku=text(row, "NoIdentificacion"),
        description=text(row, "Descripcion"),
        quantity=required_amount(row, "Cantidad"),
        unit_code=code(row, "ClaveUnidad"),
        unit=text(row, "Unidad"),
        unit_price=required_amount(row, "ValorUnitario"),
        amount=required_amount(row, "Importe"),
        discount=amount(row, "Descuento") or ZERO,
        tax_object=code(row, "ObjetoImp"),
        taxes=taxes,
    )


def _total(summary: etree._Element | None, attribute: str) -> Decimal | None:
    return None if summary is None else amount(summary, attribute)


def _local_taxes(
    complements: list[etree._Element],
) -> tuple[tuple[LocalTax, ...], Decimal, Decimal]:
    taxes, transferred, withheld = (), ZERO, ZERO
    for element in complements:
        if element.tag == _LOCAL_TAXES:
            rows, more_transferred, more_withheld = read_local_taxes(element)
            taxes += rows
            transferred += more_transferred
            withheld += more_withheld
    return taxes, transferred, withheld


def _payments(kind: str, complements: list[etree._Element]) -> tuple[Payment, ...]:
    found = [element for element in complements if element.tag in _PAYMENTS]
    if found and kind != "P":
        raise InvalidInput("payments_unexpected", type=kind)
    if not found and kind == "P":
        raise InvalidInput("payments_missing")
    return tuple(
        payment
        for element in found
        for payment in read_payments(element, _PAYMENTS[element.tag])
    )


def _global_period(element: etree._Element | None) -> GlobalPeriod | None:
    if element is None:
        return None
    return GlobalPeriod(
        periodicity=code(element, "Periodicidad"),
        months=code(element, "Meses"),
        year=whole(element, "Año") or 0,
    )


def _unread(complements: list[etree._Element]) -> tuple[str, ...]:
    read = {_STAMP, _LOCAL_TAXES, *_PAYMENTS}
    return tuple(
        element.tag.partition("}")[0].removeprefix("{")
        for element in complements
        if element.tag not in read
    )
