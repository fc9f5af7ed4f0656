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
    one_change,
    parse_domain,
    reasons,
    telling_digits,
)

PUNCTUAL = parse_domain([("paid", ">=", 3), ("median", "<=", 3)])
LATE = parse_domain(["|", ("overdue", ">", 0), ("median", ">", 3)])
SEGMENTS = [("punctual", PUNCTUAL), ("late", LATE)]


def test_the_change_is_the_smallest_that_leads_to_the_other_segment():
    facts = {"paid": 8, "median": 12, "overdue": 0.0}

    assert one_change(SEGMENTS, "late", facts) == [
        ("punctual", Change("median", 12, 3))
    ]


def test_what_an_earlier_segment_takes_away_is_seen_too():
    disputed = parse_domain([("disputes", ">=", 3)])
    facts = {"paid": 8, "median": 12, "overdue": 0.0, "disputes": 5}

    assert one_change([("case", disputed), *SEGMENTS], "case", facts) == [
        ("late", Change("disputes", 5, 2))
    ]


def test_a_count_of_the_past_is_never_asked_to_shrink():
    new = parse_domain([("paid", "<", 3)])
    facts = {"paid": 8, "median": 12, "overdue": 0.0}

    found = one_change(
        [("new", new), *SEGMENTS], "late", facts, only_grow=frozenset({"paid"})
    )

    assert [key for key, _change in found] == ["punctual"]


def test_a_value_that_cannot_be_is_never_asked_for():
    perfect = parse_domain([("ratio", ">", 1)])

    assert one_change([("x", perfect)], None, {"ratio": 0.5}) == [
        ("x", Change("ratio", 0.5, 1.01))
    ]
    limits = {"ratio": (0, 1)}
    assert one_change([("x", perfect)], None, {"ratio": 0.5}, limits=limits) == []


def test_where_no_single_fact_suffices_there_is_none():
    both = parse_domain([("a", ">", 3), ("b", ">", 3)])

    assert one_change([("both", both)], None, {"a": 1, "b": 1}) == []


def test_a_segment_that_an_earlier_one_would_hide_is_not_promised():
    everybody = parse_domain([])
    facts = {"paid": 1, "median": 1, "overdue": 0.0}

    assert one_change([("all", everybody), *SEGMENTS], "all", facts) == []


def test_a_fact_that_nobody_measured_is_no_advice():
    facts = {"paid": 3, "median": None, "overdue": 0}

    assert one_change(SEGMENTS, None, facts) == [("late", Change("overdue", 0, 1))]


def test_leaving_every_segment_is_a_change_too():
    many = parse_domain([("a", ">=", 10)])

    assert one_change([("many", many)], "many", {"a": 12}) == [
        (None, Change("a", 12, 9))
    ]


def test_groups_of_one_kind_are_one_group():
    node = parse_domain(["|", ("a", "=", 1), "|", ("b", "=", 1), ("c", "=", 1)])

    assert [line.level for line in explain(node, {})] == [0, 1, 1, 1]


def test_two_bounds_on_one_fact_are_met_together():
    between = parse_domain([("days", ">", 30), ("days", "<", 32), ("days", ">=", 5)])

    assert one_change([("between", between)], None, {"days": 1}) == [
        ("between", Change("days", 1, 31))
    ]


def test_between_two_bounds_closer_than_a_step_there_is_a_value():
    between = parse_domain([("ratio", ">", 0.501), ("ratio", "<", 0.502)])

    [(_key, change)] = one_change([("between", between)], None, {"ratio": 0.1})

    assert 0.501 < change.wanted < 0.502


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

    assert one_change([("vip", node)], None, {"a": 1}, judge=lambda leaf: False) == []
    assert one_change([("vip", node)], None, {"a": 1}, judge=lambda leaf: True) == [
        ("vip", Change("a", 1, 4))
    ]


@pytest.mark.parametrize(
    ("condition", "had", "wanted"),
    [
        (("fact", "<", date(2026, 3, 1)), date(2026, 3, 31), date(2026, 2, 28)),
        (("fact", "in", ["x", "y"]), "z", "x"),
        (("fact", "=", True), False, True),
        (("fact", ">", 2.5), 1, 3),
        (("fact", ">", 3), 1.5, 3.01),
    ],
)
def test_every_kind_of_fact_has_a_nearest_value(condition, had, wanted):
    node = parse_domain([condition])

    assert one_change([("k", node)], None, {"fact": had}) == [
        ("k", Change("fact", had, wanted))
    ]


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


