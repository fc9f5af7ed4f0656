from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.segment_explanation import (
    Change,
    DomainError,
    Leaf,
    explain,
    first_match,
    holds,
    leaves,
    parse_domain,
    would_change,
)

PUNCTUAL = parse_domain([("paid", ">=", 3), ("median", "<=", 3)])
LATE = parse_domain(["|", ("overdue", ">", 0), ("median", ">", 3)])
SEGMENTS = [("punctual", PUNCTUAL), ("late", LATE)]


def test_the_change_is_the_smallest_that_leads_to_the_other_segment():
    facts = {"paid": 8, "median": 12, "overdue": 0.0}

    assert would_change(SEGMENTS, "late", facts) == [
        ("punctual", (Change("median", 12, 3),))
    ]


def test_a_count_of_the_past_is_never_asked_to_shrink():
    new = parse_domain([("paid", "<", 3)])
    facts = {"paid": 8, "median": 12, "overdue": 0.0}

    found = would_change(
        [("new", new), *SEGMENTS], "late", facts, only_grow=frozenset({"paid"})
    )

    assert [key for key, _changes in found] == ["punctual"]


def test_a_segment_that_an_earlier_one_would_hide_is_not_promised():
    everybody = parse_domain([])
    facts = {"paid": 1, "median": 1, "overdue": 0.0}

    assert would_change([("all", everybody), *SEGMENTS], "all", facts) == []


def test_a_fact_that_nobody_measured_is_no_advice():
    assert would_change(SEGMENTS, None, {"paid": 3, "median": None, "overdue": 0}) == [
        ("late", (Change("overdue", 0, 1),))
    ]


def test_groups_of_one_kind_are_one_group():
    node = parse_domain(["|", ("a", "=", 1), "|", ("b", "=", 1), ("c", "=", 1)])

    assert [line.level for line in explain(node, {})] == [0, 1, 1, 1]


def test_two_bounds_on_one_fact_are_met_together():
    between = parse_domain([("days", ">", 30), ("days", "<", 32), ("days", ">=", 5)])

    [(_key, changes)] = would_change([("between", between)], None, {"days": 1})

    assert changes == (Change("days", 1, 31),)


def test_an_empty_fact_meets_nothing_but_is_not_set():
    facts = {"ratio": None}

    assert not holds(parse_domain([("ratio", "<=", 1)]), facts)
    assert not holds(parse_domain(["!", ("ratio", ">", 1)]), facts)
    assert not holds(parse_domain([("ratio", "=", 0)]), facts)
    assert holds(parse_domain([("ratio", "=", False)]), facts)
    assert not holds(parse_domain([("ratio", "!=", False)]), facts)
    assert holds(parse_domain([("ratio", "=", 0)]), {"ratio": 0})


def test_each_condition_says_what_was_wanted_what_was_there_and_whether_it_held():
    node = parse_domain(["|", ("a", ">", 3), "&", ("b", "=", True), ("c", "<", 2)])

    lines = explain(node, {"a": 1, "b": True, "c": 5})

    assert [(line.level, line.leaf, line.had, line.held) for line in lines] == [
        (0, None, None, False),
        (1, Leaf("a", ">", 3), 1, False),
        (1, None, None, False),
        (2, Leaf("b", "=", True), True, True),
        (2, Leaf("c", "<", 2), 5, False),
    ]


def test_what_facts_cannot_answer_is_asked_and_never_changed():
    node = parse_domain([("partner_id.tag", "=", "VIP"), ("a", ">", 3)])

    assert would_change([("vip", node)], None, {"a": 1}, judge=lambda leaf: False) == []
    assert would_change([("vip", node)], None, {"a": 1}, judge=lambda leaf: True) == [
        ("vip", (Change("a", 1, 4),))
    ]


def test_dates_and_lists_have_a_nearest_value():
    node = parse_domain([("due", "<", date(2026, 3, 1)), ("kind", "in", ["x", "y"])])
    facts = {"due": date(2026, 3, 31), "kind": "z"}

    [(_key, changes)] = would_change([("k", node)], None, facts)

    assert changes == (
        Change("due", date(2026, 3, 31), date(2026, 2, 28)),
        Change("kind", "z", "x"),
    )


@pytest.mark.parametrize(
    "domain",
    [
        "a > 3",
        [("a", ">")],
        ["&", ("a", ">", 3)],
        [(3, ">", 3)],
        ["!", ("a", "child_of", 3)],
    ],
)
def test_what_is_no_condition_is_refused(domain):
    with pytest.raises(DomainError):
        parse_domain(domain)


def test_values_that_cannot_be_compared_are_refused():
    with pytest.raises(DomainError):
        holds(Leaf("a", "<", "text"), {"a": 3})


FIELDS = ("a", "b", "c")
NUMBERS = st.integers(-20, 20) | st.sampled_from((-1.5, 0.25, 2.5, 7.125))
TERMS = st.one_of(
    st.tuples(
        st.sampled_from(FIELDS),
        st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
        NUMBERS,
    ),
    st.tuples(
        st.sampled_from(FIELDS),
        st.sampled_from(("in", "not in")),
        st.lists(NUMBERS, min_size=1, max_size=3),
    ),
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(("=", "!=")), st.just(False)),
)


def _joined(domains):
    return st.one_of(
        st.tuples(st.sampled_from("&|"), domains, domains).map(
            lambda parts: [parts[0], *parts[1], *parts[2]]
        ),
        domains.map(lambda domain: ["!", *domain]),
    )


DOMAINS = st.recursive(TERMS.map(lambda term: [term]), _joined, max_leaves=6)
FACTS = st.fixed_dictionaries({field: st.none() | NUMBERS for field in FIELDS})


@given(st.lists(DOMAINS, min_size=1, max_size=5), FACTS)
def test_applying_the_change_makes_the_segment_the_first_that_matches(domains, facts):
    segments = [(key, parse_domain(domain)) for key, domain in enumerate(domains)]
    current = first_match(segments, facts)

    for key, changes in would_change(
        segments, current, facts, only_grow=frozenset({"a"})
    ):
        changed = {**facts, **{change.field: change.wanted for change in changes}}
        assert key != current
        assert changes
        assert holds(segments[key][1], changed)
        assert first_match(segments, changed) == key
        for change in changes:
            assert change.had == facts[change.field]
            assert change.had is not None
            if change.field == "a":
                assert change.wanted >= change.had


@given(DOMAINS, FACTS)
def test_the_explanation_has_every_condition_with_its_truth(domain, facts):
    node = parse_domain(domain)

    told = [line for line in explain(node, facts) if line.leaf]

    assert [line.leaf for line in told] == leaves(node)
    assert all(line.held == holds(line.leaf, facts) for line in told)
