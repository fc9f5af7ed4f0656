"""Which tax of the ledger a CFDI's tax is, and the taxes that Odoo's chart lacks.

A tax is known by a key, never by a name. Odoo's Mexican chart has for sales: IVA 16, 8
and 0 %, exempt, IEPS 8, 25, 26.5, 30 and 53 %, and ISR withheld 1.25 %. Whatever else a
CFDI brings is proposed here, created once and listed for the accountant to confirm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .cfdi_values import Cfdi, LocalTax, Tax
from .checks import plain, tax_label

# Rates are written with two to six decimals: 10.6667 % comes as 0.106666, 0.106667
# and, in Odoo's chart, as 10.666666666667.
TOLERANCE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class TaxKey:
    """What makes two taxes of a sale the same one.

    ``kind`` is ``iva``, ``ieps``, ``isr`` or ``local``; ``factor`` ``Tasa``, ``Cuota``
    or ``Exento``; ``rate`` a fraction, for Cuota MXN per unit, 0 if exempt; ``name`` is
    the local tax's own, in upper case, ``""`` for federal ones.
    """

    kind: str
    is_withheld: bool
    factor: str
    rate: Decimal
    name: str = ""

    @property
    def percent(self) -> Decimal:
        """The rate as Odoo writes it: in percent for Tasa, negative when withheld."""
        rate = self.rate if self.factor == "Cuota" else self.rate * 100
        return -rate if self.is_withheld else rate

    def is_like(self, other: "TaxKey") -> bool:
        """Tell whether both are one tax: all equal, and rates within ``TOLERANCE``."""
        return (
            self.kind == other.kind
            and self.is_withheld == other.is_withheld
            and self.factor == other.factor
            and self.name == other.name
            and abs(self.rate - other.rate) <= TOLERANCE
        )


@dataclass(frozen=True, slots=True)
class Account:
    """An account of SAT's code grouper (Anexo 24): group and proposed own number."""

    group: str
    code: str
    name: str
    is_asset: bool


@dataclass(frozen=True, slots=True)
class NewTax:
    """A sale tax to create; ``percent`` is signed as Odoo wants it.

    ``exigibility`` is ``on_payment``: ``pending`` holds the amount until the money
    comes (Odoo asks that it can be reconciled), ``account`` after; ``on_invoice``:
    ``pending`` is ``None``. With ``includes_base`` later taxes are computed on top
    (IEPS enters the base of IVA).
    """

    key: TaxKey
    name: str
    invoice_label: str
    percent: Decimal
    is_fixed: bool
    exigibility: str
    account: Account | None
    pending: Account | None
    includes_base: bool


# What the customer withholds is a claim on the treasury, what we transfer is owed to
# it. LIVA articles 1-A, 1-B and 17, LIEPS article 10, LISR articles 106, 113-J and
# 116: transferred and withheld when the price is paid, so all wait for the payment.
_ACCOUNTS = {
    ("iva", False): (
        Account("208.01", "208.01.01", "IVA trasladado cobrado", False),
        Account("209.01", "209.01.01", "IVA trasladado no cobrado", False),
    ),
    ("ieps", False): (
        Account("208.02", "208.02.01", "IEPS trasladado cobrado", False),
        Account("209.02", "209.02.01", "IEPS trasladado no cobrado", False),
    ),
    ("local", False): (
        Account(
            "213.05", "213.05.01", "Impuestos locales trasladados por pagar", False
        ),
        Account(
            "213.05", "213.05.02", "Impuestos locales trasladados no cobrados", False
        ),
    ),
    ("iva", True): (
        Account("113.01", "113.01.02", "IVA retenido por clientes", True),
        Account(
            "113.01", "113.01.03", "IVA por retener por clientes, no cobrado", True
        ),
    ),
    ("isr", True): (
        Account("113.02", "113.02.02", "ISR Retenido", True),
        Account(
            "113.02", "113.02.03", "ISR por retener por clientes, no cobrado", True
        ),
    ),
    ("ieps", True): (
        Account("113.08", "113.08.02", "IEPS retenido por clientes", True),
        Account(
            "113.08", "113.08.03", "IEPS por retener por clientes, no cobrado", True
        ),
    ),
    ("local", True): (
        Account(
            "113.08", "113.08.04", "Impuestos locales retenidos por clientes", True
        ),
        Account(
            "113.08",
            "113.08.05",
            "Impuestos locales por retener por clientes, no cobrados",
            True,
        ),
    ),
}


