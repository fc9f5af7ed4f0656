"""CFDI read, stored and brought to the ledger, against core's own documents."""

from decimal import Decimal

from odoo.fields import Command

from odoo.addons.mx_sat_sync.clients.cfdi_files import read_files
from odoo.addons.mx_sat_sync.tests.cfdi_builder import Line, Paid, Pay, build

from .meter import show, taken
from .payments import pay_by_core

READ = 2_000
POSTED = 50
ROUNDS = 3
WARM = 10
CUSTOMER = "CPÑ050617TR8"


def measure(env) -> None:
    """Show what reading, storing and posting CFDI costs."""
    company = env.company
    company.vat = company.vat or "EKU9003173C9"
    _measure_reading(env)
    # What a process learns once is not a document's cost.
    _post(env, range(WARM))
    totals = {"invoices": [0, 0.0, 0.0], "payment complements": [0, 0.0, 0.0]}
    # In turns, so that what else the machine does meets both alike.
    for start in range(1_000, 1_000 * (ROUNDS + 1), 1_000):
        for what, round_ in _post(env, range(start, start + POSTED)).items():
            totals[what] = [
                sum(pair) for pair in zip(totals[what], round_, strict=True)
            ]
    for what, (applied, ours, core) in totals.items():
        count, ratio = ROUNDS * POSTED, core / ours
        show(
            f"{what} posted from CFDI, {ROUNDS} x {POSTED}",
            f"{count / ours:.1f}/s, {ratio:.2f} of core's, {count - applied} set aside",
            ">= 0.8 of core's, none set aside",
            ratio >= 0.8 and applied == count,
        )
    _measure_storing(env, range(10_000, 10_000 + READ))


def _measure_reading(env) -> None:
    files = _invoices(env, range(READ))
    list(read_files(files[:WARM]))
    entries = []
    cost = taken(env, lambda: entries.extend(read_files(files)))
    refused = sum(bool(entry.problem) for entry in entries)
    rate = READ / cost.cpu_seconds
    show(
        f"CFDI parsed and validated, {READ:,}",
        f"{rate:,.0f}/s of a core, {refused} refused",
        ">= 1,500/s of a core, none refused",
        rate >= 1_500 and not refused,
    )


def _measure_storing(env, numbers) -> None:
    files = _invoices(env, numbers)
    cost = taken(env, lambda: env["mx.sat.document"].store_files(files, env.company))
    rate = len(files) / cost.seconds
    show(
        f"CFDI stored, {len(files):,}",
        f"{rate:,.0f}/s, {cost.queries} queries",
        ">= 300/s",
        rate >= 300,
    )


def _post(env, numbers) -> dict[str, tuple[int, float, float]]:
    """Return {kind: (documents applied, our seconds, core's)} for as many of each."""
    moves = []
    applied, ours = _process(env, _invoices(env, numbers))
    core = taken(env, lambda: moves.append(_by_core(env, len(numbers)))).seconds
    found = {"invoices": (applied, ours, core)}
    core = taken(env, lambda: pay_by_core(env, moves[0])).seconds
    applied, ours = _process(env, _complements(env, numbers))
    return found | {"payment complements": (applied, ours, core)}


def _process(env, files) -> tuple[int, float]:
    """Store files and bring them to the ledger.

    Returns how many were applied, and the seconds that it took after the storing.
    """
    company = env.company
    _names, documents = env["mx.sat.document"].store_files(files, company)
    cost = taken(env, lambda: documents.process_stored(company, len(documents)))
    applied = documents.filtered(lambda one: one.state == "applied")
    return len(applied), cost.seconds


def _by_core(env, count: int):
    """Return as many invoices as core makes and posts them, in the import's context."""
    moves = env["mx.sat.document"]._for_company(env.company).env["account.move"]
    partner = env["res.partner"].create({"name": "Bench"})
    tax = env.company.account_sale_tax_id
    line = {"name": "Bench", "price_unit": 100, "tax_ids": [Command.set(tax.ids)]}
    moves = moves.create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-01-15",
                "invoice_date_due": "2026-02-14",
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
            for _ in range(count)
        ]
    )
    moves._post(soft=False)
    return moves


def _uuid(kind: int, number: int) -> str:
    return f"{number:08X}-{kind:04X}-4222-8333-444455556666"


def _invoices(env, numbers) -> list[tuple[str, bytes]]:
    return [
        (
            f"{number}.xml",
            build(
                "I",
                lines=(Line(Decimal("100.00")),),
                issuer=env.company.vat,
                receiver=CUSTOMER,
                stamps=(_uuid(1, number),),
                Folio=str(number),
                Fecha="2026-01-15T12:00:00",
            ),
        )
        for number in numbers
    ]


def _complements(env, numbers) -> list[tuple[str, bytes]]:
    """Return complements that pay each of those invoices whole."""
    total = Decimal("116.00")
    return [
        (
            f"P{number}.xml",
            build(
                "P",
                issuer=env.company.vat,
                receiver=CUSTOMER,
                stamps=(_uuid(2, number),),
                Folio=f"9{number}",
                Fecha="2026-01-20T12:00:00",
                payments=(
                    Pay(
                        total,
                        documents=(
                            Paid(_uuid(1, number), total, total, Decimal("0.00")),
                        ),
                        attributes={
                            "FechaPago": "2026-01-20T12:00:00",
                            "NumOperacion": f"OP{number}",
                        },
                    ),
                ),
            ),
        )
        for number in numbers
    ]
