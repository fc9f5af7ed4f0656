from datetime import date, timedelta
from decimal import Decimal

import pytest

from odoo.addons.receivables_automation.core.dunning_plan import (
    INVOICE_DATE,
    PROMISE_DATE,
    InvalidStep,
    OpenItem,
    Reason,
    Sent,
    Step,
    decide,
    explain,
    next_step,
    plan,
)

DUE = date(2026, 3, 10)
# The default plan; ids are ten times the rank so that they cannot be mixed up.
DEFAULT = tuple(
    Step(10 * rank, offset) for rank, offset in enumerate((-14, -3, 0, 3, 10, 30))
)
WEEKLY_END = (*DEFAULT[:-1], Step(50, 30, repeat_every_days=7, repeat_max=2))
PROMISED = Step(90, 1, anchor=PROMISE_DATE)


def _day(offset):
    return DUE + timedelta(offset)


def _item(*sent, residual="100.00", **dates):
    dates = {"due_date": DUE} | dates
    return OpenItem(7, 1, 2, "MXN", Decimal(residual), sent=sent, **dates)


def _sent(step, on, occurrence=1):
    """Return that a step was sent ``on`` days after the due date."""
    return Sent(step.id, step.offset_days, occurrence, _day(on), step.anchor)


def _outcome(decision):
    step = decision.step.id if decision.step else None
    return str(decision.reason), step, decision.occurrence


@pytest.mark.parametrize("rank", range(6))
def test_a_step_fires_on_its_day(rank):
    step = DEFAULT[rank]
    item = _item(*(_sent(each, each.offset_days) for each in DEFAULT[:rank]))

    decision = decide(item, DEFAULT, _day(step.offset_days))

    assert _outcome(decision) == ("fires", step.id, 1)
    assert decision.rank == rank
    assert decision.due_on == _day(step.offset_days)
    assert not decision.is_first_contact


def test_nothing_fires_before_the_first_step():
    assert decide(_item(), DEFAULT, _day(-15)).reason is Reason.NOT_DUE_YET


def test_a_step_sent_today_does_not_fire_again_today_or_tomorrow():
    item = _item(_sent(DEFAULT[0], -14))

    for day in (-14, -13, -4):
        decision = decide(item, DEFAULT, _day(day))
        assert _outcome(decision) == ("already_sent", 0, 1)
        assert decision.sent_on == _day(-14)


def test_only_the_latest_due_step_fires():
    item = _item(_sent(DEFAULT[0], -14))

    assert _outcome(decide(item, DEFAULT, _day(5))) == ("fires", 30, 1)


def test_what_was_passed_over_is_not_made_up_afterwards():
    item = _item(_sent(DEFAULT[3], 5))

    assert decide(item, DEFAULT, _day(6)).reason is Reason.ALREADY_SENT


def test_a_step_missed_on_its_day_fires_at_the_next_chance():
    item = _item(_sent(DEFAULT[3], 3))

    decision = decide(item, DEFAULT, _day(12))

    assert _outcome(decision) == ("fires", 40, 1)
    assert decision.due_on == _day(10)


def test_past_the_last_step_nothing_more_comes():
    item = _item(_sent(DEFAULT[5], 30))

    assert decide(item, DEFAULT, _day(31)).reason is Reason.PAST_LAST_STEP


def test_an_item_that_enters_late_gets_the_last_step_once_as_first_contact():
    decision = decide(_item(), DEFAULT, _day(200))

    assert _outcome(decision) == ("fires", 50, 1)
    assert decision.is_first_contact
    assert decide(_item(_sent(DEFAULT[5], 200)), DEFAULT, _day(201)).reason is (
        Reason.PAST_LAST_STEP
    )


def test_repeats_of_an_item_that_entered_late_count_from_its_sending():
    item = _item(_sent(WEEKLY_END[5], 200))

    assert decide(item, WEEKLY_END, _day(206)).reason is Reason.ALREADY_SENT
    assert _outcome(decide(item, WEEKLY_END, _day(207))) == ("fires", 50, 2)


def test_the_first_step_s_own_wording_is_kept():
    assert not decide(_item(), DEFAULT, _day(-10)).is_first_contact
    assert decide(_item(), DEFAULT, _day(-2)).is_first_contact


def test_a_later_step_is_no_first_contact_once_the_debtor_heard_of_the_item():
    item = _item(_sent(DEFAULT[0], -14))

    assert not decide(item, DEFAULT, _day(200)).is_first_contact


def test_a_step_repeats_as_often_as_it_says():
    item = _item()
    fired = []
    for day in range(30, 80):
        decision = decide(item, WEEKLY_END, _day(day))
        if decision.fires:
            fired.append((day, decision.occurrence))
            sent = (*item.sent, _sent(decision.step, day, decision.occurrence))
            item = _item(*sent)

    assert fired == [(30, 1), (37, 2), (44, 3)]
    assert decide(item, WEEKLY_END, _day(80)).reason is Reason.PAST_LAST_STEP


