"""The life of money that a rail reports: the transition table of a settlement."""

from collections.abc import Mapping

# Read by the one rule for all tables, core/states.py of receivables_automation.
# Money that a person has to look at (parked, duplicate) comes back as received when
# they have decided; what is in the ledger leaves it only by going back to the payer.
SETTLEMENT: Mapping[str, frozenset[str]] = {
    "received": frozenset({"applied", "parked", "duplicate", "returned"}),
    "parked": frozenset({"received", "returned"}),
    "duplicate": frozenset({"received", "returned"}),
    "applied": frozenset({"returned"}),
    "returned": frozenset(),
}
