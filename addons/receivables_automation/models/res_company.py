import pytz

from odoo import fields, models

from ..core.time_zones import zone_of_state


class ResCompany(models.Model):
    _inherit = "res.company"

    receivables_is_sample = fields.Boolean(
        string="Sample company",
        readonly=True,
        copy=False,
        help="Filled with invented customers and invoices, to try things out.",
    )

    def _receivables_load_sample(self):
        """Fill this company with the sample story; expects one company.

        Without effect the second time. See `receivables.sample`.

        :raises UserError: the company already has journal entries of its own.
        """
        self.ensure_one()
        self.env["receivables.sample"]._load(self)

    def _receivables_now(self):
        """Return the current moment in UTC, naive: the one clock of the suite."""
        return fields.Datetime.now()

    def _receivables_today(self):
        """Return today's date where this company is; expects one company.

        The company's zone, else its state's, never the user's: after 18:00 in Mexico,
        UTC is tomorrow, and an invoice would be overdue for some and not for others.
        """
        self.ensure_one()
        # Whoever may see the ledger may know the date, if not the company's address.
        address = self.sudo().partner_id
        zone = pytz.timezone(address.tz or zone_of_state(address.state_id.code))
        return pytz.utc.localize(self._receivables_now()).astimezone(zone).date()
