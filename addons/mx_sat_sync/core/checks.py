"""Adds up a CFDI and says where its own figures disagree.

Independent of SAT's schema, which lets wrong sums through. A finding is no refusal:
the ledger takes the CFDI's ``Total`` as SAT has it, and people see what is odd.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from .cfdi_values import Cfdi, Concept, Tax
from .exact import WIDE
from .findings import Finding, smallest_unit
from .payment_checks import payment_differences

_ZERO = Decimal(0)
_ONE = Decimal(1)
# Fecha is local to the place of issue and FechaTimbrado to Mexico City: the country's
# zones lie up to two hours apart.
_ZONES_APART = timedelta(hours=2)
# CFF article 29 and its rules: a CFDI is certified within 72 hours of its date.
_TIME_TO_STAMP = timedelta(hours=72)


def find_differences(cfdi: Cfdi) -> list[Finding]:
    """Return where the figures of a CFDI disagree, ``[]`` when all add up.

    Amounts are in the CFDI's currency. Sums of figures that are stated with the
    currency's decimals may differ by its smallest unit; a product is held to the
    interval that Anexo 20 gives (Guía de llenado, "márgenes de error").
    """
    with localcontext(WIDE):
        found = list(_dates(cfdi))
        if cfdi.type == "P":
            found += payment_differences(cfdi)
        else:
            found += _currency(cfdi)
            found += _method(cfdi)
            for position, concept in enumerate(cfdi.concepts, 1):
                found += _concept(position, concept)
            found += _sums(cfdi)
            found += _taxes(cfdi)
    return found


def tax_label(tax: Tax) -> str:
    """Return a tax as a bookkeeper writes it.

    >>> tax_label(Tax("iva", True, "Tasa", Decimal("0.106667"), None, Decimal(1)))
    'IVA retenido 10.6667 %'
    """
    side = "retenido" if tax.is_withheld else "trasladado"
    if tax.factor == "Exento":
        return f"{tax.kind.upper()} exento"
    if tax.rate is None:
        return f"{tax.kind.upper()} {side}"
    if tax.factor == "Tasa":
        return f"{tax.kind.upper()} {side} {plain(tax.rate * 100)} %"
    return f"{tax.kind.upper()} {side} {plain(tax.rate)} por unidad"


def plain(number: Decimal) -> str:
    """Return a number without exponent and without useless zeros.

    >>> plain(Decimal("16.0000")), plain(Decimal("1E+2"))
    ('16', '100')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dates(cfdi: Cfdi) -> Iterator[Finding]:
    waited = cfdi.stamp.stamped_at - cfdi.issued_at
    values = {
        "issued": cfdi.issued_at.isoformat(" "),
        "stamped": cfdi.stamp.stamped_at.isoformat(" "),
    }
    if waited < -_ZONES_APART:
        yield Finding("stamped_before_issue", values)
    elif waited > _TIME_TO_STAMP + _ZONES_APART:
        yield Finding("stamped_late", values)


def _currency(cfdi: Cfdi) -> Iterator[Finding]:
    if cfdi.currency == "MXN":
        if cfdi.exchange_rate not in (None, _ONE):
            yield Finding("exchange_rate_not_one", {"rate": cfdi.exchange_rate})
    elif cfdi.currency != "XXX" and cfdi.exchange_rate is None:
        yield Finding("exchange_rate_missing", {"currency": cfdi.currency})


def _method(cfdi: Cfdi) -> Iterator[Finding]:
    """PPD goes with form 99, and only PPD does (Guía de llenado, FormaPago)."""
    if cfdi.type in "IE" and cfdi.method and cfdi.form:
        if (cfdi.method == "PPD") != (cfdi.form == "99"):
            yield Finding(
                "method_form_differ", {"method": cfdi.method, "form": cfdi.form}
            )


def _concept(position: int, concept: Concept) -> Iterator[Finding]:
    if not _is_product(concept.amount, concept.quantity, concept.unit_price):
        yield Finding(
            "concept_amount_differs",
            {
                "position": position,
                "quantity": concept.quantity,
                "price": concept.unit_price,
                "stated": concept.amount,
            },
        )
    if concept.discount > concept.amount:
        yield Finding(
            "concept_discount_exceeds",
            {
                "position": position,
                "discount": concept.discount,
                "stated": concept.amount,
            },
        )
    for tax in concept.taxes:
        if tax.rate is not None and not _is_product(tax.amount, tax.base, tax.rate):
            yield Finding(
                "concept_tax_differs",
                {
                    "position": position,
                    "tax": tax_label(tax),
                    "base": tax.base,
                    "stated": tax.amount,
                },
            )


