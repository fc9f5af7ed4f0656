"""Rows in PostgreSQL's binary format become columns, or are refused."""

import struct
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.copy_columns import (
    HALF,
    HEADER,
    SIGNATURE,
    day_number,
    day_of,
    halves,
    in_order,
    read_columns,
)

TYPES = {"both": "int8", "amount": "float8", "id": "int8"}
CODES = {"int8": "q", "float8": "d"}
WHOLE = st.integers(1 - 2**31, 2**31 - 1)
ROWS = st.lists(st.tuples(WHOLE, st.floats(allow_nan=False), WHOLE), max_size=20)


def _copy(rows, types=TYPES):
    """Return rows as the manual says that COPY writes them; None is NULL."""
    data = bytearray(SIGNATURE + struct.pack(">ii", 0, 0))
    for row in rows:
        data += struct.pack(">h", len(row))
        for value, kind in zip(row, types.values(), strict=True):
            if value is None:
                data += struct.pack(">i", -1)
            else:
                field = struct.pack(">" + CODES[kind], value)
                data += struct.pack(">i", len(field)) + field
    return bytes(data + struct.pack(">h", -1))


@given(ROWS)
def test_columns_hold_the_values_in_their_order(rows):
    columns = read_columns(_copy(rows), TYPES)

    assert list(columns) == list(TYPES)
    values = [column.tolist() for column in columns.values()]
    assert list(zip(*values, strict=True)) == rows


@pytest.mark.parametrize("place", range(len(TYPES)))
def test_a_null_is_refused(place):
    row = [7, 1.5, 3]
    row[place] = None

    with pytest.raises(ValueError, match="NULL"):
        read_columns(_copy([(7, 1.5, 3), tuple(row)]), TYPES)


def test_nulls_that_add_up_to_the_length_of_whole_rows_are_refused():
    # A row of two numbers takes 26 bytes; one of two NULLs 10, and thirteen 5 × 26.
    types = {"id": "int8", "amount": "float8"}

    with pytest.raises(ValueError, match="columns|NULL"):
        read_columns(_copy([(None, None)] * 13, types), types)


@given(st.lists(st.tuples(WHOLE, WHOLE)))
def test_a_pair_gives_back_its_halves(rows):
    pairs = np.array([(first << HALF) + second for first, second in rows], np.int64)

    first, second = halves(pairs)

    assert list(zip(first.tolist(), second.tolist(), strict=True)) == rows


def test_what_was_cut_off_or_is_something_else_is_refused():
    data = _copy([(7, 1.5, 3)])

    for wrong in (b"", b"id\t7\n", data[:-1], data[:HEADER], data[1:]):
        with pytest.raises(ValueError, match="binary format"):
            read_columns(wrong, TYPES)


def test_rows_of_other_columns_are_refused():
    data = _copy([(7, 3)] * 4, {"id": "int8", "day": "int8"})

    for types in (TYPES, {"id": "int8"}):
        with pytest.raises(ValueError, match="columns|NULL"):
            read_columns(data, types)


@given(st.dates(date(1901, 1, 1), date(2999, 12, 31)))
def test_a_day_s_number_is_that_day(day):
    assert day_of(day_number(day)) == day


def test_rows_are_put_in_order_whole():
    columns = {"id": np.array([3, 1, 2]), "amount": np.array([0.3, 0.1, 0.2])}

    ordered = in_order(columns, "id")

    assert ordered["id"].tolist() == [1, 2, 3]
    assert ordered["amount"].tolist() == [0.1, 0.2, 0.3]