def test_missed_repeats_are_not_made_up():
    item = _item(_sent(WEEKLY_END[5], 30))

    decision = decide(item, WEEKLY_END, _day(53))

    assert _outcome(decision) == ("fires", 50, 2)
    assert decision.due_on == _day(51)
    late = _item(*item.sent, _sent(WEEKLY_END[5], 53, 2))
    assert decide(late, WEEKLY_END, _day(58)).reason is Reason.ALREADY_SENT
    assert decide(late, WEEKLY_END, _day(60)).occurrence == 3


def test_a_repeat_without_maximum_goes_on():
    steps = (Step(1, 0, repeat_every_days=30, repeat_max=None),)
    sent = [_sent(steps[0], 30 * number, number + 1) for number in range(24)]

    assert _outcome(decide(_item(*sent), steps, _day(720))) == ("fires", 1, 25)


def test_a_later_step_ends_the_repeats_of_an_earlier_one():
    steps = (Step(1, 0, repeat_every_days=5, repeat_max=None), Step(2, 12))
    item = _item(_sent(steps[0], 0), _sent(steps[0], 5, 2), _sent(steps[1], 12))

    assert decide(item, steps, _day(40)).reason is Reason.PAST_LAST_STEP


@pytest.mark.parametrize(("old_offset", "new_offset"), [(10, 10), (30, 10), (3, 0)])
def test_a_new_plan_never_repeats_the_same_or_an_earlier_offset(old_offset, new_offset):
    item = _item(Sent(999, old_offset, 1, _day(old_offset)))
    steps = (Step(1, new_offset), Step(2, 60))

    decision = decide(item, steps, _day(old_offset + 1))

    assert _outcome(decision) == ("already_sent", 1, 1)


def test_a_new_plan_goes_on_with_its_later_steps():
    item = _item(Sent(999, 10, 1, _day(10)))

    assert _outcome(decide(item, DEFAULT, _day(30))) == ("fires", 50, 1)


def test_a_new_plan_s_repeats_count_from_what_the_old_plan_sent():
    item = _item(Sent(999, 30, 1, _day(31)), Sent(999, 30, 2, _day(38)))

    assert decide(item, WEEKLY_END, _day(44)).reason is Reason.ALREADY_SENT
    assert _outcome(decide(item, WEEKLY_END, _day(45))) == ("fires", 50, 2)


def test_what_was_sent_on_another_date_of_the_invoice_counts_by_its_day():
    invoiced = _day(-30)
    item = _item(Sent(999, 35, 1, _day(5), anchor=INVOICE_DATE), invoice_date=invoiced)

    for offset in (3, 5):
        decision = decide(item, (Step(1, offset), Step(2, 60)), _day(6))
        assert decision.reason is Reason.ALREADY_SENT
    assert decide(item, (Step(1, 6), Step(2, 60)), _day(6)).fires


def test_a_due_date_moved_later_repeats_nothing():
    item = _item(*(_sent(step, step.offset_days) for step in DEFAULT[:4]))
    moved = _item(*item.sent, due_date=_day(60))

    fired = [
        decision.step.id
        for day in range(4, 90)
        if (decision := decide(moved, DEFAULT, _day(day))).fires
    ]

    assert set(fired) == {40}


def test_of_two_steps_on_one_day_the_later_of_the_plan_fires():
    steps = (Step(1, 30, anchor=INVOICE_DATE), Step(2, 0))
    item = _item(invoice_date=_day(-30))

    assert decide(item, steps, DUE).step.id == 2
    assert decide(item, steps[::-1], DUE).step.id == 1


def test_a_promise_step_cuts_in_and_leaves_the_repeats_alone():
    steps = (*WEEKLY_END, PROMISED)
    item = _item(_sent(WEEKLY_END[5], 30), promise_date=_day(38))

    assert _outcome(decide(item, steps, _day(39))) == ("fires", 90, 1)
    heard = _item(*item.sent, _sent(PROMISED, 39), promise_date=_day(38))
    assert decide(heard, steps, _day(40)).reason is Reason.ALREADY_SENT
    assert _outcome(decide(heard, steps, _day(44))) == ("fires", 50, 2)


def test_a_promise_s_reminder_stands_for_no_step_of_the_invoice():
    reminder = Sent(999, 40, 1, _day(2), anchor=PROMISE_DATE)
    item = _item(reminder, invoice_date=_day(-30))

    assert decide(item, (Step(1, 3),), _day(3)).fires


def test_a_second_promise_has_a_reminder_of_its_own():
    steps = (*DEFAULT, PROMISED)
    sent = (_sent(DEFAULT[5], 30), _sent(PROMISED, 39))

    again = decide(_item(*sent, promise_date=_day(50)), steps, _day(51))

    assert _outcome(again) == ("fires", 90, 2)


