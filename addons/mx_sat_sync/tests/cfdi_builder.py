"""Writes CFDI 3.3 and 4.0 for tests: right by default, wrong on request."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

XSI = "http://www.w3.org/2001/XMLSchema-instance"
CFD = {"3.3": "http://www.sat.gob.mx/cfd/3", "4.0": "http://www.sat.gob.mx/cfd/4"}
PAYMENTS = {
    "1.0": "http://www.sat.gob.mx/Pagos",
    "2.0": "http://www.sat.gob.mx/Pagos20",
}
TFD = "http://www.sat.gob.mx/TimbreFiscalDigital"
LOCAL = "http://www.sat.gob.mx/implocal"
UUID = "0f5a1c22-3b4d-4e6f-8a90-1b2c3d4e5f60"
OTHER_UUID = "AAAAAAAA-1111-4222-8333-BBBBBBBBBBBB"
ISSUER = "ANO120315QX4"
RECEIVER = "CPÑ050617TR8"
SEAL = "c2VsbG8gZGUgcHJ1ZWJh" * 4
CENT = Decimal("0.01")


def cents(number: Decimal) -> Decimal:
    return Decimal(number).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Rate:
    """A tax to put on a line; ``rate`` is None for an exempt one."""

    kind: str = "002"
    factor: str = "Tasa"
    rate: Decimal | None = Decimal("0.160000")
    is_withheld: bool = False


IVA_16 = Rate()
IVA_WITHHELD = Rate(rate=Decimal("0.106667"), is_withheld=True)
ISR_WITHHELD = Rate("001", rate=Decimal("0.100000"), is_withheld=True)
IEPS_8 = Rate("003", rate=Decimal("0.080000"))
EXEMPT = Rate(factor="Exento", rate=None)


@dataclass(frozen=True)
class Line:
    price: Decimal = Decimal("100.00")
    quantity: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    rates: tuple[Rate, ...] = (IVA_16,)
    description: str = "Varilla corrugada"

    @property
    def amount(self) -> Decimal:
        return cents(self.price * self.quantity)

    @property
    def base(self) -> Decimal:
        return self.amount - self.discount

    def tax(self, rate: Rate) -> Decimal:
        return cents(self.base * rate.rate) if rate.rate is not None else Decimal(0)


@dataclass(frozen=True)
class Local:
    name: str = "ISH"
    percent: Decimal = Decimal("3.00")
    amount: Decimal = Decimal("3.00")
    is_withheld: bool = False


@dataclass(frozen=True)
class Paid:
    """A related document of a payment."""

    uuid: str = OTHER_UUID
    before: Decimal | None = Decimal("116.00")
    paid: Decimal | None = Decimal("16.00")
    after: Decimal | None = Decimal("100.00")
    currency: str = "MXN"
    equivalence: str | None = "1"
    installment: int = 1


@dataclass(frozen=True)
class Pay:
    amount: Decimal = Decimal("16.00")
    currency: str = "MXN"
    rate: str | None = "1"
    documents: tuple[Paid, ...] = (Paid(),)
    attributes: dict = field(default_factory=dict)


def build(
    kind: str = "I",
    version: str = "4.0",
    lines: tuple[Line, ...] = (Line(),),
    local: tuple[Local, ...] = (),
    payments: tuple[Pay, ...] = (),
    relations: tuple[tuple[str, tuple[str, ...]], ...] = (),
    stamps: tuple[str, ...] = (UUID,),
    issuer: str = ISSUER,
    receiver: str = RECEIVER,
    receiver_name: str = "CONSTRUCTORA PEÑA & HIJOS",
    is_global: bool = False,
    **attributes: str | None,
) -> bytes:
    """Return a CFDI; ``attributes`` overwrite the document's own, None removes one."""
    space = CFD[version]
    if kind == "P":
        lines = ()
    root = etree.Element(f"{{{space}}}Comprobante", nsmap={"cfdi": space, "xsi": XSI})
    make = _maker(space)
    if is_global:
        make(root, "InformacionGlobal", Periodicidad="04", Meses="11", Año="2026")
    for relation, uuids in relations:
        node = make(root, "CfdiRelacionados", TipoRelacion=relation)
        for uuid in uuids:
            make(node, "CfdiRelacionado", UUID=uuid)
    make(root, "Emisor", Rfc=issuer, Nombre="ACEROS DEL NORTE", RegimenFiscal="601")
    _receiver(make, root, version, kind, receiver, receiver_name)
    concepts = make(root, "Conceptos")
    for line in lines:
        _concept(make, concepts, line, version)
    if kind == "P":
        _payment_concept(make, concepts, version)
    transferred, withheld = _summary(make, root, lines, version)
    _complements(make, root, kind, version, local, payments, stamps)
    _document(root, kind, version, lines, transferred - withheld, local, attributes)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _maker(space: str):
    def make(parent, name, **attributes):
        node = etree.SubElement(parent, f"{{{space}}}{name}")
        for attribute, value in attributes.items():
            if value is not None:
                node.set(attribute, str(value))
        return node

    return make


