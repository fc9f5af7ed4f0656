"""What each related document takes of a payment, in the payment's currency."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

from .cfdi_values import PaidDocument, Payment
from .currency import decimals
from .errors import InvalidInput
from .exact import WIDE

_ONE = Decimal(1)
_ZERO = Decimal(0)


def paid_documents(payment: Payment) -> tuple[PaidDocument, ...]:
    """Return the related documents that got money; one of 0 says nothing."""
    return tuple(document for document in payment.documents if document.paid)


def payment_shares(payment: Payment) -> list[Decimal]:
    """Return the amount of each of ``paid_documents`` in the payment's currency.

    ``ImpPagado / EquivalenciaDR`` (Anexo 20, Pagos 2.0). Where an equivalence makes
    the sum miss ``Monto`` by cents, the largest converted share takes them.

    :raises InvalidInput: ``ledger_payment_exceeded``: the documents take more.
    """
    documents = paid_documents(payment)
    unit = _ONE.scaleb(-decimals(payment.currency))
    with localcontext(WIDE):
        shares = [
            (document.paid / document.equivalence).quantize(unit, ROUND_HALF_UP)
            for document in documents
        ]
        left = payment.amount - sum(shares, _ZERO)
        converted = [
            at for at, document in enumerate(documents) if _is_rounded(document)
        ]
        if converted and abs(left) <= unit * len(documents):
            shares[max(converted, key=lambda at: shares[at])] += left
            left = _ZERO
    if left < 0:
        raise InvalidInput(
            "ledger_payment_exceeded",
            amount=payment.amount,
            computed=payment.amount - left,
            currency=payment.currency,
        )
    return shares


def _is_rounded(document: PaidDocument) -> bool:
    return document.equivalence != _ONE


def split_credit(amount: Decimal, owed: Sequence[Decimal]) -> list[Decimal]:
    """Return what a credit note pays of several invoices, in the order it names them.

    SAT's format says no split. The rule: each takes what it still owes until the note
    is used up; what is left stays the customer's credit.

    >>> split_credit(Decimal(100), [Decimal(60), Decimal(70)])
    [Decimal('60'), Decimal('40')]
    """
    parts = []
    for most in owed:
        part = min(amount, max(most, _ZERO))
        parts.append(part)
        amount -= part
    return parts
