"""What holds of the planner for any plan, any item and any broken calendar."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.dunning_plan import (
    DUE_DATE,
    INVOICE_DATE,
    PROMISE_DATE,
    OpenItem,
    Planner,
    Reason,
    Sent,
    Step,
    Upcoming,
    decide,
    explain,
    next_step,
)

START = date(2026, 1, 1)
SPAN = 120
DAYS = st.integers(0, SPAN).map(lambda days: START + timedelta(days))


@st.composite
def _plans(draw, anchors=(DUE_DATE, INVOICE_DATE, PROMISE_DATE)):
    steps = []
    for number in range(draw(st.integers(1, 6))):
        every = draw(st.sampled_from([0, 0, 3, 7, 14]))
        steps.append(
            Step(
                number + 1,
                draw(st.integers(-20, 45)),
                draw(st.sampled_from(anchors)),
                every,
                draw(st.sampled_from([0, 1, 3, None])) if every else 0,
                draw(st.sampled_from([Decimal(0), Decimal(50)])),
            )
        )
    return tuple(steps)


@st.composite
def _items(draw):
    return OpenItem(
        1,
        1,
        1,
        "MXN",
        draw(st.sampled_from([Decimal(10), Decimal(500)])),
        draw(st.none() | DAYS),
        draw(st.none() | DAYS),
        draw(st.none() | DAYS),
    )


def _send(item, decision, day):
    step = decision.step
    sent = Sent(step.id, step.offset_days, decision.occurrence, day, step.anchor)
    return item._replace(sent=(*item.sent, sent))


def _live(item, steps, is_open, first=0, end=SPAN + 60):
    """Return the item after running daily, and what fired as (day, decision)."""
    fired = []
    for number in range(first, end):
        day = START + timedelta(number)
        decision = decide(item, steps, day)
        if decision.fires and is_open(number):
            fired.append((day, decision))
            item = _send(item, decision, day)
    return item, fired


CLOSED = st.frozensets(st.integers(0, SPAN + 60), max_size=80)


@settings(max_examples=30, deadline=None)
@given(_items(), _plans(), CLOSED)
def test_nothing_fires_twice_and_never_before_it_is_due(item, steps, closed):
    _, fired = _live(item, steps, lambda number: number not in closed)

    keys = [(decision.step.id, decision.occurrence) for _, decision in fired]
    assert len(set(keys)) == len(keys)
    assert all(decision.due_on <= day for day, decision in fired)
    for step in steps:
        occurrences = [number for step_id, number in keys if step_id == step.id]
        assert occurrences == list(range(1, len(occurrences) + 1))
        if step.repeat_max is not None:
            assert len(occurrences) <= 1 + step.repeat_max


@settings(max_examples=30, deadline=None)
@given(_items(), _plans((DUE_DATE, INVOICE_DATE)), CLOSED)
def test_the_tone_never_falls_back(item, steps, closed):
    _, fired = _live(item, steps, lambda number: number not in closed)

    starts = {DUE_DATE: item.due_date, INVOICE_DATE: item.invoice_date}
    first_due = [
        (starts[decision.step.anchor] + timedelta(decision.step.offset_days))
        for _, decision in fired
    ]
    assert first_due == sorted(first_due)


@settings(max_examples=30, deadline=None)
@given(_items(), _plans(), CLOSED)
def test_repeats_keep_their_distance(item, steps, closed):
    _, fired = _live(item, steps, lambda number: number not in closed)

    last = {}
    for day, decision in fired:
        if decision.step.id in last:
            distance = (day - last[decision.step.id]).days
            assert distance >= decision.step.repeat_every_days
        last[decision.step.id] = day


@settings(max_examples=30, deadline=None)
@given(_items(), _plans(), CLOSED)
def test_any_past_day_gives_the_same_reason_again(item, steps, closed):
    at_the_time = []
    for number in range(SPAN):
        day = START + timedelta(number)
        decision = decide(item, steps, day)
        if decision.fires and number not in closed:
            item = _send(item, decision, day)
            decision = decide(item, steps, day)
        at_the_time.append((day, decision))

    for day, decision in at_the_time:
        again = decide(item, steps, day)
        assert again._replace(item=decision.item) == decision


@settings(max_examples=40, deadline=None)
@given(_items(), _plans(), CLOSED, st.integers(0, SPAN))
def test_the_next_step_is_the_first_that_a_daily_run_would_find(
    item, steps, closed, days
):
    item, _ = _live(item, steps, lambda number: number not in closed, end=days)
    today = START + timedelta(days)

    expected = None
    for number in range(SPAN + 100):
        day = today + timedelta(number)
        decision = decide(item, steps, day)
        if decision.fires:
            expected = Upcoming(decision.step, decision.occurrence, day)
            break

    assert next_step(item, steps, today) == expected


@settings(max_examples=40, deadline=None)
@given(_items(), _plans(), CLOSED, DAYS)
def test_the_steps_reasons_agree_with_the_item_s(item, steps, closed, day):
    item, _ = _live(item, steps, lambda number: number not in closed, end=60)

    decision = decide(item, steps, day)
    reasons = explain(item, steps, day)

    firing = [each.step for each in reasons if each.reason is Reason.FIRES]
    assert firing == ([decision.step] if decision.fires else [])
    assert [each.step for each in reasons] == list(steps)


@settings(max_examples=30, deadline=None)
@given(_items(), _plans((DUE_DATE,)), _plans((DUE_DATE,)), CLOSED, DAYS)
def test_a_change_of_plan_repeats_no_offset(item, old, new, closed, change):
    def is_open(number):
        return number not in closed

    new = tuple(
        replace(step, id=step.id + 100, repeat_every_days=0, repeat_max=0)
        for step in new
    )
    item, before = _live(item, old, is_open, end=(change - START).days)
    reached = max((each.step.offset_days for _, each in before), default=-999)

    _, after = _live(item, new, is_open, first=(change - START).days)

    assert all(decision.step.offset_days > reached for _, decision in after)


@settings(max_examples=60, deadline=None)
@given(st.lists(_items(), max_size=12), _plans(), DAYS)
def test_many_items_at_once_are_decided_like_each_alone(items, steps, day):
    told = [
        _send(item, decide(item, steps, day), day)
        for item in items[:3]
        if decide(item, steps, day).fires
    ]
    planner = Planner(steps, day)

    for item in items + told:
        assert planner.decide(item) == decide(item, steps, day)
