from odoo import fields, models


class ReceivablesContactHoliday(models.Model):
    """A day on which a company contacts no debtor, beside the public holidays."""

    _name = "receivables.contact.holiday"
    _description = "Day without contact"
    _order = "date, id"
    _rec_name = "date"

    calendar_id = fields.Many2one(
        "receivables.contact.calendar", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="calendar_id.company_id", store=True)
    date = fields.Date(required=True)
    name = fields.Char(string="Why", help="What is celebrated or why you rest.")

    _date_unique = models.Constraint(
        "UNIQUE (calendar_id, date)", "This day is in the calendar already."
    )
