"""Reads the payment complement (Recepción de Pagos) 1.0 and 2.0 into one shape."""

from decimal import Decimal

from lxml import etree

from .cfdi_reader import (
    amount,
    children,
    code,
    currency,
    moment,
    rate,
    refusal,
    required,
    required_amount,
    text,
    whole,
)
from .cfdi_taxes import read_taxes
from .cfdi_values import PaidDocument, Payment, Tax
from .currency import decimals
from .errors import InvalidInput
from .exact import WIDE

NAMESPACES = {
    "http://www.sat.gob.mx/Pagos": "1.0",
    "http://www.sat.gob.mx/Pagos20": "2.0",
}
_ONE = Decimal(1)
_MAX_ACCOUNT = 50
_MAX_OPERATION = 100


def read_payments(complement: etree._Element, version: str) -> tuple[Payment, ...]:
    """Return the payments of one complement ``Pagos``.

    ``version`` is what its namespace stands for.

    :raises InvalidInput: ``payments_version``, ``payments_missing`` or ``value_*``.
    """
    stated = text(complement, "Version")
    if stated != version:
        raise InvalidInput("payments_version", version=stated)
    payments = tuple(
        _payment(row, version) for name, row in children(complement) if name == "Pago"
    )
    if not payments:
        raise InvalidInput("payments_missing")
    return payments


def _payment(row: etree._Element, version: str) -> Payment:
    paid_currency = currency(row, "MonedaP")
    exchange_rate = rate(row, "TipoCambioP")
    paid_amount = required_amount(row, "Monto")
    rows = [child for name, child in children(row) if name == "DoctoRelacionado"]
    is_only = len(rows) == 1
    read = _document_1 if version == "1.0" else _document_2
    return Payment(
        paid_at=moment(row, "FechaPago"),
        form=code(row, "FormaDePagoP"),
        currency=paid_currency,
        exchange_rate=exchange_rate,
        amount=paid_amount,
        operation=text(row, "NumOperacion", _MAX_OPERATION),
        payer_bank_rfc=text(row, "RfcEmisorCtaOrd", _MAX_ACCOUNT).upper(),
        payer_bank_name=text(row, "NomBancoOrdExt"),
        payer_account=text(row, "CtaOrdenante", _MAX_ACCOUNT),
        payee_bank_rfc=text(row, "RfcEmisorCtaBen", _MAX_ACCOUNT).upper(),
        payee_account=text(row, "CtaBeneficiario", _MAX_ACCOUNT),
        chain_type=code(row, "TipoCadPago"),
        documents=tuple(
            read(child, paid_currency, exchange_rate, paid_amount if is_only else None)
            for child in rows
        ),
        taxes=_taxes(row, "Impuestos" if version == "1.0" else "ImpuestosP"),
    )


def _taxes(parent: etree._Element, name: str) -> tuple[Tax, ...]:
    suffix = name.removeprefix("Impuestos")
    return tuple(
        tax
        for child_name, child in children(parent)
        if child_name == name
        for tax in read_taxes(child, suffix, is_summary=suffix != "DR")
    )


def _document_2(
    row: etree._Element,
    paid_currency: str,
    exchange_rate: Decimal | None,
    whole_amount: Decimal | None,
) -> PaidDocument:
    """Read a related document of Pagos 2.0, where everything is stated.

    Source: Anexo 20, complemento para recepción de pagos 2.0: EquivalenciaDR is asked
    for unless both currencies are the same.
    """
    own_currency = currency(row, "MonedaDR")
    equivalence = rate(row, "EquivalenciaDR")
    if equivalence is None:
        if own_currency != paid_currency:
            raise refusal("value_missing", row, "EquivalenciaDR")
        equivalence = _ONE
    return _document(
        row,
        own_currency,
        equivalence,
        before=required_amount(row, "ImpSaldoAnt"),
        paid=required_amount(row, "ImpPagado"),
        after=required_amount(row, "ImpSaldoInsoluto"),
    )


def _document_1(
    row: etree._Element,
    paid_currency: str,
    exchange_rate: Decimal | None,
    whole_amount: Decimal | None,
) -> PaidDocument:
    """Read a related document of Pagos 1.0, which may leave out what is implied.

    Source: Guía de llenado del complemento de recepción de pagos 1.0, TipoCambioDR:
    units of the document's currency per unit of the payment's, but 1 for a document
    in MXN paid in another currency, where TipoCambioP converts; and ImpPagado: left
    out, the only document takes the whole payment.
    """
    own_currency = currency(row, "MonedaDR")
    stated = rate(row, "TipoCambioDR")
    if own_currency == paid_currency:
        equivalence = _ONE
    elif own_currency == "MXN" and stated in (None, _ONE) and exchange_rate:
        equivalence = exchange_rate
    elif stated is None:
        raise refusal("value_missing", row, "TipoCambioDR")
    else:
        equivalence = stated
    paid = amount(row, "ImpPagado")
    if paid is None:
        if whole_amount is None:
            raise refusal("value_missing", row, "ImpPagado")
        unit = _ONE.scaleb(-decimals(own_currency))
        paid = WIDE.quantize(WIDE.multiply(whole_amount, equivalence), unit)
    return _document(
        row,
        own_currency,
        equivalence,
        before=amount(row, "ImpSaldoAnt"),
        paid=paid,
        after=amount(row, "ImpSaldoInsoluto"),
    )


def _document(
    row: etree._Element,
    own_currency: str,
    equivalence: Decimal,
    before: Decimal | None,
    paid: Decimal,
    after: Decimal | None,
) -> PaidDocument:
    return PaidDocument(
        # Not only UUIDs: SAT allows the folio of the old means of its own (000-00-…).
        uuid=required(row, "IdDocumento").upper(),
        series=text(row, "Serie", 25),
        folio=text(row, "Folio", 40),
        currency=own_currency,
        equivalence=equivalence,
        installment=whole(row, "NumParcialidad"),
        balance_before=before,
        paid=paid,
        balance_after=after,
        tax_object=code(row, "ObjetoImpDR"),
        taxes=_taxes(row, "ImpuestosDR"),
    )
