"""What ``./cobranza segments`` prints: what single facts tell, and what segments do."""

from collections.abc import Mapping

from .facts import facts_of
from .overlap import overlap
from .process import FIVE, TYPES, Simulated, population
from .shipped import NONE, accuracy, confusion, recall

DEBTORS_A_SEED = 100
FACTS_SHOWN = 3
# Facts whose source comes with later features.
LATER = frozenset(
    {
        "reminder_open_ratio",
        "reminder_reply_ratio",
        "reminder_bounce_count",
        "plan_request_count",
        "cancelled_cfdi_count",
        "returned_payment_count",
    }
)


def populations(seeds: int, noise: float, name: str = "seed") -> list[Simulated]:
    """Return debtors of each type for each of so many seeds.

    With noise the creditor's records are partial too.
    """
    return [
        debtor
        for number in range(seeds)
        for debtor in population(DEBTORS_A_SEED, f"{name}{number}", noise, noise > 0)
    ]


def overlap_of(debtors: list[Simulated]) -> dict[tuple[str, str], list]:
    """Return how far single facts tell the five types apart (see `overlap`)."""
    by_type = {cause.name: [] for cause in FIVE}
    for debtor in debtors:
        if debtor.cause in by_type:
            by_type[debtor.cause].append(facts_of(debtor.history))
    return overlap(by_type)


def report(seeds: int, noise: float) -> str:
    """Return the tables as text."""
    calm, noisy = populations(seeds, 0.0), populations(seeds, noise)
    lines = [
        f"Debtors of each type: {seeds * DEBTORS_A_SEED}",
        "",
        "Best accuracy of one threshold on one fact, two types weighing the same",
    ]
    for (one, other), rows in overlap_of(calm).items():
        best = "  ".join(f"{name} {share:.1%}" for share, name in rows[:FACTS_SHOWN])
        lines.append(f"  {one + ' / ' + other:31}{best}")
    for title, debtors, unknown in (
        ("Without noise", calm, frozenset()),
        (f"With {noise:.0%} noise and partial history", noisy, frozenset()),
        ("Without noise, facts of later features empty", calm, LATER),
        (f"With {noise:.0%} noise, facts of later features empty", noisy, LATER),
    ):
        lines += ["", *table(title, confusion(debtors, unknown))]
    return "\n".join(lines)


def table(title: str, counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return a confusion matrix as lines: a row per cause, a column per segment."""
    columns = (*TYPES, NONE)
    head = "".join(f"{name[:9]:>10}" for name in columns)
    lines = [
        f"{title}: {accuracy(counts):.1%} right",
        f"  {'cause':15}{head}    recall",
    ]
    shares = recall(counts)
    for cause, row in counts.items():
        cells = "".join(f"{row[name]:>10}" for name in columns)
        lines.append(f"  {cause:15}{cells}{shares[cause]:>10.1%}")
    return lines
