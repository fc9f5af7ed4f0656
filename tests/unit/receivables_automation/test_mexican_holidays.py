from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.receivables_automation.core.mexican_holidays import mexican_holidays

# The days as the press published them for each year, by the law in force then:
# 2018 lacronica.com 29 December 2017; 2019 diario.mx 18 December 2018; 2025
# quintanarooahora.com.mx January 2025. 2024: DOF 30 September 2024 for 1 October.
# 2000, 2006: the law's text of 1970 and DOF 17 January 2006, whose second transitory
# article keeps 21 March in 2006.
CALENDARS = {
    2000: "01-01 02-05 03-21 05-01 09-16 11-20 12-01 12-25",
    2005: "01-01 02-05 03-21 05-01 09-16 11-20 12-25",
    2006: "01-01 02-06 03-21 05-01 09-16 11-20 12-01 12-25",
    2007: "01-01 02-05 03-19 05-01 09-16 11-19 12-25",
    2018: "01-01 02-05 03-19 05-01 09-16 11-19 12-01 12-25",
    2019: "01-01 02-04 03-18 05-01 09-16 11-18 12-25",
    2023: "01-01 02-06 03-20 05-01 09-16 11-20 12-25",
    2024: "01-01 02-05 03-18 05-01 09-16 10-01 11-18 12-25",
    2025: "01-01 02-03 03-17 05-01 09-16 11-17 12-25",
    2026: "01-01 02-02 03-16 05-01 09-16 11-16 12-25",
    2030: "01-01 02-04 03-18 05-01 09-16 10-01 11-18 12-25",
}


@pytest.mark.parametrize(("year", "days"), CALENDARS.items(), ids=str)
def test_a_year_has_the_holidays_of_its_law(year, days):
    found = [f"{day:%m-%d}" for day in sorted(mexican_holidays(year))]

    assert found == days.split()


@given(st.integers(2007, 9000))
def test_moved_days_are_mondays_near_what_they_commemorate(year):
    moved = {
        day.month: day for day in mexican_holidays(year) if day.month in (2, 3, 11)
    }

    assert {day.weekday() for day in moved.values()} == {0}
    assert 1 <= moved[2].day <= 7
    assert 15 <= moved[3].day <= 21
    assert 15 <= moved[11].day <= 21


@given(st.integers(2024, 9000))
def test_the_executive_changes_once_in_six_years(year):
    handovers = [
        day
        for each in range(year, year + 6)
        for day in mexican_holidays(each)
        if (day.month, day.day) in {(10, 1), (12, 1)}
    ]

    assert len(handovers) == 1
    assert handovers[0].month == 10


def test_every_year_of_the_calendar_has_holidays():
    assert date(1, 1, 1) in mexican_holidays(1)
    assert date(9999, 12, 25) in mexican_holidays(9999)
