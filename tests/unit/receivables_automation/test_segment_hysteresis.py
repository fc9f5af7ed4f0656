"""A segment changes when facts insist."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.segment_hysteresis import (
    NOTHING,
    Pending,
    settle,
)

DAY = date(2026, 3, 1)


def _run(found, days_needed, start="a"):
    """Return the segments of each day for (day, segment that the facts point to)."""
    current, pending, seen = start, NOTHING, []
    for day, segment in found:
        is_moving, pending = settle(current, segment, pending, day, days_needed)
        current = segment if is_moving else current
        seen.append(current)
    return seen


def _days(segments):
    return [(DAY + timedelta(number), one) for number, one in enumerate(segments)]


def test_facts_have_to_point_there_on_so_many_days():
    assert _run(_days("bbbb"), 3) == ["a", "a", "b", "b"]


def test_one_day_back_begins_the_count_again():
    assert _run(_days("bbabb"), 3) == ["a"] * 5


def test_another_segment_begins_its_own_count():
    assert _run(_days("bbccc"), 3) == ["a", "a", "a", "a", "c"]


def test_several_computations_a_day_count_once():
    assert _run([(DAY, "b")] * 5, 2) == ["a"] * 5


def test_a_day_without_computation_does_not_break_the_count():
    assert _run([(DAY, "b"), (DAY + timedelta(9), "b")], 2) == ["a", "b"]


def test_whoever_has_no_segment_gets_one_at_once():
    assert _run(_days("bb"), 5, start=None) == ["b", "b"]


def test_losing_every_segment_takes_as_long():
    assert settle("a", None, NOTHING, DAY, 2) == (False, Pending(None, 1, DAY))
    assert settle("a", None, Pending(None, 1, DAY), DAY + timedelta(1), 2)[0]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30), st.integers(1, 6))
def test_it_moves_exactly_when_enough_days_have_agreed(found, days_needed):
    seen = ["a", *_run(_days(found), days_needed)]

    agreeing = 0
    for place, segment in enumerate(found):
        is_same = place > 0 and segment == found[place - 1]
        agreeing = agreeing + 1 if is_same and agreeing else 1
        if segment == seen[place]:
            agreeing = 0
        is_moving = agreeing >= days_needed
        assert seen[place + 1] == (segment if is_moving else seen[place])
        if is_moving:
            agreeing = 0
