"""What an invoice or a credit note becomes in the ledger, to the cent.

A CFDI states its lines with up to six decimals and its sums with the currency's. Here
every line and every tax gets an amount that the currency can hold, and together they
are the CFDI's own summary and its ``Total``: nothing is computed anew from rates.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from .cfdi_values import Cfdi, Concept, Tax
from .errors import InvalidInput
from .exact import WIDE
from .findings import smallest_unit
from .tax_table import TOLERANCE, TaxKey, key_of, key_of_local

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
# How many of the smallest unit the CFDI's Total may be away from its own summary.
_UNITS_OFF = 1


@dataclass(frozen=True, slots=True)
class LineTax:
    """A tax of a line; ``amount`` is negative when the customer withholds it."""

    key: TaxKey
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A concept as a line; ``net`` is without taxes, after ``discount`` (percent).

    ``quantity`` × ``price`` less ``discount`` is about ``net``; ``net`` is exact.
    """

    name: str
    quantity: Decimal
    price: Decimal
    discount: Decimal
    net: Decimal
    taxes: tuple[LineTax, ...]


def ledger_lines(cfdi: Cfdi) -> tuple[LedgerLine, ...]:
    """Return the lines of a CFDI of type I or E; with taxes they add up to ``total``.

    :raises InvalidInput: ``ledger_total_differs``: its own figures disagree by more
        than the smallest unit, so no entry can stand for it.
    """
    with localcontext(WIDE):
        unit = smallest_unit(cfdi.currency)
        nets = _nets(cfdi, unit)
        taxes: list[list[LineTax]] = [[] for _ in cfdi.concepts]
        _federal(cfdi, unit, taxes)
        _local(cfdi, unit, nets, taxes)
        _meet_total(cfdi, unit, nets, taxes)
        return tuple(
            _line(concept, net, tuple(rows))
            for concept, net, rows in zip(cfdi.concepts, nets, taxes, strict=True)
        )


def spread(values: Sequence[Decimal], target: Decimal, unit: Decimal) -> list[Decimal]:
    """Return ``values`` rounded to ``unit`` so that they add up to ``target``.

    What is left goes, a unit each, to those that rounding moved most.

    >>> spread([Decimal("0.335"), Decimal("0.335")], Decimal("0.67"), Decimal("0.01"))
    [Decimal('0.33'), Decimal('0.34')]
    """
    rounded = [_round(value, unit) for value in values]
    units = int((target - sum(rounded, _ZERO)) / unit)
    step = unit if units > 0 else -unit
    nearest = sorted(
        range(len(values)), key=lambda at: (rounded[at] - values[at]) * step
    )
    for turn in range(abs(units)):
        rounded[nearest[turn % len(nearest)]] += step
    return rounded


def _round(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, ROUND_HALF_UP)


def _refusal(cfdi: Cfdi, computed: Decimal, stated: Decimal) -> InvalidInput:
    return InvalidInput(
        "ledger_total_differs",
        folio=cfdi.series + cfdi.folio or cfdi.uuid,
        computed=computed,
        stated=stated,
        currency=cfdi.currency,
    )


def _nets(cfdi: Cfdi, unit: Decimal) -> list[Decimal]:
    exact = [concept.amount - concept.discount for concept in cfdi.concepts]
    target = _round(cfdi.subtotal - cfdi.discount, unit)
    _check_near(cfdi, sum(exact, _ZERO), target, unit * (len(exact) + _UNITS_OFF))
    return spread(exact, target, unit)


def _check_near(cfdi: Cfdi, computed: Decimal, stated: Decimal, most: Decimal) -> None:
    if abs(computed - stated) > most:
        raise _refusal(cfdi, computed, stated)


def _federal(cfdi: Cfdi, unit: Decimal, taxes: list[list[LineTax]]) -> None:
    """Give every concept's tax its part of what the summary says of that tax."""
    groups: dict[tuple, list[tuple[int, Tax]]] = defaultdict(list)
    for at, concept in enumerate(cfdi.concepts):
        for tax in concept.taxes:
            groups[_group(tax, groups)].append((at, tax))
    for group, rows in groups.items():
        exact = [tax.amount for _, tax in rows]
        stated = [tax.amount for tax in cfdi.taxes if _is_of(tax, group)]
        target = _round(sum(stated or exact, _ZERO), unit)
        _check_near(cfdi, sum(exact, _ZERO), target, unit * (len(rows) + _UNITS_OFF))
        for (at, tax), amount in zip(rows, spread(exact, target, unit), strict=True):
            base = _round(tax.base or _ZERO, unit)
            signed = -amount if tax.is_withheld else amount
            taxes[at].append(LineTax(key_of(tax), base, signed))


def _group(tax: Tax, known) -> tuple:
    """Return what the summary adds up: withheld by kind, transferred by rate too."""
    if tax.is_withheld:
        return (tax.kind, True, "", None)
    for group in known:
        if _is_of(tax, group):
            return group
    return (tax.kind, False, tax.factor, tax.rate)


def _is_of(tax: Tax, group: tuple) -> bool:
    kind, is_withheld, factor, rate = group
    if tax.kind != kind or tax.is_withheld != is_withheld:
        return False
    if is_withheld:
        return True
    is_near = abs((tax.rate or _ZERO) - (rate or _ZERO)) <= TOLERANCE
    return tax.factor == factor and is_near


def _local(
    cfdi: Cfdi, unit: Decimal, nets: list[Decimal], taxes: list[list[LineTax]]
) -> None:
    """Spread the local taxes, which belong to the whole document, over its lines."""
    whole = sum(nets, _ZERO)
    for tax in cfdi.local_taxes:
        exact = [
            tax.amount * net / whole if whole else tax.amount / len(nets)
            for net in nets
        ]
        for at, amount in enumerate(spread(exact, _round(tax.amount, unit), unit)):
            signed = -amount if tax.is_withheld else amount
            taxes[at].append(LineTax(key_of_local(tax), nets[at], signed))


def _meet_total(
    cfdi: Cfdi, unit: Decimal, nets: list[Decimal], taxes: list[list[LineTax]]
) -> None:
    """Put the unit by which Total and summary may differ on the largest line."""
    computed = sum(nets, _ZERO) + sum(
        (tax.amount for rows in taxes for tax in rows), _ZERO
    )
    total = _round(cfdi.total, unit)
    _check_near(cfdi, computed, total, unit * _UNITS_OFF)
    if total != cfdi.total:
        raise _refusal(cfdi, computed, cfdi.total)
    largest = max(range(len(nets)), key=lambda at: nets[at])
    nets[largest] += total - computed


def _line(concept: Concept, net: Decimal, taxes: tuple[LineTax, ...]) -> LedgerLine:
    discount = (
        concept.discount * _HUNDRED / concept.amount
        if concept.discount and concept.amount
        else _ZERO
    )
    return LedgerLine(
        name=_name(concept),
        quantity=concept.quantity,
        price=concept.unit_price,
        discount=discount,
        net=net,
        taxes=taxes,
    )


def _name(concept: Concept) -> str:
    """Return the description, and below it what SAT knows the product by."""
    keys = (concept.product_code, concept.sku, concept.unit or concept.unit_code)
    return "\n".join(
        filter(None, (concept.description, " · ".join(filter(None, keys))))
    )
