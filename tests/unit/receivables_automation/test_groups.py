"""Figures of groups of rows against Python's own, row by row."""

from collections import defaultdict
from statistics import mean, median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.groups import (
    Groups,
    matches,
    pairs,
    ratio,
)

GROUPS = 4
ROWS = st.lists(
    st.tuples(st.integers(0, GROUPS - 1), st.integers(-99, 99), st.booleans()),
    max_size=40,
)


def _columns(rows):
    of, values, chosen = zip(*rows, strict=True) if rows else ((), (), ())
    return (
        Groups(np.array(of, dtype=int), GROUPS),
        np.array(values, dtype=float),
        np.array(chosen, dtype=bool),
    )


def _by_group(rows):
    values = defaultdict(list)
    for group, value, is_chosen in rows:
        if is_chosen:
            values[group].append(value)
    return [values[group] for group in range(GROUPS)]


def _same(figures, expected):
    assert figures.tolist() == pytest.approx(
        [np.nan if one is None else one for one in expected], nan_ok=True
    )


@given(ROWS)
def test_each_figure_is_that_of_the_rows_of_its_group(rows):
    groups, values, where = _columns(rows)
    lists = _by_group(rows)

    _same(groups.size(where), [len(one) for one in lists])
    _same(groups.sum(values, where), [sum(one) for one in lists])
    _same(groups.mean(values, where), [mean(one) if one else None for one in lists])
    _same(groups.median(values, where), [median(one) if one else None for one in lists])
    _same(groups.least(values, where), [min(one, default=None) for one in lists])
    _same(groups.greatest(values, where), [max(one, default=None) for one in lists])


@given(ROWS)
def test_without_a_choice_all_rows_count(rows):
    groups, values, _where = _columns(rows)
    everywhere = np.full(len(values), True)

    for name in ("sum", "mean", "median", "least", "greatest"):
        method = getattr(groups, name)
        _same(method(values), method(values, everywhere).tolist())
    _same(groups.size(), groups.size(everywhere).tolist())


@given(ROWS)
def test_a_share_of_nothing_is_unknown(rows):
    groups, values, where = _columns(rows)
    lists = _by_group(rows)

    _same(
        groups.share(values > 0, where),
        [sum(v > 0 for v in one) / len(one) if one else None for one in lists],
    )


@given(ROWS)
def test_the_greatest_comes_first_and_of_equal_ones_the_later_row(rows):
    groups, values, where = _columns(rows)
    place = groups.rank(values, where)

    for group in range(GROUPS):
        own = [
            (value, row)
            for row, (of, value, is_chosen) in enumerate(rows)
            if of == group and is_chosen
        ]
        order = [row for _value, row in sorted(own, reverse=True)]
        assert [place[row] for row in order] == list(range(len(order)))
    assert np.isnan(place[~where]).all()


def test_what_nobody_knows_meets_no_comparison_and_is_no_extreme():
    groups = Groups(np.array([0, 0, 1]), 2)
    values = np.array([np.nan, 3.0, np.nan])

    assert groups.size(values > 0).tolist() == [1, 0]
    assert groups.size(values <= 0).tolist() == [0, 0]
    _same(groups.greatest(values, ~np.isnan(values)), [3, None])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9)), max_size=30))
def test_pairs_are_told_apart(rows):
    first = np.array([one for one, _two in rows], dtype=int)
    second = np.array([two for _one, two in rows], dtype=int)

    at, number = pairs(first, second)

    assert sorted({*rows}) == [(first[row], second[row]) for row in at.tolist()]
    assert [(first[at[n]], second[at[n]]) for n in number.tolist()] == rows


@given(st.lists(st.integers(0, 50), unique=True), st.lists(st.integers(0, 50)))
def test_matches_are_the_rows_that_both_have(values, wanted):
    row, at = matches(np.array(values, dtype=int), np.array(wanted, dtype=int))

    assert row.tolist() == [n for n, one in enumerate(wanted) if one in values]
    assert [values[place] for place in at.tolist()] == [
        one for one in wanted if one in values
    ]


def test_a_ratio_over_nothing_is_unknown():
    _same(ratio(np.array([1.0, 0.0]), np.array([4.0, 0.0])), [0.25, None])
