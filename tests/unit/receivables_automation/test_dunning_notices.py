from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.dunning_notices import (
    Debtor,
    NoticeKey,
    apply_weekly_cap,
    count_contacts,
    group_into_notices,
)
from odoo.addons.receivables_automation.core.dunning_plan import (
    OpenItem,
    Sent,
    Step,
    decide,
    plan,
)

TODAY = date(2026, 3, 31)
STEPS = (
    Step(1, -14),
    Step(2, 0),
    Step(3, 3),
    Step(4, 10, channel="sms"),
    Step(5, 30),
)
KNOWN = (Sent(1, -14, 1, TODAY - timedelta(100)),)


def _item(number, overdue, amount="100.00", **values):
    values = {
        "company_id": 1,
        "partner_id": 1,
        "currency": "MXN",
        "sent": KNOWN,
    } | values
    due = TODAY - timedelta(overdue)
    return OpenItem(number, residual=Decimal(amount), due_date=due, **values)


def _notices(*items):
    return group_into_notices(plan(items, STEPS, TODAY), TODAY)


def test_a_debtor_gets_one_notice_in_which_each_item_shows_its_own_step():
    notices = _notices(_item(1, 3, "10.10"), _item(2, 31, "20.20"), _item(3, 0))

    assert len(notices) == 1
    notice = notices[0]
    assert [(line.item.id, line.step.id) for line in notice.lines] == [
        (2, 5),
        (1, 3),
        (3, 2),
    ]
    assert notice.amount_due == Decimal("130.30")
    assert notice.key == NoticeKey(1, 1, "MXN", "email", TODAY)


def test_the_highest_step_sets_the_tone():
    notice = _notices(_item(1, 3), _item(2, 31), _item(3, 0))[0]

    assert (notice.step.id, notice.rank) == (5, 4)
    assert not notice.is_first_contact


def test_the_highest_step_speaks_as_a_first_contact_if_its_items_are_unheard_of():
    notice = _notices(_item(1, 3), _item(2, 200, sent=()))[0]

    assert notice.step.id == 5
    assert notice.is_first_contact


def test_it_does_not_if_one_of_its_items_was_heard_of():
    notice = _notices(_item(1, 200, sent=()), _item(2, 31))[0]

    assert notice.step.id == 5
    assert not notice.is_first_contact


def test_an_item_before_its_due_date_does_not_soften_an_overdue_one():
    notice = _notices(_item(1, -14, sent=()), _item(2, 4, sent=()))[0]

    assert notice.step.offset_days == 3


def test_a_notice_of_unheard_of_items_alone_is_a_first_contact():
    notice = _notices(_item(1, 3, sent=()), _item(2, 200, sent=()))[0]

    assert notice.step.id == 5
    assert notice.is_first_contact


@pytest.mark.parametrize(
    "other", [{"company_id": 2}, {"partner_id": 2}, {"currency": "USD"}]
)
def test_what_differs_in_its_key_is_another_notice(other):
    notices = _notices(_item(1, 3), _item(2, 3, **other))

    assert [len(notice.lines) for notice in notices] == [1, 1]
    assert len({notice.key for notice in notices}) == 2


def test_another_channel_is_another_notice():
    notices = _notices(_item(1, 3), _item(2, 10))

    assert [notice.key.channel for notice in notices] == ["email", "sms"]


def test_what_does_not_fire_is_in_no_notice():
    assert _notices(_item(1, 3, "0"), _item(2, -40)) == []


ITEMS = st.lists(
    st.builds(
        _item,
        st.integers(1, 10**6),
        st.integers(-30, 90),
        st.decimals("-10", "1000", places=2).map(str),
        company_id=st.integers(1, 2),
        partner_id=st.integers(1, 3),
        currency=st.sampled_from(["MXN", "USD"]),
        sent=st.sampled_from([(), KNOWN]),
    ),
    max_size=25,
    unique_by=lambda item: item.id,
)


@settings(max_examples=30, deadline=None)
@given(ITEMS)
def test_notices_partition_what_fires_and_its_sum(items):
    decisions = plan(items, STEPS, TODAY)

    notices = group_into_notices(decisions, TODAY)

    fired = Counter(each.item.id for each in decisions if each.fires)
    assert Counter(line.item.id for each in notices for line in each.lines) == fired
    assert len({notice.key for notice in notices}) == len(notices)
    for notice in notices:
        assert notice.amount_due == sum(line.item.residual for line in notice.lines)
        assert notice.amount_due > 0
        assert {line.step.channel for line in notice.lines} == {notice.key.channel}


@settings(max_examples=30, deadline=None)
@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_the_items_does_not_matter(items, random):
    shuffled = random.sample(items, len(items))

    assert _notices(*items) == _notices(*shuffled)


def test_contacts_of_the_last_seven_days_count():
    debtor = Debtor(1, 1)
    days = (-1, 0, 6, 7, 8)
    contacts = [(debtor, TODAY - timedelta(day)) for day in days]

    assert count_contacts(contacts, TODAY) == {debtor: 2}


def test_the_cap_holds_what_is_least_urgent():
    notices = _notices(_item(1, 10), _item(2, 31, currency="USD"), _item(3, 0))

    capped = apply_weekly_cap(notices, {}, 2)

    assert [notice.rank for notice in capped.allowed] == [4, 3]
    assert [notice.rank for notice in capped.held] == [1]


def test_contacts_made_by_hand_use_up_the_cap():
    notices = _notices(_item(1, 3), _item(2, 3, partner_id=2))

    capped = apply_weekly_cap(notices, {Debtor(1, 1): 3}, 3)

    assert [notice.debtor.partner_id for notice in capped.held] == [1]
    assert [notice.debtor.partner_id for notice in capped.allowed] == [2]


def test_companies_count_their_own_contacts():
    notices = _notices(_item(1, 3), _item(2, 3, company_id=2))

    capped = apply_weekly_cap(notices, {Debtor(1, 1): 1}, 1)

    assert [notice.key.company_id for notice in capped.allowed] == [2]


def test_what_the_debtor_does_not_hear_is_never_held():
    steps = (Step(1, 0, channel="activity"), Step(2, 3, channel="webhook"))
    items = (_item(1, 0, sent=()), _item(2, 3, sent=()))
    decisions = [decide(item, steps, TODAY) for item in items]

    capped = apply_weekly_cap(group_into_notices(decisions, TODAY), {}, 0)

    assert len(capped.allowed) == 2


def test_without_a_cap_nothing_is_held():
    capped = apply_weekly_cap(_notices(_item(1, 3)), {Debtor(1, 1): 99}, None)

    assert capped.held == ()


@settings(max_examples=30, deadline=None)
@given(ITEMS, st.integers(0, 3), st.integers(0, 3))
def test_no_debtor_is_contacted_more_often_than_the_cap(items, cap, made):
    notices = _notices(*items)
    contacts = {notice.debtor: made for notice in notices}

    capped = apply_weekly_cap(notices, contacts, cap)

    assert set(capped.allowed) | set(capped.held) == set(notices)
    assert len(capped.allowed) + len(capped.held) == len(notices)
    sent = Counter(notice.debtor for notice in capped.allowed)
    assert all(count + made <= max(cap, made) for count in sent.values())
    for notice in capped.held:
        assert sent[notice.debtor] + made >= cap
