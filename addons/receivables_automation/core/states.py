"""What may become what: the transition tables and the one rule that reads them."""

from collections.abc import Mapping

# A running run that is killed goes on as it is: running to running changes nothing.
DUNNING_RUN: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"previewed", "cancelled"}),
    "previewed": frozenset({"draft", "running", "cancelled"}),
    "running": frozenset({"done", "cancelled"}),
    "done": frozenset(),
    "cancelled": frozenset(),
}

# Sent can still fail, because a mail may bounce hours later; failed goes back to the
# queue, since a retry uses the same row. A held notice is evidence: it stays, and the
# next run plans a new one.
NOTICE: Mapping[str, frozenset[str]] = {
    "planned": frozenset({"queued", "held", "cancelled"}),
    "queued": frozenset({"sent", "failed", "held", "cancelled"}),
    "sent": frozenset({"failed"}),
    "failed": frozenset({"queued", "held", "cancelled"}),
    "held": frozenset(),
    "cancelled": frozenset(),
}

# The ledger decides about a promise, and the ledger can change its mind: a returned
# payment reopens, a payment booked late but dated in time keeps.
PROMISE: Mapping[str, frozenset[str]] = {
    "open": frozenset({"kept", "partial", "broken", "cancelled"}),
    "kept": frozenset({"open", "partial", "broken"}),
    "partial": frozenset({"open", "kept", "broken"}),
    "broken": frozenset({"open", "kept", "partial"}),
    "cancelled": frozenset(),
}

DISPUTE: Mapping[str, frozenset[str]] = {
    "open": frozenset({"accepted", "rejected", "withdrawn"}),
    "accepted": frozenset(),
    "rejected": frozenset(),
    "withdrawn": frozenset(),
}

# Asking for what is missing sends it back; a decision that is taken back is under
# review again, so that the next one is on the same papers. One of two that a merge of
# customers brings together expires. So does an approval that a later one replaces; if
# the later one is over first, it is in force again as it was decided.
CREDIT_APPLICATION: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"review", "expired"}),
    "review": frozenset({"draft", "approved", "rejected", "expired"}),
    "approved": frozenset({"review", "expired"}),
    "rejected": frozenset({"review"}),
    "expired": frozenset({"approved"}),
}


class ForbiddenMove(ValueError):
    """A change of state that its table does not have.

    ``source`` and ``target`` are states, ``allowed`` those that ``source`` may become,
    in alphabetical order. The text has no record's name: the caller adds it.
    """

    def __init__(self, source: str, target: str, allowed: tuple[str, ...], why: str):
        super().__init__(why)
        self.source = source
        self.target = target
        self.allowed = allowed


def move(table: Mapping[str, frozenset[str]], source: str, target: str) -> bool:
    """Return True if the record has to change, False if it is there already.

    :raises ForbiddenMove: the table has no such change, or does not know a state.

    >>> move(NOTICE, "planned", "queued"), move(NOTICE, "sent", "sent")
    (True, False)
    """
    allowed = tuple(sorted(table.get(source, ())))
    for state in (source, target):
        if state not in table:
            known = ", ".join(table)
            why = f"{state!r} is not a state here; the states are: {known}."
            raise ForbiddenMove(source, target, allowed, why)
    if source == target:
        return False
    if target not in table[source]:
        ways_out = f"only: {', '.join(allowed)}" if allowed else "nothing: it is final"
        why = f"{source!r} cannot become {target!r}; it can become {ways_out}."
        raise ForbiddenMove(source, target, allowed, why)
    return True
