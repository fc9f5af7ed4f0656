"""Sums, means and the like of many rows at once, for each group that they belong to.

Values are floats, and NaN is what nobody knows: like SQL's NULL it meets no comparison.
Each figure has a value per group; of no row, counts and sums are 0 and all others NaN.
"""

import numpy as np


class Groups:
    """Rows that belong to groups: ``of[row]`` is the group's number, from 0.

    ``where`` of each method is a flag per row; only rows that have it count.
    """

    def __init__(self, of: np.ndarray, count: int):
        self.of = np.asarray(of, dtype=np.int64)
        self.count = count

    def size(self, where=None) -> np.ndarray:
        """Return how many rows there are."""
        of = self.of if where is None else self.of[where]
        return np.bincount(of, minlength=self.count).astype(float)

    def sum(self, values, where=None) -> np.ndarray:
        """Return the sum of ``values``."""
        of = self.of if where is None else self.of[where]
        values = values if where is None else values[where]
        # Of no rows at all numpy adds up whole numbers.
        return np.bincount(of, weights=values, minlength=self.count).astype(float)

    def mean(self, values, where=None) -> np.ndarray:
        """Return the mean of ``values``."""
        return ratio(self.sum(values, where), self.size(where))

    def share(self, some, whole=None) -> np.ndarray:
        """Return of the rows that are ``whole`` the share that is ``some`` as well."""
        if whole is None:
            return ratio(self.size(some), self.size())
        return ratio(self.size(some & whole), self.size(whole))

    def least(self, values, where=None) -> np.ndarray:
        """Return the least of ``values``."""
        return self._extreme(np.minimum, np.inf, values, where)

    def greatest(self, values, where=None) -> np.ndarray:
        """Return the greatest of ``values``."""
        return self._extreme(np.maximum, -np.inf, values, where)

    def _extreme(self, choose, start, values, where) -> np.ndarray:
        of = self.of if where is None else self.of[where]
        values = values if where is None else values[where]
        found = np.full(self.count, start)
        choose.at(found, of, np.asarray(values, dtype=float))
        found[np.isinf(found)] = np.nan
        return found

    def median(self, values, where=None) -> np.ndarray:
        """Return the median of ``values``; of two in the middle, their mean."""
        of = self.of if where is None else self.of[where]
        values = values if where is None else values[where]
        values = values[np.lexsort((values, of))]
        counts = np.bincount(of, minlength=self.count)
        start = np.cumsum(counts) - counts
        known = counts > 0
        middle = np.full(self.count, np.nan)
        lower = values[(start + (counts - 1) // 2)[known]]
        upper = values[(start + counts // 2)[known]]
        middle[known] = (lower + upper) / 2
        return middle

    def rank(self, values, where) -> np.ndarray:
        """Return the place of each row in its group from 0, the greatest value first.

        Of equal ones the later row comes first; a row without ``where`` has no place.
        """
        rows = np.flatnonzero(where)[::-1]
        rows = rows[np.lexsort((-values[rows], self.of[rows]))]
        counts = np.bincount(self.of[rows], minlength=self.count)
        start = np.cumsum(counts) - counts
        place = np.full(len(self.of), np.nan)
        place[rows] = np.arange(len(rows)) - start[self.of[rows]]
        return place


def ratio(some: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return ``some`` over ``whole``; NaN over 0."""
    unknown = np.full(len(whole), np.nan)
    return np.divide(some, whole, out=unknown, where=whole != 0)


def pairs(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different pairs of two columns of whole numbers below 2³¹.

    The row at which each is met first, and for each row the number of its pair.
    """
    key = np.asarray(first, dtype=np.int64) * 2**32 + np.asarray(second, dtype=np.int64)
    _keys, at, number = np.unique(key, return_index=True, return_inverse=True)
    return at, number


def matches(values: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows of ``wanted`` are among ``values``, all different, and where.

    Two arrays of rows of the same length: of ``wanted``, and of ``values``.
    """
    if not len(values):
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    order = np.argsort(values, kind="stable")
    found = np.searchsorted(values, wanted, sorter=order)
    at = order[np.minimum(found, len(values) - 1)]
    row = np.flatnonzero(values[at] == wanted)
    return row, at[row]