def test_a_comparison_with_lists_inside_can_be_a_key():
    domain = [("partner_id", "any", [("tag", "in", [1, 2])])]

    leaf = parse_domain(domain)

    assert leaf.value == (("tag", "in", (1, 2)),)
    assert {leaf: 1}[leaf] == 1


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
def test_applying_the_change_leads_to_the_segment(domains, facts):
    segments = [(key, parse_domain(domain)) for key, domain in enumerate(domains)]
    current = first_match(segments, facts)

    for key, change in one_change(
        segments, current, facts, only_grow=frozenset({"a"}), limits={"b": (-9, 9)}
    ):
        assert key != current
        assert first_match(segments, {**facts, change.field: change.wanted}) == key
        assert change.had is not None
        assert change.had == facts[change.field]
        assert change.field != "a" or change.wanted > change.had
        assert change.field != "b" or -9 <= change.wanted <= 9


WHOLE_TERMS = st.tuples(
    st.sampled_from(FIELDS),
    st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
    st.integers(-20, 20),
)
WHOLE_DOMAINS = st.recursive(
    WHOLE_TERMS.map(lambda term: [term]), _joined, max_leaves=6
)
WHOLE_FACTS = st.fixed_dictionaries({field: st.integers(-20, 20) for field in FIELDS})


@given(st.lists(WHOLE_DOMAINS, min_size=1, max_size=4), WHOLE_FACTS)
def test_no_smaller_change_of_any_fact_and_no_other_segment_was_missed(domains, facts):
    segments = [(key, parse_domain(domain)) for key, domain in enumerate(domains)]
    current = first_match(segments, facts)
    nearest = {}
    for field, had in facts.items():
        for wanted in range(-25, 26):
            key = first_match(segments, {**facts, field: wanted})
            if key != current:
                share = abs(wanted - had) / max(abs(had), 1)
                nearest[key] = min(nearest.get(key, 99), share)

    found = dict(one_change(segments, current, facts))

    assert set(found) == set(nearest)
    for key, change in found.items():
        share = abs(change.wanted - change.had) / max(abs(change.had), 1)
        assert share == nearest[key]


@given(DOMAINS, FACTS)
def test_the_explanation_has_every_condition_with_its_truth(domain, facts):
    node = parse_domain(domain)

    told = [line for line in explain(node, facts) if line.leaf]

    assert [line.leaf for line in told] == leaves(node)
    assert all(line.held == holds(line.leaf, facts) for line in told)


def test_the_reason_is_the_alternative_that_held():
    tree = parse_domain(
        ["|", "&", ("a", ">", 3), ("b", ">", 3), "&", ("a", "<", 3), ("c", "=", 1)]
    )

    assert reasons(tree, {"a": 1, "b": 9, "c": 1}) == parse_domain(
        [("a", "<", 3), ("c", "=", 1)]
    )


def test_what_does_not_hold_is_told_whole():
    assert reasons(LATE, {"overdue": 0.0, "median": 1}) == LATE


@given(DOMAINS, FACTS)
def test_the_reasons_all_hold_and_suffice(domain, facts):
    tree = parse_domain(domain)

    told = reasons(tree, facts)

    if holds(tree, facts):
        assert all(holds(leaf, facts) for leaf in leaves(told))
        assert set(leaves(told)) <= set(leaves(tree))
        # Whoever has these facts meets the condition, whatever else they are.
        named = {leaf.field for leaf in leaves(told)}
        some = {name: facts[name] if name in named else None for name in facts}
        assert holds(told, some)
    else:
        assert told == tree


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=4, unique=True))
def test_numbers_that_differ_look_different_with_no_digit_too_many(thousandths):
    numbers = [number / 1000 for number in thousandths]

    digits = telling_digits(numbers)

    assert len({f"{_half_up(one, digits):.{digits}f}" for one in thousandths}) == len(
        thousandths
    )
    if digits:
        fewer = {_half_up(one, digits - 1) for one in thousandths}
        assert len(fewer) < len(thousandths)


def _half_up(thousandths, digits):
    """Return thousandths of one rounded to ``digits``, half away from zero."""
    step = 10 ** (3 - digits)
    whole, rest = divmod(abs(thousandths), step)
    whole += 2 * rest >= step
    return whole * step / 1000 * (1 if thousandths >= 0 else -1)
