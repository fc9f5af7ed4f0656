"""When a debtor may be contacted: a window of days and hours on the debtor's clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .mexican_holidays import mexican_holidays

EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))
# Two years: longer than any row of closed days that somebody enters on purpose.
LONGEST_WAIT_DAYS = 731


class NeverOpens(ValueError):
    """The window has no open minute, or none within two years."""


@dataclass(frozen=True, slots=True)
class ContactCalendar:
    """A contact window, on the debtor's own clock.

    ``weekdays`` counts from Monday = 0. The window opens at ``opens`` and is shut from
    ``closes`` on; None is midnight. ``holidays`` are the company's own closed days;
    ``keeps_public_holidays`` adds those of Mexico's labour law.

    Default: Monday to Friday, 7:00 to 22:00, not on public holidays. Source: CONDUSEF,
    Disposiciones de carácter general aplicables a las entidades financieras en materia
    de despachos de cobranza (DOF 7 October 2014), for the hours.

    :raises NeverOpens: no weekday, or closed before it opens.
    """

    weekdays: frozenset[int] = WORKING_DAYS
    opens: time = time(7)
    closes: time | None = time(22)
    holidays: frozenset[date] = frozenset()
    keeps_public_holidays: bool = True

    def __post_init__(self) -> None:
        if not self.weekdays & EVERY_DAY:
            raise NeverOpens("The contact window has no weekday.")
        if self.closes is not None and self.closes <= self.opens:
            raise NeverOpens(
                f"The contact window closes at {self.closes:%H:%M}, before it opens"
                f" at {self.opens:%H:%M}."
            )

    def is_open_day(self, day: date) -> bool:
        """Return whether the window opens at all on a day."""
        if day.weekday() not in self.weekdays or day in self.holidays:
            return False
        return not (self.keeps_public_holidays and day in mexican_holidays(day.year))

    def after_open_days(self, day: date, days: int) -> date:
        """Return the day on which ``days`` open days have passed after ``day``.

        With 0 days, ``day`` itself if it is open, else the next one that is.

        :raises NeverOpens: every day of the next two years is closed.

        >>> ContactCalendar().after_open_days(date(2026, 9, 14), 2)
        datetime.date(2026, 9, 17)
        """
        left = days
        for ahead in range(LONGEST_WAIT_DAYS):
            later = day + timedelta(days=ahead)
            if ahead and self.is_open_day(later):
                left -= 1
            if left <= 0 and self.is_open_day(later):
                return later
        raise NeverOpens("The contact window is closed for the next two years.")

    def is_open(self, moment_local: datetime) -> bool:
        """Return whether the window is open at a moment of the debtor's clock.

        Only the clock's reading counts; a time zone on the moment is not converted.
        """
        clock = moment_local.time()
        is_open_hour = self.opens <= clock and (
            self.closes is None or clock < self.closes
        )
        return is_open_hour and self.is_open_day(moment_local.date())

    def next_opening(self, moment_utc: datetime, zone_name: str) -> datetime:
        """Return the first moment from ``moment_utc`` on when contact is allowed.

        The moment itself if the window is open then. UTC in, UTC out: without a zone,
        as Odoo stores it, or with one, as it came.

        :raises NeverOpens: every day of the next two years is closed.
        :raises zoneinfo.ZoneInfoNotFoundError: no zone has that name.
        """
        zone = ZoneInfo(zone_name)
        start = moment_utc.replace(tzinfo=UTC) if _is_bare(moment_utc) else moment_utc
        local = start.astimezone(zone)
        if self.is_open(local):
            return moment_utc
        for days in range(LONGEST_WAIT_DAYS):
            day = local.date() + timedelta(days=days)
            if not self.is_open_day(day):
                continue
            opening = datetime.combine(day, self.opens, tzinfo=zone).astimezone(UTC)
            if opening > start:
                return opening.replace(tzinfo=None) if _is_bare(moment_utc) else opening
        raise NeverOpens("The contact window is closed for the next two years.")


ALWAYS_OPEN = ContactCalendar(
    weekdays=EVERY_DAY, opens=time(0), closes=None, keeps_public_holidays=False
)


def _is_bare(moment: datetime) -> bool:
    return moment.tzinfo is None