def _receiver(make, root, version, kind, rfc, name) -> None:
    use = {"3.3": "P01", "4.0": "CP01"}[version] if kind == "P" else "G01"
    new = {"DomicilioFiscalReceptor": "64560", "RegimenFiscalReceptor": "601"}
    make(
        root,
        "Receptor",
        Rfc=rfc,
        Nombre=name,
        UsoCFDI=use,
        **(new if version == "4.0" else {}),
    )


def _concept(make, parent, line: Line, version: str) -> None:
    concept = make(
        parent,
        "Concepto",
        ClaveProdServ="30102403",
        NoIdentificacion="VC-38",
        Cantidad=line.quantity,
        ClaveUnidad="H87",
        Unidad="Pieza",
        Descripcion=line.description,
        ValorUnitario=line.price,
        Importe=line.amount,
        Descuento=line.discount or None,
        ObjetoImp=("02" if line.rates else "01") if version == "4.0" else None,
    )
    if not line.rates:
        return
    taxes = make(concept, "Impuestos")
    for group, row, is_withheld in (
        ("Traslados", "Traslado", False),
        ("Retenciones", "Retencion", True),
    ):
        rates = [rate for rate in line.rates if rate.is_withheld == is_withheld]
        node = make(taxes, group) if rates else None
        for rate in rates:
            make(
                node,
                row,
                Base=line.base,
                Impuesto=rate.kind,
                TipoFactor=rate.factor,
                TasaOCuota=rate.rate,
                Importe=None if rate.rate is None else line.tax(rate),
            )


def _payment_concept(make, parent, version: str) -> None:
    make(
        parent,
        "Concepto",
        ClaveProdServ="84111506",
        Cantidad="1",
        ClaveUnidad="ACT",
        Descripcion="Pago",
        ValorUnitario="0",
        Importe="0",
        ObjetoImp="01" if version == "4.0" else None,
    )


def _summary(make, root, lines, version: str) -> tuple[Decimal, Decimal]:
    """Write the document's taxes; return the totals transferred and withheld."""
    bases, amounts, withheld = defaultdict(Decimal), defaultdict(Decimal), {}
    for line in lines:
        for rate in line.rates:
            if rate.is_withheld:
                withheld[rate.kind] = withheld.get(rate.kind, 0) + line.tax(rate)
            else:
                bases[rate] += line.base
                amounts[rate] += line.tax(rate)
    if version == "3.3":
        amounts = {
            rate: sum_ for rate, sum_ in amounts.items() if rate.rate is not None
        }
    is_charged = any(rate.rate is not None for rate in amounts)
    totals = sum(amounts.values(), Decimal(0)), sum(withheld.values(), Decimal(0))
    if not amounts and not withheld:
        return totals
    taxes = make(
        root,
        "Impuestos",
        TotalImpuestosRetenidos=totals[1] if withheld else None,
        TotalImpuestosTrasladados=totals[0] if is_charged else None,
    )
    if withheld:
        node = make(taxes, "Retenciones")
        for kind, amount in withheld.items():
            make(node, "Retencion", Impuesto=kind, Importe=amount)
    if amounts:
        node = make(taxes, "Traslados")
        for rate, amount in amounts.items():
            make(
                node,
                "Traslado",
                Base=bases[rate] if version == "4.0" else None,
                Impuesto=rate.kind,
                TipoFactor=rate.factor,
                TasaOCuota=rate.rate,
                Importe=None if rate.rate is None else amount,
            )
    return totals


