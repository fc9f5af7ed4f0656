"""Adds up the payments of a payment complement (see ``checks``)."""

from collections.abc import Iterator
from decimal import Decimal

from .cfdi_values import Cfdi, PaidDocument, Payment
from .exact import WIDE
from .findings import Finding, smallest_unit

_ONE = Decimal(1)


def payment_differences(cfdi: Cfdi) -> Iterator[Finding]:
    """Yield what is odd in the payments; positions count from 1.

    Sources: Anexo 20, complemento para recepción de pagos 2.0 and its validation
    matrix: Monto, EquivalenciaDR, ImpSaldoInsoluto = ImpSaldoAnt − ImpPagado.
    """
    if cfdi.total:
        yield Finding("payment_total_not_zero", {"stated": cfdi.total})
    for position, payment in enumerate(cfdi.payments, 1):
        if payment.currency != "MXN" and payment.exchange_rate is None:
            yield Finding(
                "payment_rate_missing",
                {"position": position, "currency": payment.currency},
            )
        yield from _amount(position, payment)
        yield from _repeated(position, payment)
        for document in payment.documents:
            yield from _document(position, payment, document)


def _amount(position: int, payment: Payment) -> Iterator[Finding]:
    """Compare the payment with its documents, each in the payment's currency.

    A paid amount is known to half a unit of its currency and an equivalence to half
    of its last decimal, so that much may come together over the documents.
    """
    computed = Decimal(0)
    allowed = smallest_unit(payment.currency)
    for document in payment.documents:
        value = WIDE.divide(document.paid, document.equivalence)
        computed = WIDE.add(computed, value)
        if document.equivalence != _ONE:
            exponent = document.equivalence.as_tuple().exponent
            doubt = WIDE.divide(_ONE.scaleb(exponent), 2 * document.equivalence)
            unit = smallest_unit(document.currency)
            allowed += WIDE.multiply(value, doubt)
            allowed += WIDE.divide(unit, 2 * document.equivalence)
    if WIDE.subtract(computed, payment.amount) > allowed:
        yield Finding(
            "payment_amount_exceeded",
            {
                "position": position,
                "stated": payment.amount,
                "currency": payment.currency,
                "computed": WIDE.quantize(computed, smallest_unit(payment.currency)),
            },
        )


def _repeated(position: int, payment: Payment) -> Iterator[Finding]:
    seen = set()
    for document in payment.documents:
        key = (document.uuid, document.installment)
        if key in seen and document.installment is not None:
            yield Finding(
                "payment_document_repeated",
                {
                    "position": position,
                    "uuid": document.uuid,
                    "installment": document.installment,
                },
            )
        seen.add(key)


def _document(
    position: int, payment: Payment, document: PaidDocument
) -> Iterator[Finding]:
    place = {"position": position, "uuid": document.uuid}
    if document.currency == payment.currency and document.equivalence != _ONE:
        yield Finding(
            "payment_equivalence_differs",
            {**place, "currency": document.currency, "rate": document.equivalence},
        )
    before, paid, after = document.balance_before, document.paid, document.balance_after
    if before is None:
        return
    if paid > before:
        yield Finding("payment_overpays", {**place, "before": before, "paid": paid})
    if after is not None and WIDE.subtract(before, paid) != after:
        yield Finding(
            "payment_balance_differs",
            {**place, "before": before, "paid": paid, "after": after},
        )
