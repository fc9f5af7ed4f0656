"""The sample company's story, continued: whom the steel dealer trusts, and how far."""

from dataclasses import dataclass
from decimal import Decimal

from .sample_story import CUSTOMERS

WHOLESALE = "Mayoreo a 30 días"
CASH = "De contado"
# Days before today: older than every invoice, so that each shows its terms.
POLICIES_SINCE = 365

PUBLIC_TEXT = (
    "Crédito a 30 días desde la fecha de la factura. Indique su orden de compra en"
    " cada pedido. Las aclaraciones se reciben dentro de los 10 días siguientes a la"
    " entrega."
)
# A month of sales for who never pays on time, three for who always does.
LIMIT_FORMULA = "average_monthly_credit_sales * (1 + 2 * on_time_ratio) + guarantees"
CRITERIA = ("Se llamó a las referencias", "Domicilio y RFC comprobados")

# Mixteco owes more than its limit; the others are within theirs.
LIMITS = {
    "eagle": Decimal(120_000),
    "pena": Decimal(150_000),
    "canada": Decimal(60_000),
    "mixteco": Decimal(300_000),
    "lucia": Decimal(80_000),
    "puente": Decimal(150_000),
    "maquinados": Decimal(90_000),
    "rios": Decimal(50_000),
}
CASH_ONLY = ("bajio",)


@dataclass(frozen=True)
class SampleQuotation:
    """What a customer would like to buy now; ``net`` is before tax."""

    customer: str
    net: Decimal
    what: str


@dataclass(frozen=True)
class SampleGuarantee:
    """A promissory note; ``starts`` and ``ends`` are days before today."""

    customer: str
    number: str
    amount: Decimal
    starts: int
    ends: int


@dataclass(frozen=True)
class SampleReference:
    """A supplier who gives the applicant credit."""

    name: str
    phone: str
    amount: Decimal
    terms: str


@dataclass(frozen=True)
class SampleApplication:
    """A request for credit that waits for its evaluation."""

    customer: str
    limit: Decimal
    business: str
    references: tuple[SampleReference, ...]

    @property
    def contact(self) -> str:
        """The person who pays the customer's bills."""
        return next(one.payables for one in CUSTOMERS if one.key == self.customer)


# The first fits into the customer's limit, the second does not.
QUOTATIONS = (
    SampleQuotation("eagle", Decimal("18103.45"), "Varilla corrugada 3/8"),
    SampleQuotation("mixteco", Decimal("38793.10"), "Tubo cédula 40"),
)
GUARANTEES = (SampleGuarantee("canada", "PAG-014", Decimal(30_000), 300, -20),)
APPLICATIONS = (
    SampleApplication(
        "nueva",
        Decimal(80_000),
        "Despacho de arquitectura y obra",
        (
            SampleReference(
                "Cementos Azteca", "55 5550 0141", Decimal(60_000), "30 días"
            ),
            SampleReference(
                "Maderas La Huasteca", "55 5550 0190", Decimal(25_000), "15 días"
            ),
            SampleReference(
                "Vidrios del Valle", "55 5550 0122", Decimal(40_000), "30 días"
            ),
        ),
    ),
)


@dataclass(frozen=True)
class SampleTier:
    """Who may grant how much: collectors a little, finance managers the rest."""

    name: str
    up_to: Decimal
    group: str


TIERS = (
    SampleTier("Cobranza", Decimal(50_000), "group_receivables_user"),
    SampleTier("Dirección", Decimal(1_000_000), "group_receivables_manager"),
)


@dataclass(frozen=True)
class SampleReward:
    """What punctual payers get: a longer payment term on their next orders."""

    name: str = "Pagos puntuales"
    invoices: int = 3
    within_days: int = 180
    term: str = "45 días por pagar puntual"
    term_days: int = 45
    valid_days: int = 90


REWARD = SampleReward()
