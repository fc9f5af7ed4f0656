"""What a link is for, as one short text: two links for the same are one link."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal


def scope_key(items: Iterable[tuple[int, Decimal]]) -> str:
    """Return the key of (item id, cap) pairs in any order; a cap of 0 means all of it.

    The empty text for no item: the scope is then the customer's whole balance.

    >>> scope_key([(2, Decimal("0")), (1, Decimal("5.00"))]) == scope_key(
    ...     [(1, Decimal("5")), (2, Decimal("0.00"))]
    ... )
    True
    >>> scope_key([])
    ''
    """
    parts = sorted(f"{item}:{format(cap.normalize(), 'f')}" for item, cap in items)
    if not parts:
        return ""
    # An index has no room for a thousand ids.
    return hashlib.sha256(",".join(parts).encode()).hexdigest()
