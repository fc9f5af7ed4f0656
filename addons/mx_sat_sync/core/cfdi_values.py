"""What a CFDI says, as values: exact decimals, naive local dates, upper-case keys.

Text that the CFDI does not have is ``""``, a number or date that it does not have is
``None``; nothing is computed here that the document does not state, except that an
absent discount or the amount of an exempt tax is 0.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

GENERIC_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})


@dataclass(frozen=True, slots=True)
class Tax:
    """A federal tax of a line, a document or a payment; amounts are never negative.

    ``kind`` is ``isr``, ``iva`` or ``ieps``; ``factor`` ``Tasa``, ``Cuota``,
    ``Exento`` or ``""`` in summaries that do not say; ``rate`` a fraction of the base
    (0.16) for Tasa, currency per unit for Cuota, ``None`` if exempt or not said.
    """

    kind: str
    is_withheld: bool
    factor: str
    rate: Decimal | None
    base: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LocalTax:
    """A row of the complement ImpuestosLocales; ``rate`` is a fraction (ISH 0.03)."""

    name: str
    is_withheld: bool
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Party:
    """Issuer or receiver; ``rfc`` in upper case, with & and Ñ as they are.

    ``zip_code`` is the receiver's fiscal domicile (4.0); ``foreign_id`` is
    NumRegIdTrib; ``use`` is UsoCFDI, of the receiver only.
    """

    rfc: str
    name: str
    regime: str = ""
    zip_code: str = ""
    country: str = ""
    foreign_id: str = ""
    use: str = ""

    @property
    def is_generic(self) -> bool:
        """Whether the RFC stands for anybody: the general public, or a foreigner.

        Source: RMF 2.7.1.23. Such a party is known by its name or ``foreign_id``.
        """
        return self.rfc in GENERIC_RFCS


@dataclass(frozen=True, slots=True)
class Relation:
    """CfdiRelacionados: SAT's code (01 credit note, 04 substitution…) and folios."""

    kind: str
    uuids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """A line; ``amount`` is before ``discount``, both in the document's currency.

    ``tax_object`` is ObjetoImp (01 no object, 02 object…), ``""`` in CFDI 3.3.
    """

    product_code: str
    sku: str
    description: str
    quantity: Decimal
    unit_code: str
    unit: str
    unit_price: Decimal
    amount: Decimal
    discount: Decimal
    tax_object: str
    taxes: tuple[Tax, ...]


@dataclass(frozen=True, slots=True)
class PaidDocument:
    """A DoctoRelacionado: what one payment paid of one invoice, in its currency.

    ``equivalence`` is units of ``currency`` per one unit of the payment's currency.
    Balances are ``None`` where Pagos 1.0 leaves them out.
    """

    uuid: str
    series: str
    folio: str
    currency: str
    equivalence: Decimal
    installment: int | None
    balance_before: Decimal | None
    paid: Decimal
    balance_after: Decimal | None
    tax_object: str
    taxes: tuple[Tax, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """A Pago; ``amount`` in ``currency``, ``exchange_rate`` in MXN per unit of it.

    ``paid_at`` (FechaPago) is when the debt went down, not the CFDI's own date. Of the
    accounts, ``payer_*`` is the customer's (CtaOrdenante), ``payee_*`` ours.
    """

    paid_at: datetime
    form: str
    currency: str
    exchange_rate: Decimal | None
    amount: Decimal
    operation: str
    payer_bank_rfc: str
    payer_bank_name: str
    payer_account: str
    payee_bank_rfc: str
    payee_account: str
    chain_type: str
    documents: tuple[PaidDocument, ...]
    taxes: tuple[Tax, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """TimbreFiscalDigital; ``stamped_at`` is naive, Mexico's central time."""

    uuid: str
    stamped_at: datetime
    provider_rfc: str
    sat_certificate: str
    seal_tail: str


@dataclass(frozen=True, slots=True)
class GlobalPeriod:
    """InformacionGlobal of an invoice to the general public (4.0)."""

    periodicity: str
    months: str
    year: int


@dataclass(frozen=True, slots=True)
class Cfdi:
    """A stamped CFDI 3.3 or 4.0; amounts in ``currency``, never negative.

    ``issued_at`` is naive local time of ``place`` (a postal code), so its date is the
    accounting date without conversion; ``exchange_rate`` is MXN per unit.
    ``withheld_total`` and ``transferred_total`` are the summary's, ``None`` if absent.
    ``complements`` names the namespaces of the complements that are not read here.
    """

    version: str
    type: str
    series: str
    folio: str
    issued_at: datetime
    currency: str
    exchange_rate: Decimal | None
    subtotal: Decimal
    discount: Decimal
    total: Decimal
    method: str
    form: str
    conditions: str
    export: str
    place: str
    certificate: str
    issuer: Party
    receiver: Party
    relations: tuple[Relation, ...]
    concepts: tuple[Concept, ...]
    taxes: tuple[Tax, ...]
    transferred_total: Decimal | None
    withheld_total: Decimal | None
    local_taxes: tuple[LocalTax, ...]
    local_transferred_total: Decimal
    local_withheld_total: Decimal
    payments: tuple[Payment, ...]
    global_period: GlobalPeriod | None
    stamp: Stamp
    complements: tuple[str, ...]

    @property
    def uuid(self) -> str:
        """The fiscal folio, in upper case."""
        return self.stamp.uuid
