"""The sample company's story: a steel dealer, a dozen customers, a year of invoices.

Every date is a number of days before today, so that the story never grows old.
Companies, people and tax numbers are invented.
"""

from dataclasses import dataclass, field
from decimal import Decimal

COMPANY = {
    "name": "Aceros del Norte, S.A. de C.V.",
    "vat": "ANO120315QX4",
    "street": "Av. Churubusco 1450",
    "city": "Monterrey",
    "zip": "64560",
    "state_code": "NLE",
    "phone": "+52 81 5550 1200",
    "email": "cobranza@acerosdelnorte.example",
    "website": "https://acerosdelnorte.example",
}
MAIL_DOMAIN = "acerosdelnorte.example"

# Pesos per dollar, by days before today.
USD_RATES = ((400, "18.92"), (240, "18.35"), (120, "18.71"), (30, "18.40"))


@dataclass(frozen=True)
class SampleCustomer:
    """A customer; ``payables`` is whoever pays their bills, '' if nobody is known."""

    key: str
    name: str
    vat: str
    city: str
    state_code: str
    payables: str = ""
    is_company: bool = True
    is_vendor: bool = False
    currency: str = "MXN"
    is_assigned: bool = False

    @property
    def domain(self) -> str:
        return f"{self.key.replace('_', '')}.example"


@dataclass(frozen=True)
class SampleInvoice:
    """An invoice and the money that came for it.

    ``issued`` and ``due`` are days before today (a negative ``due`` is still to come);
    ``net`` is before tax; ``payments`` are (days before today, share of the total).
    """

    customer: str
    issued: int
    due: int
    net: Decimal
    what: str
    currency: str = "MXN"
    payments: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True)
class SampleCredit:
    """Money or a credit note that no invoice has been settled with yet."""

    customer: str
    issued: int
    net: Decimal
    what: str
    is_credit_note: bool = False


@dataclass(frozen=True)
class SamplePromise:
    """A customer's word about its oldest open invoice; days before today."""

    customer: str
    made: int
    promised: int
    amount: Decimal
    channel: str
    note: str = ""


@dataclass(frozen=True)
class SampleDispute:
    """What a customer says is wrong with its oldest open invoice."""

    customer: str
    amount: Decimal
    reason: str
    what: str


PROMISES = (
    SamplePromise("eagle", 1, -3, Decimal(31200), "phone", "Paga los viernes"),
    SamplePromise("canada", 65, 58, Decimal(20000), "email"),
    SamplePromise("mixteco", 40, 30, Decimal(100000), "phone", "Espera un anticipo"),
)
DISPUTES = (
    SampleDispute(
        "lucia",
        Decimal(12360),
        "damaged",
        "Recibió lámina calibre 24 y pidió 26: espera la nota de crédito",
    ),
)

CUSTOMERS = (
    SampleCustomer(
        "eagle",
        "Ferretería El Águila, S.A. de C.V.",
        "FEA090211KL2",
        "Saltillo",
        "COA",
        "Lucía Garza",
        is_assigned=True,
    ),
    SampleCustomer(
        "pena",
        "Constructora Peña & Hijos, S.A. de C.V.",
        "CPÑ050617TR8",
        "Monterrey",
        "NLE",
        "Raúl Peña",
        is_assigned=True,
    ),
    SampleCustomer(
        "canada",
        "Herrajes La Cañada, S. de R.L. de C.V.",
        "HCA110923GH1",
        "Querétaro",
        "QUE",
        "Sofía Luna",
    ),
    SampleCustomer(
        "mixteco",
        "Grupo Industrial Mixteco, S.A. de C.V.",
        "GIM070430PW5",
        "Puebla",
        "PUE",
        "Departamento de pagos",
        is_assigned=True,
    ),
    SampleCustomer(
        "bajio",
        "Perfiles del Bajío, S.A. de C.V.",
        "PBA140806MN3",
        "León",
        "GUA",
    ),
    SampleCustomer(
        "lucia",
        "Clínica Santa Lucía, S.C.",
        "CSL030119UV7",
        "Guadalajara",
        "JAL",
        "Elena Ruiz",
        is_assigned=True,
    ),
    SampleCustomer(
        "nueva",
        "Nueva Obra Arquitectos, S.C.",
        "NOA260212BC9",
        "Ciudad de México",
        "DIF",
        "Diego Aranda",
    ),
    SampleCustomer(
        "puente",
        "Importadora Puente del Norte, S.A. de C.V.",
        "IPN100528DE6",
        "Nuevo Laredo",
        "TAM",
        "Karen Holt",
        currency="USD",
    ),
    SampleCustomer(
        "ochoa",
        "Martín Ochoa Treviño",
        "OOTM780914FG0",
        "Torreón",
        "COA",
        "Martín Ochoa",
        is_company=False,
        is_assigned=True,
    ),
    SampleCustomer(
        "maquinados",
        "Maquinados Querétaro, S.A. de C.V.",
        "MQU160303HJ4",
        "Querétaro",
        "QUE",
        "Iván Robles",
    ),
    SampleCustomer(
        "rios",
        "Distribuidora Tres Ríos, S.A. de C.V.",
        "DTR080725KM1",
        "Culiacán",
        "SIN",
        "Beatriz Osuna",
        is_vendor=True,
    ),
    SampleCustomer(
        "publico",
        "Público en general",
        "XAXX010101000",
        "Monterrey",
        "NLE",
        is_company=False,
    ),
)


