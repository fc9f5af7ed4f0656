"""The conditions of segments that the add-on ships, on facts instead of a database."""

import importlib.util
import sys
import xml.etree.ElementTree as ElementTree
from ast import literal_eval
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from .facts import facts_of
from .process import TYPES, Simulated

ADDON = Path(__file__).resolve().parents[2] / "addons" / "receivables_automation"
DATA = ADDON / "data" / "receivables_segment_data.xml"
NONE = "none"


def _core() -> ModuleType:
    """Return the rules of segments, which need neither Odoo nor its environment."""
    path = ADDON / "core" / "segment_explanation.py"
    spec = importlib.util.spec_from_file_location("simulator.rules", path)
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their own module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


core = _core()


def conditions() -> list[tuple[str, object]]:
    """Return [(code, condition's tree)] of the shipped segments, in their order."""
    found = []
    for record in ElementTree.parse(DATA).iter("record"):  # noqa: S314
        fields = {field.get("name"): field for field in record}
        if record.get("model") != "receivables.segment":
            continue
        domain = literal_eval(fields["condition_domain"].text)
        found.append(
            (
                int(fields["sequence"].get("eval")),
                fields["code"].text,
                core.parse_domain(domain),
            )
        )
    return [(code, tree) for _sequence, code, tree in sorted(found)]


def confusion(
    debtors: Sequence[Simulated], unknown: frozenset[str] = frozenset()
) -> dict[str, dict[str, int]]:
    """Return {cause: {segment: how many}}.

    :param unknown: facts that nothing measures yet: empty for everybody.
    """
    segments = conditions()
    counts = {cause: dict.fromkeys((*TYPES, NONE), 0) for cause in TYPES}
    for debtor in debtors:
        facts = facts_of(debtor.history) | dict.fromkeys(unknown)
        counts[debtor.cause][core.first_match(segments, facts) or NONE] += 1
    return counts


def accuracy(counts: Mapping[str, Mapping[str, int]]) -> float:
    """Return the share of all debtors that are in the segment of their cause."""
    right = sum(row[cause] for cause, row in counts.items())
    return right / sum(sum(row.values()) for row in counts.values())


def recall(counts: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """Return {cause: share of its debtors that are in its segment}."""
    return {cause: row[cause] / sum(row.values()) for cause, row in counts.items()}
