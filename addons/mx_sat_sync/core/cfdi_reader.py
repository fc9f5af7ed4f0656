"""Reads single attributes of a CFDI: exact, bounded, or refused with their place."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from lxml import etree

from .errors import InvalidInput

ZERO = Decimal(0)
# The longest text that Anexo 20 allows in any attribute read here.
MAX_TEXT = 1000

# Anexo 20, t_Importe: 18 digits and 6 decimals; EquivalenciaDR has up to 10.
_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,10})?")
_DATE = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_UUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")
_RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{6}[A-Z0-9]{3}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CODE = re.compile(r"[A-Z0-9]{1,10}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def children(parent: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Yield (name without namespace, child) for the elements in a SAT element.

    :raises InvalidInput: ``element_foreign``: a child of another namespace, which
        would count here and be passed over by whoever reads by namespace.
    """
    end = parent.tag.find("}") + 1
    namespace = parent.tag[:end]
    for child in parent:
        tag = child.tag
        if not tag.startswith(namespace):
            raise InvalidInput(
                "element_foreign", element=local_name(parent), child=local_name(child)
            )
        yield tag[end:], child


def refusal(
    code: str, element: etree._Element, attribute: str, **values: object
) -> InvalidInput:
    """Return the refusal of an attribute, which names it and its element."""
    return InvalidInput(
        code, element=local_name(element), attribute=attribute, **values
    )


def text(element: etree._Element, attribute: str, limit: int = MAX_TEXT) -> str:
    """Return an attribute without surrounding blanks, ``""`` if there is none.

    :raises InvalidInput: ``value_too_long``.
    """
    value = element.get(attribute)
    if value is None:
        return ""
    value = value.strip()
    if len(value) > limit:
        raise refusal(
            "value_too_long", element, attribute, length=len(value), limit=limit
        )
    return value


def required(element: etree._Element, attribute: str) -> str:
    """Return an attribute that has to be there.

    :raises InvalidInput: ``value_missing`` if it is absent or blank.
    """
    value = text(element, attribute)
    if not value:
        raise refusal("value_missing", element, attribute)
    return value


def code(element: etree._Element, attribute: str) -> str:
    """Return a value of one of SAT's catalogues (not looked up), ``""`` if absent.

    :raises InvalidInput: ``value_code`` if it cannot be one.
    """
    value = element.get(attribute)
    if not value:
        return ""
    value = value.strip()
    if value and not _CODE.fullmatch(value):
        raise refusal("value_code", element, attribute, value=value)
    return value


def choice(element: etree._Element, attribute: str, allowed: frozenset[str]) -> str:
    """Return a required attribute that is one of ``allowed``.

    :raises InvalidInput: ``value_missing`` or ``value_code``.
    """
    value = required(element, attribute)
    if value not in allowed:
        raise refusal("value_code", element, attribute, value=value)
    return value


def currency(element: etree._Element, attribute: str) -> str:
    """Return a required ISO 4217 code, or SAT's XXX for no currency.

    :raises InvalidInput: ``value_missing`` or ``value_code``.
    """
    value = required(element, attribute)
    if not _CURRENCY.fullmatch(value):
        raise refusal("value_code", element, attribute, value=value)
    return value


def amount(element: etree._Element, attribute: str) -> Decimal | None:
    """Return an exact number, not negative, ``None`` if absent.

    :raises InvalidInput: ``value_amount``: a sign, an exponent, NaN, too long.
    """
    value = element.get(attribute)
    if value is None:
        return None
    if not _AMOUNT.fullmatch(value):
        value = value.strip()
        if not _AMOUNT.fullmatch(value):
            raise refusal("value_amount", element, attribute, value=value)
    return Decimal(value)


def required_amount(element: etree._Element, attribute: str) -> Decimal:
    """Return a number that has to be there.

    :raises InvalidInput: ``value_missing`` or ``value_amount``.
    """
    value = amount(element, attribute)
    if value is None:
        raise refusal("value_missing", element, attribute)
    return value


def rate(element: etree._Element, attribute: str) -> Decimal | None:
    """Return an exchange rate, ``None`` if absent.

    :raises InvalidInput: ``value_amount``, or ``value_zero``.
    """
    value = amount(element, attribute)
    if value is not None and not value:
        raise refusal("value_zero", element, attribute)
    return value


def whole(element: etree._Element, attribute: str) -> int | None:
    """Return a whole number, ``None`` if absent.

    :raises InvalidInput: ``value_amount``.
    """
    value = text(element, attribute)
    if not value:
        return None
    if not _NUMBER.fullmatch(value):
        raise refusal("value_amount", element, attribute, value=value)
    return int(value)


def moment(element: etree._Element, attribute: str) -> datetime:
    """Return a date and time as written: local, without zone.

    :raises InvalidInput: ``value_missing`` or ``value_date``.
    """
    value = required(element, attribute)
    try:
        if _DATE.fullmatch(value):
            return datetime.fromisoformat(value)
        reason = None
    except ValueError as error:
        reason = error
    raise refusal("value_date", element, attribute, value=value) from reason


def folio_uuid(element: etree._Element, attribute: str) -> str:
    """Return a fiscal folio in upper case: files carry both cases.

    :raises InvalidInput: ``value_missing`` or ``value_uuid``.
    """
    value = required(element, attribute).upper()
    if not _UUID.fullmatch(value):
        raise refusal("value_uuid", element, attribute, value=value)
    return value


def rfc(element: etree._Element, attribute: str) -> str:
    """Return an RFC in upper case, its Ñ as one character.

    The check digit is not looked at: real RFCs fail it.

    :raises InvalidInput: ``value_missing`` or ``value_rfc``.
    """
    value = required(element, attribute).upper()
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    if not _RFC.fullmatch(value):
        raise refusal("value_rfc", element, attribute, value=value)
    return value