def _paid(
    customer: str, terms: int, late: tuple[int, ...], first: int, net: int, what: str
) -> tuple[SampleInvoice, ...]:
    """Return an invoice a month from day ``first``, each paid ``late`` days late."""
    invoices = []
    for number, days_late in enumerate(late):
        issued = first - 30 * number
        due = issued - terms
        invoices.append(
            SampleInvoice(
                customer,
                issued,
                due,
                Decimal(net + 730 * number),
                what,
                payments=((due - days_late, Decimal(1)),),
            )
        )
    return tuple(invoices)


def _open(
    customer: str,
    issued: int,
    due: int,
    net: str,
    what: str,
    *payments: tuple[int, str],
    currency: str = "MXN",
) -> SampleInvoice:
    shares = tuple((days, Decimal(share)) for days, share in payments)
    return SampleInvoice(customer, issued, due, Decimal(net), what, currency, shares)


@dataclass(frozen=True)
class SampleStory:
    """Everything that the loader writes, in the order of the calendar."""

    customers: tuple[SampleCustomer, ...] = CUSTOMERS
    invoices: tuple[SampleInvoice, ...] = field(default=())
    open_credits: tuple[SampleCredit, ...] = field(default=())


def story() -> SampleStory:
    """Return the whole story, the oldest document first."""
    rebar, sheet, pipe, angle = (
        "Varilla corrugada 3/8",
        "Lámina galvanizada calibre 26",
        "Tubo cédula 40",
        "Ángulo estructural 2 x 1/4",
    )
    invoices = (
        # Forgets, and pays once somebody reminds it.
        *_paid("eagle", 30, (12, 14, 9, 16, 12), 230, 18_400, rebar),
        _open("eagle", 48, 18, "26896.55", rebar),
        _open("eagle", 20, -10, "18965.52", sheet),
        _open("eagle", 6, -24, "26818.97", pipe),
        # Pays on the day, every month.
        *_paid("pena", 30, (0, -1, 0, 0, -2, 0), 240, 42_000, rebar),
        _open("pena", 12, -18, "51724.14", rebar),
        # Always good until a bad quarter; pays in parts.
        *_paid("canada", 30, (0, 1, 0), 250, 22_500, angle),
        _open("canada", 110, 80, "31034.48", angle, (60, "0.4")),
        _open("canada", 64, 34, "17241.38", sheet),
        # Buys on, and does not pay.
        *_paid("mixteco", 45, (35, 58), 330, 64_000, pipe),
        _open("mixteco", 170, 125, "86206.90", pipe),
        _open("mixteco", 120, 75, "73275.86", pipe),
        _open("mixteco", 40, -5, "94827.59", pipe),
        _open("mixteco", 9, -36, "60344.83", sheet),
        # Answers nobody.
        _open("bajio", 230, 200, "23275.86", sheet),
        _open("bajio", 160, 130, "14655.17", sheet),
        _open("bajio", 95, 65, "19827.59", angle),
        # Would pay, but the invoice is wrong.
        *_paid("lucia", 30, (2, 0, 1), 200, 12_000, sheet),
        _open("lucia", 70, 40, "35517.24", sheet),
        _open("lucia", 15, -15, "12931.03", sheet),
        # First purchase.
        _open("nueva", 8, -7, "29310.34", angle),
        # In dollars.
        _open("puente", 150, 120, "3200.00", pipe, (95, "1"), currency="USD"),
        _open("puente", 75, 45, "4150.00", pipe, (20, "0.5"), currency="USD"),
        _open("puente", 18, -12, "2780.00", pipe, currency="USD"),
        # Pays ahead.
        *_paid("ochoa", 15, (-3, -5, -2), 120, 6_200, angle),
        # Partial payments on everything.
        _open("maquinados", 100, 70, "48275.86", pipe, (66, "0.3"), (30, "0.3")),
        _open("maquinados", 52, 22, "25862.07", pipe, (15, "0.5")),
        _open("maquinados", 25, -5, "31034.48", rebar),
        # Also a supplier.
        *_paid("rios", 30, (5, 4), 140, 15_000, rebar),
        _open("rios", 35, 5, "20689.66", rebar),
        # Counter sales.
        _open("publico", 3, 3, "1293.10", sheet, (3, "1")),
    )
    open_credits = (
        SampleCredit("ochoa", 10, Decimal("5000.00"), "Anticipo por SPEI"),
        SampleCredit("lucia", 30, Decimal("4310.34"), "Devolución de lámina", True),
    )
    return SampleStory(
        invoices=tuple(sorted(invoices, key=lambda invoice: -invoice.issued)),
        open_credits=open_credits,
    )