def _federal(kind: str, is_withheld: bool, factor: str, *rates: str) -> list[TaxKey]:
    return [TaxKey(kind, is_withheld, factor, Decimal(rate)) for rate in rates]


def _local(is_withheld: bool, name: str, rate: str) -> TaxKey:
    return TaxKey("local", is_withheld, "Tasa", Decimal(rate), name)


# What the accountant can see and set before the first CFDI brings it. Sources: LIVA
# article 1-A and its rules, LISR articles 106 and 116, LIEPS article 2; states'
# treasury laws for hotels (ISH) and professional income (cedular), LFD article 191 for
# the five per thousand of public works.
COMMON_MISSING: tuple[TaxKey, ...] = (
    *_federal("iva", True, "Tasa", "0.16", "0.106667", "0.08", "0.06", "0.053333"),
    *_federal("iva", True, "Tasa", "0.04"),
    *_federal("isr", True, "Tasa", "0.10"),
    *_federal("ieps", False, "Tasa", "1.60", "0.50", "0.304", "0.09", "0.07", "0.06"),
    *_federal("ieps", False, "Tasa", "0.03", "0"),
    *_federal("ieps", False, "Exento", "0"),
    _local(False, "ISH", "0.03"),
    _local(True, "ISR CEDULAR", "0.03"),
    _local(True, "5 AL MILLAR", "0.005"),
)


def key_of(tax: Tax) -> TaxKey:
    """Return the key of a concept's tax.

    :raises ValueError: the tax says no factor: it is a summary's, which is no tax of
        its own.
    """
    if not tax.factor:
        raise ValueError("The summary's withholdings say no rate: use the concepts'.")
    return TaxKey(tax.kind, tax.is_withheld, tax.factor, tax.rate or Decimal(0))


def key_of_local(tax: LocalTax) -> TaxKey:
    """Return the key of a row of ImpuestosLocales."""
    return TaxKey("local", tax.is_withheld, "Tasa", tax.rate, tax.name)


def keys_of(cfdi: Cfdi) -> list[TaxKey]:
    """Return the taxes of a CFDI's concepts and its local ones, each once, in order."""
    found: dict[TaxKey, None] = {}
    for concept in cfdi.concepts:
        found.update(dict.fromkeys(map(key_of, concept.taxes)))
    found.update(dict.fromkeys(map(key_of_local, cfdi.local_taxes)))
    return list(found)


def match(key: TaxKey, known: Iterable[TaxKey]) -> TaxKey | None:
    """Return the known tax that ``key`` is, the nearest in rate, ``None`` if none."""
    alike = [other for other in known if key.is_like(other)]
    return min(alike, key=lambda other: abs(other.rate - key.rate), default=None)


def propose(key: TaxKey) -> NewTax:
    """Return the tax to create for a key that the ledger does not have.

    Its rate is the key's own, except that a known rate is taken as the law means it
    (0.106666 becomes 0.106667). ISR that is transferred does not exist.

    :raises ValueError: transferred ISR.
    """
    if key.kind == "isr" and not key.is_withheld:
        raise ValueError("ISR is withheld, never transferred: no tax can stand for it.")
    key = match(key, COMMON_MISSING) or key
    account, pending = _ACCOUNTS[key.kind, key.is_withheld]
    is_exempt = key.factor == "Exento"
    label = _label(key)
    return NewTax(
        key=key,
        name=label,
        invoice_label=label,
        percent=key.percent,
        is_fixed=key.factor == "Cuota",
        exigibility="on_invoice" if is_exempt else "on_payment",
        account=None if is_exempt else account,
        pending=None if is_exempt else pending,
        includes_base=key.kind == "ieps" and not key.is_withheld,
    )


def _label(key: TaxKey) -> str:
    if key.kind == "local":
        side = " retenido" if key.is_withheld else ""
        return f"{key.name}{side} {plain(key.rate * 100)} %"
    amount = Decimal(0)
    return tax_label(Tax(key.kind, key.is_withheld, key.factor, key.rate, None, amount))