def test_a_promise_s_reminder_is_not_sent_twice():
    steps = (*DEFAULT, PROMISED)
    sent = (_sent(DEFAULT[5], 30), _sent(PROMISED, 40))

    decision = decide(_item(*sent, promise_date=_day(38)), steps, _day(60))

    assert decision.reason is Reason.PAST_LAST_STEP


def test_a_small_debt_waits_for_a_step_that_wants_it():
    steps = (Step(1, 0, minimum_amount=Decimal("100.01")), Step(2, 30))

    assert decide(_item(), steps, _day(5)).reason is Reason.BELOW_MINIMUM
    assert decide(_item(residual="100.01"), steps, _day(5)).fires
    assert decide(_item(), steps, _day(30)).step.id == 2


@pytest.mark.parametrize(
    ("residual", "reason"),
    [("0.00", Reason.SETTLED), ("-0.01", Reason.CREDIT_BALANCE)],
)
def test_what_nobody_owes_is_not_chased(residual, reason):
    assert decide(_item(residual=residual), DEFAULT, _day(5)).reason is reason


def test_an_item_without_the_date_that_steps_count_from_says_so():
    item = _item(due_date=None, invoice_date=_day(-30))

    assert decide(item, DEFAULT, _day(5)).reason is Reason.NO_ANCHOR_DATE
    assert decide(item, (), _day(5)).reason is Reason.NO_STEPS
    assert decide(item, (*DEFAULT, Step(1, 20, INVOICE_DATE)), _day(5)).fires


def test_the_reason_of_a_past_day_can_be_computed_again():
    history = [_sent(step, step.offset_days) for step in DEFAULT]
    item = _item(*history)

    assert _outcome(decide(item, DEFAULT, _day(2))) == ("already_sent", 20, 1)
    assert _outcome(decide(_item(*history[3:]), DEFAULT, _day(2))) == ("fires", 20, 1)


def test_every_step_says_why():
    steps = (*DEFAULT, PROMISED)
    item = _item(_sent(DEFAULT[0], -14))

    reasons = explain(item, steps, _day(4))

    assert [(each.step.id, str(each.reason)) for each in reasons] == [
        (0, "already_sent"),
        (10, "superseded"),
        (20, "superseded"),
        (30, "fires"),
        (40, "not_due_yet"),
        (50, "not_due_yet"),
        (90, "no_anchor_date"),
    ]
    assert reasons[4].due_on == _day(10)
    assert reasons[6].due_on is None


def test_after_the_last_step_every_step_still_says_why():
    reasons = explain(_item(_sent(DEFAULT[5], 30)), DEFAULT, _day(31))

    # What came before the sent step counts as sent: it will never come.
    assert {str(each.reason) for each in reasons} == {"already_sent"}


def test_a_credit_s_steps_say_that_it_is_one():
    reasons = explain(_item(residual="-5"), DEFAULT, _day(0))

    assert [str(each.reason) for each in reasons] == (
        3 * ["credit_balance"] + 3 * ["not_due_yet"]
    )


@pytest.mark.parametrize(
    ("sent", "today", "expected"),
    [
        ((), -40, (0, 1, -14)),
        ((), 5, (30, 1, 5)),
        ((-14,), -14, (10, 1, -3)),
        ((-14, -3, 0, 3, 10), 11, (50, 1, 30)),
        ((30,), 31, (50, 2, 37)),
    ],
)
def test_the_next_step_says_what_comes_and_when(sent, today, expected):
    by_offset = {step.offset_days: step for step in WEEKLY_END}
    item = _item(*(_sent(by_offset[offset], offset) for offset in sent))

    upcoming = next_step(item, WEEKLY_END, _day(today))

    step_id, occurrence, day = expected
    assert (upcoming.step.id, upcoming.occurrence) == (step_id, occurrence)
    assert upcoming.day == _day(day)


def test_there_is_no_next_step_after_the_last():
    assert next_step(_item(_sent(DEFAULT[5], 30)), DEFAULT, _day(31)) is None
    assert next_step(_item(residual="0"), DEFAULT, _day(-20)) is None
    assert next_step(_item(), (), _day(0)) is None


def test_a_plan_answers_in_the_items_order():
    items = [_item(), _item(residual="0"), _item(due_date=_day(90))]

    decisions = plan(items, DEFAULT, _day(1))

    assert [decision.item for decision in decisions] == items
    assert [str(each.reason) for each in decisions] == [
        "fires",
        "settled",
        "not_due_yet",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"anchor": "birthday"},
        {"repeat_max": 3},
        {"repeat_max": None},
        {"repeat_every_days": -1, "repeat_max": 1},
        {"repeat_every_days": 7, "repeat_max": -1},
    ],
)
def test_a_step_that_cannot_be_planned_is_refused(wrong):
    with pytest.raises(InvalidStep, match="Step 1 "):
        Step(1, 0, **wrong)
