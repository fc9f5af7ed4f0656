from datetime import time

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.contact_calendar import ContactCalendar, NeverOpens

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
MIDNIGHT = 24.0
DEFAULT_WEEKLY_CAP = 3


class ReceivablesContactCalendar(models.Model):
    """When a company may contact its debtors, and how often.

    A company without a row has the rule's default: see `core.contact_calendar`.
    """

    _name = "receivables.contact.calendar"
    _description = "Contact calendar"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean(default=True)
    saturday = fields.Boolean()
    sunday = fields.Boolean()
    hour_from = fields.Float(
        string="Opens at",
        default=7.0,
        required=True,
        help="On the debtor's own clock.",
    )
    hour_to = fields.Float(string="Closes at", default=22.0, required=True)
    keeps_public_holidays = fields.Boolean(
        string="Rest on Mexican public holidays",
        default=True,
        help="The days of compulsory rest of the Ley Federal del Trabajo.",
    )
    holiday_ids = fields.One2many(
        "receivables.contact.holiday", "calendar_id", string="Other days of rest"
    )
    weekly_cap = fields.Integer(
        string="Contacts per week",
        default=DEFAULT_WEEKLY_CAP,
        help="A debtor hears from you at most so often in seven days; 0 is no limit.",
    )

    _company_unique = models.Constraint(
        "UNIQUE (company_id)", "This company has a contact calendar already."
    )
    _hours_range = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Hours of contact: from 0:00 to 24:00, and open before they close.",
    )
    _weekly_cap_positive = models.Constraint(
        "CHECK (weekly_cap >= 0)", "Contacts per week: 0 (no limit) or more."
    )

    @api.constrains(*WEEKDAYS)
    def _check_opens(self):
        for calendar in self:
            try:
                calendar._window()
            except NeverOpens as error:
                raise ValidationError(
                    self.env._(
                        "The contact calendar of %(company)s never opens, so no notice"
                        " would ever leave. Tick at least one weekday.",
                        company=calendar.company_id.name,
                    )
                ) from error

    def _window(self):
        """Return the contact window of this calendar; the default's if it is empty."""
        if not self:
            return ContactCalendar()
        self.ensure_one()
        return ContactCalendar(
            weekdays=frozenset(i for i, day in enumerate(WEEKDAYS) if self[day]),
            opens=_clock(self.hour_from),
            closes=None if self.hour_to == MIDNIGHT else _clock(self.hour_to),
            holidays=frozenset(self.holiday_ids.mapped("date")),
            keeps_public_holidays=self.keeps_public_holidays,
        )

    def _cap(self):
        """Return how often a week a debtor is contacted at most; None is no limit."""
        cap = self.weekly_cap if self else DEFAULT_WEEKLY_CAP
        return cap or None

    @api.model
    def _of_company(self, company):
        """Return the calendar of a company; empty if it has none."""
        return self.search([("company_id", "=", company.id)])

    @api.model
    def _departures(self, company, zones):
        """Return {zone: (moment or None, day)} for messages that are written now.

        The moment, in UTC, at which the window opens, None if it is open; and the day
        it then is where the debtor is.
        """
        window = self._of_company(company)._window()
        now = company._receivables_now()
        departures = {}
        for zone in zones:
            leaves = window.next_opening(now, zone)
            day = company._receivables_local(leaves, zone).date()
            departures[zone] = (None if leaves == now else leaves, day)
        return departures

    @api.model
    def action_open(self):
        """Return the calendar of the current company as a form, made if need be."""
        calendar = self._of_company(self.env.company)
        if not calendar and self.has_access("create"):
            calendar = self.create({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contact calendar"),
            "res_model": self._name,
            "res_id": calendar.id,
            "views": [(False, "form")],
        }


def _clock(hours):
    """Return the time of day of a number of hours, to the minute."""
    minutes = min(round(hours * 60), 24 * 60 - 1)
    return time(minutes // 60, minutes % 60)
