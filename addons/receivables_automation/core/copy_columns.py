"""Rows as PostgreSQL's `COPY ... (FORMAT binary)` sends them, read as columns.

The format is described in PostgreSQL's manual, SQL commands, COPY, "Binary Format":
a signature, flags and the length of an extension; then rows, each the number of its
fields and for each field its length and value; at the end a number of fields of -1. A
row of numbers that are never NULL has one width, so that no row is looked at by itself.

Each field costs PostgreSQL as much as reading its row does: whole numbers travel in
pairs, the first in the upper half of an int8.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

SIGNATURE = b"PGCOPY\n\xff\r\n\0"
# The flags and the length of the extension follow the signature.
HEADER = len(SIGNATURE) + 8
TRAILER = b"\xff\xff"
TYPES = {"int8": ">i8", "float8": ">f8"}
HALF = 32
# PostgreSQL counts days from here.
EPOCH = date(2000, 1, 1)


def read_columns(data: bytes, types: Mapping[str, str]) -> dict[str, np.ndarray]:
    """Return an array per column of ``types``, {name: int8 or float8}, in order.

    :raises ValueError: these are no such rows, or a value is NULL.
    """
    fields = [("count", ">i2")]
    for name, kind in types.items():
        fields += [(f"length of {name}", ">i4"), (name, TYPES[kind])]
    row = np.dtype(fields)
    body = len(data) - HEADER - len(TRAILER)
    if not data.startswith(SIGNATURE) or not data.endswith(TRAILER) or body < 0:
        raise ValueError("Not PostgreSQL's binary format, or not all of it.")
    if body % row.itemsize:
        raise ValueError(f"Rows of other columns than {list(types)}, or with NULL.")
    rows = np.frombuffer(data, row, count=body // row.itemsize, offset=HEADER)
    if (rows["count"] != len(types)).any():
        raise ValueError(f"Rows of other columns than {list(types)}.")
    columns = {}
    for name, kind in types.items():
        own = np.dtype(TYPES[kind])
        if (rows[f"length of {name}"] != own.itemsize).any():
            raise ValueError(f"{name} is not always of type {kind}, or is NULL.")
        columns[name] = rows[name].astype(own.newbyteorder("="))
    return columns


def halves(pair: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the two whole numbers of each pair: first · 2³² + second.

    >>> [half.tolist() for half in halves(np.array([(7 << 32) - 1]))]
    [[7], [-1]]
    """
    second = pair.astype(np.int32)
    return ((pair - second) >> HALF).astype(np.int32), second


def in_order(columns: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Return the rows of ``columns`` in the order of the values of one of them."""
    order = np.argsort(columns[name], kind="stable")
    return {one: column[order] for one, column in columns.items()}


def day_number(day: date) -> int:
    """Return a date as PostgreSQL counts days.

    >>> day_number(date(2000, 1, 31))
    30
    """
    return (day - EPOCH).days


def day_of(number: float) -> date:
    """Return the date of a day number."""
    return EPOCH + timedelta(days=int(number))


def month_number(days: np.ndarray) -> np.ndarray:
    """Return the calendar month of each day number, counted from January 1970.

    >>> month_number(np.array([-1, 0, 30, 31])).tolist()
    [359, 360, 360, 361]
    """
    moments = np.datetime64(EPOCH) + np.asarray(days).astype("timedelta64[D]")
    return moments.astype("datetime64[M]").astype(int)
