import pytz

from odoo import api, models, tools
from odoo.tools import SQL

from ..core.time_zones import zone_of_state

# The company's own choice, else the customer's address for invoices, else the customer.
RECIPIENTS = """
SELECT customer.id, contact.id, COALESCE(contact.tz, customer.tz),
       COALESCE(contact.state_id, customer.state_id)
  FROM res_partner customer
 CROSS JOIN LATERAL (
       SELECT (customer.receivables_contact_id ->> %(company)s)::int AS id
 ) chosen
 LEFT JOIN LATERAL (
       SELECT other.id, other.tz, other.state_id
         FROM res_partner other
        WHERE (other.id = chosen.id
               OR other.id = customer.id
               OR other.commercial_partner_id = customer.id
                  AND other.type = 'invoice')
          AND other.active
          AND other.email_normalized != ''
        ORDER BY other.id IS NOT DISTINCT FROM chosen.id DESC,
                 other.id != customer.id DESC,
                 other.id
        LIMIT 1
 ) contact ON TRUE
 WHERE customer.id = ANY(%(customers)s)
"""


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def _receivables_persons_in_charge(self, company):
        """Return {customer id: user} who answers for a customer in a company.

        The collector, else the salesperson; may be empty. Constant number of queries.
        """
        # A user's name and mail signs what they answer for; nobody's rights matter.
        return {
            partner.id: (partner.receivables_collector_id or partner.user_id).filtered(
                "active"
            )
            for partner in self.sudo().with_company(company)
        }

    @api.private
    def _receivables_addresses(self, company):
        """Return {customer id: (recipient's id or None, time zone)} in a company.

        The recipient of notices is the accounts-payable contact, else an address for
        invoices, else the customer itself: the first that is active and has an email.
        The zone is the recipient's or the customer's, else that of their state in
        Mexico, else the company's. Constant number of queries.
        """
        self.flush_model()
        zone_of = self._receivables_zones_of_states()
        default = company._receivables_zone()
        query = SQL(RECIPIENTS, company=str(company.id), customers=self.ids)
        return {
            customer: (recipient, _known(zone) or zone_of.get(state) or default)
            for customer, recipient, zone, state in self.env.execute_query(query)
        }

    @api.model
    @tools.ormcache()
    def _receivables_zones_of_states(self):
        """Return {state id: name of its time zone} for the states of Mexico."""
        states = self.env["res.country.state"].search(
            [("country_id", "=", self.env.ref("base.mx").id)]
        )
        return {state.id: zone_of_state(state.code) for state in states}


def _known(zone):
    """Return a time zone's name if there is such a zone, else ''."""
    return zone if zone in pytz.all_timezones_set else ""
