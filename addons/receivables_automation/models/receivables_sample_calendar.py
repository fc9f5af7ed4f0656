from odoo import models

from .receivables_contact_calendar import MIDNIGHT, WEEKDAYS


class ReceivablesSample(models.AbstractModel):
    _inherit = "receivables.sample"

    def _tell(self, company):
        result = super()._tell(company)
        # Whoever tries the sample on a Sunday evening wants to see a notice leave.
        company._receivables_create_contact_calendars()
        # Whoever may load the sample need not be in charge of the calendar.
        calendars = self.env["receivables.contact.calendar"].sudo()
        calendar = calendars._of_company(company)
        calendar.write(
            dict.fromkeys(WEEKDAYS, True)
            | {
                "hour_from": 0.0,
                "hour_to": MIDNIGHT,
                "keeps_public_holidays": False,
                "weekly_cap": 0,
            }
        )
        return result