def _is_product(stated: Decimal, one: Decimal, other: Decimal) -> bool:
    """Tell whether an amount is a product of two rounded numbers.

    Each factor may be off by half of its last decimal; the bounds are rounded outwards
    to the decimals of the amount. Source: Anexo 20, Guía de llenado, límites inferior
    y superior. Stricter than SAT in one thing: a whole number is taken as exact, since
    by SAT's formula one piece could be half a piece, and every amount would pass.
    """
    if stated == one * other:
        return True
    one_off, other_off, unit = _half_unit(one), _half_unit(other), _unit(stated)
    low = ((one - one_off) * (other - other_off)).quantize(unit, ROUND_FLOOR)
    high = ((one + one_off) * (other + other_off)).quantize(unit, ROUND_CEILING)
    return low <= stated <= high


def _unit(number: Decimal) -> Decimal:
    return _ONE.scaleb(number.as_tuple().exponent)


def _half_unit(number: Decimal) -> Decimal:
    return _unit(number) / 2 if number.as_tuple().exponent < 0 else _ZERO


def _sums(cfdi: Cfdi) -> Iterator[Finding]:
    unit = smallest_unit(cfdi.currency)
    amounts = sum((concept.amount for concept in cfdi.concepts), _ZERO)
    discounts = sum((concept.discount for concept in cfdi.concepts), _ZERO)
    local_transferred = local_withheld = _ZERO
    for tax in cfdi.local_taxes:
        if tax.is_withheld:
            local_withheld += tax.amount
        else:
            local_transferred += tax.amount
    local = cfdi.local_transferred_total - cfdi.local_withheld_total
    total = (
        cfdi.subtotal
        - cfdi.discount
        + _summary_total(cfdi, is_withheld=False)
        - _summary_total(cfdi, is_withheld=True)
        + local
    )
    for code, computed, stated in (
        ("subtotal_differs", amounts, cfdi.subtotal),
        ("discount_differs", discounts, cfdi.discount),
        ("local_total_differs", local_transferred, cfdi.local_transferred_total),
        ("local_total_differs", local_withheld, cfdi.local_withheld_total),
        ("total_differs", total, cfdi.total),
    ):
        if abs(computed - stated) > unit:
            yield Finding(code, {"computed": computed, "stated": stated})


def _summary_total(cfdi: Cfdi, is_withheld: bool) -> Decimal:
    stated = cfdi.withheld_total if is_withheld else cfdi.transferred_total
    return _summed(cfdi, is_withheld) if stated is None else stated


def _summed(cfdi: Cfdi, is_withheld: bool) -> Decimal:
    return sum(
        (tax.amount for tax in cfdi.taxes if tax.is_withheld == is_withheld), _ZERO
    )


def _taxes(cfdi: Cfdi) -> Iterator[Finding]:
    """Compare the concepts' taxes with the summary, and the summary with its totals."""
    if cfdi.type not in "IE":
        return
    unit = smallest_unit(cfdi.currency)
    stated = {tax: amount for tax, amount in _by_tax(cfdi.taxes).items() if amount}
    computed = _by_tax(tax for concept in cfdi.concepts for tax in concept.taxes)
    for key in {**computed, **stated}:
        difference = computed.get(key, _ZERO) - stated.get(key, _ZERO)
        if abs(difference) > unit:
            kind, is_withheld, factor, rate = key
            label = tax_label(Tax(kind, is_withheld, factor, rate, None, _ZERO))
            yield Finding(
                "document_tax_differs",
                {
                    "tax": label,
                    "computed": computed.get(key, _ZERO),
                    "stated": stated.get(key, _ZERO),
                },
            )
    for attribute, total, is_withheld in (
        ("TotalImpuestosTrasladados", cfdi.transferred_total, False),
        ("TotalImpuestosRetenidos", cfdi.withheld_total, True),
    ):
        summed = _summed(cfdi, is_withheld)
        if total is not None and abs(summed - total) > unit:
            yield Finding(
                "tax_total_differs",
                {"attribute": attribute, "computed": summed, "stated": total},
            )


def _by_tax(taxes: Iterable[Tax]) -> dict[tuple, Decimal]:
    """Sum amounts by tax as the summary tells them apart: withholdings by kind only."""
    sums: dict[tuple, Decimal] = defaultdict(Decimal)
    for tax in taxes:
        if tax.is_withheld:
            sums[tax.kind, True, "", None] += tax.amount
        else:
            sums[tax.kind, False, tax.factor, tax.rate] += tax.amount
    return sums
