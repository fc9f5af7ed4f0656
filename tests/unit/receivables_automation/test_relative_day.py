from datetime import date

import pytest

from odoo.addons.receivables_automation.core.relative_day import day_of

# A Tuesday.
TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", "2026-03-31"),
        ("2026-03-31 18:00:00", "2026-03-31"),
        ("today", "2026-06-30"),
        ("now", "2026-06-30"),
        ("today -30d", "2026-05-31"),
        ("-1w", "2026-06-23"),
        ("today -1y +1m", "2025-07-30"),
        ("today -4m", "2026-02-28"),
        ("today =1m =1d", "2026-01-01"),
        ("today =2024y", "2024-06-30"),
        ("=2m =31d", "2026-02-28"),
        ("=monday", "2026-06-29"),
        ("=sunday", "2026-07-05"),
        ("+monday", "2026-07-06"),
        ("+tuesday", "2026-06-30"),
        ("-friday", "2026-06-26"),
    ],
)
def test_a_date_is_written_as_such_or_relative_to_today(text, expected):
    assert day_of(text, TODAY).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    ["", "someday", "2026-13-01", "today 3d", "today -3H", "=1w", "=noday", "=13m"],
)
def test_what_says_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        day_of(text, TODAY)
