"""The life of a payment link: its transition table and what the ledger makes of it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

# Read by the one rule for all tables, core/states.py of receivables_automation. A paid
# link lives on: its page is the receipt, and a debt that reopens makes it active again.
LINK: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"active", "revoked"}),
    "active": frozenset({"paid", "expired", "revoked"}),
    "paid": frozenset({"active", "expired", "revoked"}),
    "expired": frozenset({"revoked"}),
    "revoked": frozenset(),
}

# A balance link is the customer's standing address: it has nothing to finish.
STANDING_MODES = frozenset({"balance"})
LIVE_STATES = frozenset({"active", "paid"})


def state_by_ledger(
    state: str,
    mode: str,
    amount_due: Decimal,
    expires_at: datetime | None,
    now: datetime,
) -> str:
    """Return the state that a link should have, given its debt and the moment.

    ``amount_due`` is live from the ledger, in the link's currency, positive is owed.
    ``expires_at`` is the first moment at which the link no longer works, None for
    never; both moments are UTC. A link that nobody owes anything on is paid and does
    not expire. People alone decide about draft and revoked; expired stays.
    """
    if state not in LIVE_STATES:
        return state
    if amount_due <= 0 and mode not in STANDING_MODES:
        return "paid"
    if expires_at is not None and now >= expires_at:
        return "expired"
    return "active"