def _complements(make, root, kind, version, local, payments, stamps) -> None:
    node = make(root, "Complemento")
    if local:
        _local_taxes(node, local)
    if kind == "P":
        _payments(node, payments or (Pay(),), "2.0" if version == "4.0" else "1.0")
    for uuid in stamps:
        stamp = etree.SubElement(node, f"{{{TFD}}}TimbreFiscalDigital")
        for name, value in {
            "Version": "1.1",
            "UUID": uuid,
            "FechaTimbrado": "2026-11-10T12:05:00",
            "RfcProvCertif": "SPR190613I52",
            "SelloCFD": SEAL,
            "NoCertificadoSAT": "30001000000500003456",
            "SelloSAT": SEAL,
        }.items():
            stamp.set(name, value)
    if not len(node):
        root.remove(node)


def _local_taxes(node, local) -> None:
    complement = etree.SubElement(
        node, f"{{{LOCAL}}}ImpuestosLocales", nsmap={"implocal": LOCAL}, version="1.0"
    )
    make = _maker(LOCAL)
    for total, is_withheld in (
        ("TotaldeRetenciones", True),
        ("TotaldeTraslados", False),
    ):
        amounts = [tax.amount for tax in local if tax.is_withheld == is_withheld]
        complement.set(total, str(sum(amounts, Decimal("0.00"))))
    for tax in local:
        if tax.is_withheld:
            names = ("RetencionesLocales", "ImpLocRetenido", "TasadeRetencion")
        else:
            names = ("TrasladosLocales", "ImpLocTrasladado", "TasadeTraslado")
        row = make(complement, names[0], Importe=tax.amount)
        row.set(names[1], tax.name)
        row.set(names[2], str(tax.percent))


def _payments(node, payments, version: str) -> None:
    space = PAYMENTS[version]
    make = _maker(space)
    complement = etree.SubElement(
        node, f"{{{space}}}Pagos", nsmap={"pago": space}, Version=version
    )
    if version == "2.0":
        total = sum(
            (pay.amount * Decimal(pay.rate or 1) for pay in payments), Decimal(0)
        )
        make(complement, "Totales", MontoTotalPagos=cents(total))
    for pay in payments:
        values = {
            "FechaPago": "2026-11-09T12:00:00",
            "FormaDePagoP": "03",
            "MonedaP": pay.currency,
            "TipoCambioP": None if version == "1.0" and pay.rate == "1" else pay.rate,
            "Monto": pay.amount,
        }
        row = make(complement, "Pago", **(values | pay.attributes))
        for paid in pay.documents:
            is_same = paid.currency == pay.currency
            make(
                row,
                "DoctoRelacionado",
                IdDocumento=paid.uuid,
                Serie="F",
                Folio="101",
                MonedaDR=paid.currency,
                NumParcialidad=paid.installment,
                ImpSaldoAnt=paid.before,
                ImpPagado=paid.paid,
                ImpSaldoInsoluto=paid.after,
                **(
                    {"EquivalenciaDR": paid.equivalence, "ObjetoImpDR": "01"}
                    if version == "2.0"
                    else {
                        "MetodoDePagoDR": "PPD",
                        "TipoCambioDR": None if is_same else paid.equivalence,
                    }
                ),
            )


def _document(root, kind, version, lines, taxes, local, attributes) -> None:
    subtotal = sum((line.amount for line in lines), Decimal(0))
    discount = sum((line.discount for line in lines), Decimal(0))
    signed = (-tax.amount if tax.is_withheld else tax.amount for tax in local)
    is_payment = kind == "P"
    values = {
        "Version": version,
        "Serie": "F",
        "Folio": "101",
        "Fecha": "2026-11-10T12:00:00",
        "Sello": SEAL,
        "NoCertificado": "30001000000500003416",
        "Certificado": SEAL,
        "FormaPago": None if is_payment else "99",
        "MetodoPago": None if is_payment else "PPD",
        "CondicionesDePago": None,
        "SubTotal": subtotal,
        "Descuento": discount or None,
        "Moneda": "XXX" if is_payment else "MXN",
        "TipoCambio": None,
        "Total": subtotal - discount + taxes + sum(signed),
        "TipoDeComprobante": kind,
        "Exportacion": "01" if version == "4.0" else None,
        "LugarExpedicion": "64560",
    }
    for name, value in {**values, **attributes}.items():
        if value is not None:
            root.set(name, str(value))
