"""Reads the taxes of a CFDI: of concepts, of the summary, of payments, local ones."""

from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from .cfdi_reader import (
    ZERO,
    amount,
    children,
    choice,
    local_name,
    refusal,
    required,
    required_amount,
)
from .cfdi_values import LocalTax, Tax
from .errors import InvalidInput

# SAT's catalogue c_Impuesto.
KINDS = {"001": "isr", "002": "iva", "003": "ieps"}
FACTORS = frozenset({"Tasa", "Cuota", "Exento"})
_CODES = frozenset(KINDS)
_HUNDRED = Decimal(100)

_WITHHELD = {"Traslado": False, "Retencion": True}
_LOCAL_ROWS = {
    "TrasladosLocales": (False, "ImpLocTrasladado", "TasadeTraslado"),
    "RetencionesLocales": (True, "ImpLocRetenido", "TasadeRetencion"),
}


def read_taxes(
    parent: etree._Element, suffix: str = "", is_summary: bool = False
) -> tuple[Tax, ...]:
    """Return the taxes in an element ``Impuestos``, as they stand.

    ``suffix`` is what Pagos 2.0 adds to every name (``DR``, ``P``). A summary
    (document or payment) may leave out base, factor and rate; a concept may not.

    :raises InvalidInput: ``value_*``: an unknown tax or factor, or a missing number.
    """
    found = []
    for _, group in children(parent):
        for name, row in children(group):
            is_withheld = _WITHHELD.get(name.removesuffix(suffix))
            if is_withheld is None:
                raise InvalidInput(
                    "element_foreign", element=local_name(group), child=name
                )
            found.append(_tax(row, is_withheld, suffix, is_summary))
    return tuple(found)


def _tax(row: etree._Element, is_withheld: bool, suffix: str, is_summary: bool) -> Tax:
    kind = KINDS[choice(row, "Impuesto" + suffix, _CODES)]
    factor = _factor(row, "TipoFactor" + suffix, is_summary)
    base = amount(row, "Base" + suffix)
    if base is None and not is_summary:
        raise refusal("value_missing", row, "Base" + suffix)
    if factor == "Exento":
        return Tax(kind, is_withheld, factor, None, base, ZERO)
    tax_rate = amount(row, "TasaOCuota" + suffix)
    if tax_rate is None and factor:
        raise refusal("value_missing", row, "TasaOCuota" + suffix)
    tax_amount = required_amount(row, "Importe" + suffix)
    return Tax(kind, is_withheld, factor, tax_rate, base, tax_amount)


def _factor(row: etree._Element, attribute: str, is_summary: bool) -> str:
    if is_summary and row.get(attribute) is None:
        return ""
    return choice(row, attribute, FACTORS)


def read_local_taxes(
    complement: etree._Element,
) -> tuple[tuple[LocalTax, ...], Decimal, Decimal]:
    """Return the rows of ImpuestosLocales, and its totals transferred and withheld.

    The complement writes rates as percentages; here they are fractions. Names are in
    upper case with single blanks, so that spellings of one tax meet.

    :raises InvalidInput: ``value_*``.
    """
    return (
        tuple(_local_rows(complement)),
        required_amount(complement, "TotaldeTraslados"),
        required_amount(complement, "TotaldeRetenciones"),
    )


def _local_rows(complement: etree._Element) -> Iterator[LocalTax]:
    for kind, row in children(complement):
        if kind not in _LOCAL_ROWS:
            raise InvalidInput(
                "element_foreign", element=local_name(complement), child=kind
            )
        is_withheld, name, percentage = _LOCAL_ROWS[kind]
        yield LocalTax(
            name=" ".join(required(row, name).upper().split()),
            is_withheld=is_withheld,
            rate=required_amount(row, percentage) / _HUNDRED,
            amount=required_amount(row, "Importe"),
        )
