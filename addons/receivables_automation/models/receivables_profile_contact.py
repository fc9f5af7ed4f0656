from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .res_partner_receivables import DEBT_READERS


class ReceivablesProfile(models.Model):
    """When and how this debtor was last spoken to."""

    _inherit = "receivables.profile"

    last_contact = fields.Char(
        string="Last contact",
        compute="_compute_last_contact",
        compute_sudo=False,
        groups=DEBT_READERS,
        help="The latest notice, promise or case.",
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_last_contact(self):
        latest = self._last_contacts()
        for profile in self:
            kind, channel, day = latest.get(profile.id, (None, None, None))
            text = kind and self._contact_text(kind, channel)
            profile.last_contact = text and f"{text}, {format_date(self.env, day)}"

    def _last_contacts(self):
        """Return {profile id: (model, channel or None, day)}, one query for all.

        Of one day, what was written down last.
        """
        contacts = self._contact_queries()
        for model in contacts:
            self.env[model].flush_model()
        # Whoever sees the debt may know when its debtor was spoken to, not of what.
        rows = self.env.execute_query(
            SQL(
                """
SELECT DISTINCT ON (profile.id) profile.id, contact.kind, contact.channel, contact.day
  FROM receivables_profile profile
  JOIN LATERAL (%s) contact ON TRUE
 WHERE profile.id = ANY(%s)
 ORDER BY profile.id, contact.day DESC, contact.at DESC
                """,
                SQL(" UNION ALL ").join(contacts.values()),
                self.ids,
            )
        )
        return {profile: found for profile, *found in rows}

    @api.model
    def _contact_queries(self):
        """Return {model: SELECT of kind, channel, day, at} of contacts with `profile`.

        The hook of whoever keeps other contacts; `_contact_text` puts them in words.
        """
        mine = SQL(
            "company_id = profile.company_id AND partner_id = profile.partner_id"
        )
        return {
            "receivables.dunning.notice": SQL(
                """
SELECT 'receivables.dunning.notice' AS kind, channel,
       COALESCE(departure_date, date) AS day, create_date AS at
  FROM receivables_dunning_notice
 WHERE %s AND state = 'sent'
                """,
                mine,
            ),
            "receivables.promise": SQL(
                "SELECT 'receivables.promise', channel, made_on, create_date"
                " FROM receivables_promise WHERE %s AND state != 'cancelled'",
                mine,
            ),
            "receivables.dispute": SQL(
                "SELECT 'receivables.dispute', NULL, opened_on, create_date"
                " FROM receivables_dispute WHERE %s AND state != 'withdrawn'",
                mine,
            ),
        }

    @api.model
    def _contact_text(self, model, channel):
        """Return what a contact was, in words."""
        texts = {
            "receivables.dunning.notice": self.env._("Reminder"),
            "receivables.promise": self.env._("Promise"),
            "receivables.dispute": self.env._("Case opened"),
        }
        if not channel:
            return texts[model]
        labels = dict(
            self.env[model]._fields["channel"]._description_selection(self.env)
        )
        return f"{texts[model]} ({labels[channel]})"
