from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.contact_calendar import (
    ALWAYS_OPEN,
    EVERY_DAY,
    ContactCalendar,
    NeverOpens,
)

WINDOW = ContactCalendar()
CENTRE = "America/Mexico_City"
# Tijuana still changes its clock; Chicago stands for a debtor abroad.
ZONES = (CENTRE, "America/Tijuana", "America/Hermosillo", "America/Chicago", "UTC")


def _utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _opening(local_text, zone, calendar=WINDOW):
    """Return the next opening on the debtor's clock, asked at a time of that clock."""
    moment = datetime.fromisoformat(local_text).replace(tzinfo=ZoneInfo(zone))
    opening = calendar.next_opening(moment.astimezone(UTC), zone)
    return f"{opening.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-30 06:59:59", False),
        ("2026-03-30 07:00:00", True),
        ("2026-03-30 21:59:59", True),
        ("2026-03-30 22:00:00", False),
        ("2026-03-28 12:00:00", False),  # Saturday
        ("2026-03-29 12:00:00", False),  # Sunday
        ("2026-03-16 12:00:00", False),  # Juárez's Monday
        ("2026-03-17 12:00:00", True),
        ("2024-10-01 12:00:00", False),  # a new government
        ("2025-10-01 12:00:00", True),
    ],
)
def test_the_window_is_open_on_working_days_from_seven_to_ten(moment, is_open):
    assert WINDOW.is_open(datetime.fromisoformat(moment)) is is_open


def test_the_clock_s_reading_counts_not_its_zone():
    noon = datetime.fromisoformat("2026-03-30 12:00")

    for zone in ZONES:
        assert WINDOW.is_open(noon.replace(tzinfo=ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("asked", "opening"),
    [
        ("2026-03-30 12:34", "2026-03-30 12:34"),
        ("2026-03-30 05:00", "2026-03-30 07:00"),
        ("2026-03-30 22:00", "2026-03-31 07:00"),
        ("2026-03-27 23:00", "2026-03-30 07:00"),  # Friday night
        ("2026-03-13 22:30", "2026-03-17 07:00"),  # over Juárez's Monday
        ("2026-12-24 22:00", "2026-12-28 07:00"),  # Christmas is a Friday
    ],
)
def test_the_next_opening_is_the_first_allowed_minute(asked, opening):
    assert _opening(asked, CENTRE) == opening


def test_each_debtor_s_own_clock_counts():
    # Six in the morning in Mexico City: in Cancún it is seven, in Tijuana five.
    moment = _utc("2026-03-30 12:00")

    openings = {
        zone: WINDOW.next_opening(moment, zone)
        for zone in ("America/Cancun", CENTRE, "America/Tijuana")
    }

    assert openings == {
        "America/Cancun": moment,
        CENTRE: moment + timedelta(hours=1),
        "America/Tijuana": moment + timedelta(hours=2),
    }


@pytest.mark.parametrize(
    ("asked", "opening_utc"),
    [
        # Tijuana keeps the clock of California: UTC-8, UTC-7 from 8 March 2026 to
        # 1 November 2026.
        ("2026-03-06T22:00", "2026-03-09T14:00"),
        ("2026-03-05T22:00", "2026-03-06T15:00"),
        ("2026-10-30T22:00", "2026-11-02T15:00"),
        ("2026-10-29T22:00", "2026-10-30T14:00"),
    ],
)
def test_seven_o_clock_follows_the_change_of_the_clock(asked, opening_utc):
    zone = ZoneInfo("America/Tijuana")
    moment = datetime.fromisoformat(asked).replace(tzinfo=zone).astimezone(UTC)

    assert WINDOW.next_opening(moment, zone.key) == _utc(opening_utc)


def test_an_hour_that_the_clock_leaves_out_still_opens():
    calendar = ContactCalendar(
        weekdays=EVERY_DAY, opens=time(2, 30), closes=time(4), holidays=frozenset()
    )

    # On 8 March 2026 Tijuana goes from 2:00 to 3:00.
    assert _opening("2026-03-08 01:00", "America/Tijuana", calendar) == (
        "2026-03-08 03:30"
    )


def test_a_moment_comes_back_as_it_came():
    bare = datetime.fromisoformat("2026-03-28 12:00")

    assert WINDOW.next_opening(bare, CENTRE) == datetime.fromisoformat(
        "2026-03-30 13:00"
    )
    assert WINDOW.next_opening(bare.replace(tzinfo=UTC), CENTRE).tzinfo is UTC


def test_the_company_s_own_closed_days_close():
    calendar = ContactCalendar(holidays=frozenset({date(2026, 4, 2), date(2026, 4, 3)}))

    assert _opening("2026-04-01 22:00", CENTRE, calendar) == "2026-04-06 07:00"


def test_public_holidays_can_be_left_out():
    calendar = ContactCalendar(keeps_public_holidays=False)

    assert calendar.is_open(datetime.fromisoformat("2026-03-16 12:00"))


@given(st.datetimes(), st.sampled_from(ZONES))
def test_the_open_calendar_is_always_open(moment, zone):
    assert ALWAYS_OPEN.is_open(moment)
    if 2 < moment.year < 9998:
        assert ALWAYS_OPEN.next_opening(moment, zone) == moment


@settings(max_examples=60)
@given(
    moment=st.datetimes(
        datetime.fromisoformat("2004-01-01"), datetime.fromisoformat("2040-01-01")
    ),
    zone=st.sampled_from(ZONES),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    opens=st.integers(4, 14),
    hours=st.integers(1, 9),
)
def test_nothing_is_open_between_a_moment_and_its_next_opening(
    moment, zone, weekdays, opens, hours
):
    calendar = ContactCalendar(weekdays, time(opens), time(opens + hours))

    opening = calendar.next_opening(moment, zone)

    clock = ZoneInfo(zone)
    assert opening >= moment
    assert calendar.is_open(opening.replace(tzinfo=UTC).astimezone(clock))
    minute = moment.replace(tzinfo=UTC)
    while minute < opening.replace(tzinfo=UTC):
        assert not calendar.is_open(minute.astimezone(clock))
        minute += timedelta(minutes=30)


def test_a_window_without_weekday_or_hours_is_refused():
    with pytest.raises(NeverOpens, match="no weekday"):
        ContactCalendar(weekdays=frozenset())
    with pytest.raises(NeverOpens, match="before it opens"):
        ContactCalendar(opens=time(9), closes=time(9))


def test_a_window_that_is_closed_for_years_says_so():
    first = date(2026, 1, 1)
    closed = frozenset(first + timedelta(days) for days in range(1200))

    with pytest.raises(NeverOpens, match="two years"):
        ContactCalendar(holidays=closed).next_opening(_utc("2026-01-02"), CENTRE)


def test_an_unknown_zone_is_refused():
    with pytest.raises(ZoneInfoNotFoundError):
        WINDOW.next_opening(_utc("2026-03-30"), "America/Nowhere")


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 6, 30), 3, date(2026, 7, 3)),
        (date(2026, 7, 3), 1, date(2026, 7, 6)),
        (date(2026, 7, 4), 0, date(2026, 7, 6)),
        (date(2026, 9, 15), 1, date(2026, 9, 17)),
    ],
    ids=["in a week", "over a weekend", "from a Saturday", "over Independence Day"],
)
def test_days_of_an_answer_are_those_of_the_calendar(start, days, expected):
    assert ContactCalendar().after_open_days(start, days) == expected
