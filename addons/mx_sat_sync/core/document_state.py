"""What may become of a document from SAT: the one table of its states."""

from collections.abc import Mapping

# A waiting document goes on as soon as what it waits for comes; a quarantined one when
# a person has removed the cause. What is applied or ignored is final: the ledger and
# SAT's own state tell the rest.
DOCUMENT: Mapping[str, frozenset[str]] = {
    "stored": frozenset({"applied", "waiting", "ignored", "quarantined"}),
    "waiting": frozenset({"applied", "quarantined"}),
    "quarantined": frozenset({"stored"}),
    "applied": frozenset(),
    "ignored": frozenset(),
}


def can_become(source: str, target: str) -> bool:
    """Tell whether a document may change so; staying as it is changes nothing.

    >>> can_become("waiting", "applied"), can_become("applied", "stored")
    (True, False)
    """
    return source == target or target in DOCUMENT[source]
