import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from ..core.time_zones import zone_of_state


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_dunning_automatic = fields.Boolean(
        string="Send notices automatically",
        help="Every day a run is made and executed. Off: a person previews and sends.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._receivables_create_contact_calendars()
        return companies

    @api.model
    def _receivables_create_all_contact_calendars(self):
        """Give each company that has none a contact calendar with the default rule."""
        companies = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        companies._receivables_create_contact_calendars()

    def _receivables_create_contact_calendars(self):
        """Give those of these companies that have none the default contact calendar."""
        # Whoever may create a company need not be allowed to change its manners.
        calendars = self.env["receivables.contact.calendar"].sudo()
        known = calendars.search([("company_id", "in", self.ids)]).company_id
        calendars.create([{"company_id": company.id} for company in self - known])

    def _receivables_zone(self):
        """Return the name of the company's time zone; expects one company."""
        self.ensure_one()
        # Whoever may see the ledger may know the clock, if not the company's address.
        address = self.sudo().partner_id
        return address.tz or zone_of_state(address.state_id.code)

    def _receivables_local(self, moment, zone_name=None):
        """Return a naive UTC moment on a zone's clock, by default the company's."""
        zone = pytz.timezone(zone_name or self._receivables_zone())
        return pytz.utc.localize(moment).astimezone(zone)
