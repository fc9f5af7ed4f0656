"""What a CFDI is called when it has to be told apart: kind, folio, day and money."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from .cfdi_values import Cfdi

_SHORT_UUID = 8


def money_of(cfdi: Cfdi) -> tuple[Decimal, str]:
    """Return (amount, currency) of a document: of a complement what it says was paid.

    A complement's own total is 0 in no currency (XXX), as Anexo 20 asks; (0, "XXX") of
    one with payments in several currencies.
    """
    paid = _sums((payment.currency, payment.amount) for payment in cfdi.payments)
    if len(paid) == 1:
        [(currency, amount)] = paid.items()
        return amount, currency
    return cfdi.total, cfdi.currency


def name_of(
    kind: str,
    folio: str,
    issued: str,
    amounts: Iterable[tuple[str, Decimal]],
    uuid: str = "",
) -> str:
    """Return how a document is named: by its folio, else by all that it has.

    ``issued`` is its date as text, ``amounts`` are (currency, amount). Of the ``uuid``
    as much is shown as people compare.

    >>> name_of("P", "", "2026-11-10", [("MXN", Decimal("16.5"))], "6F8D2C11-90AB")
    'P 2026-11-10 16.50 MXN 6F8D2C11'
    >>> name_of("P", "CP7", "2026-11-10", [("MXN", Decimal("16.5"))])
    'P CP7'
    """
    if folio:
        return f"{kind} {folio}".strip()
    money = [f"{amount:,.2f} {currency}" for currency, amount in _sums(amounts).items()]
    parts = [kind, issued, " + ".join(money), uuid[:_SHORT_UUID]]
    return " ".join(filter(None, parts))


def _sums(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Return {currency: sum}."""
    sums = defaultdict(Decimal)
    for currency, amount in amounts:
        sums[currency] += amount
    return sums
