from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

# Tables with one row per debtor, and the columns that make it one.
ONE_PER_DEBTOR = {
    "receivables_profile": ("company_id",),
    "receivables_policy_acknowledgment": ("version_id",),
    "receivables_segment_history": ("company_id", "date", "segment_id", "source"),
}
# The same of rows in force; rows that are over may be many.
ONE_IN_FORCE = {"receivables_reward_grant": ("reward_id",)}


# Beside the models whose rows it moves.
class BasePartnerMergeAutomaticWizard(  # pylint: disable=no-wizard-in-models
    models.TransientModel
):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base` to move profile and history to the debtor that stays.

        Where both have one, that of the customer who stays is kept: left to itself,
        core would drop every row of the others. The ledger's items move, so the debtor
        is computed anew.
        """
        self.env.flush_all()
        self._close_double_applications(src_partners, dst_partner)
        self._close_double_reviews(src_partners, dst_partner)
        for table, columns in ONE_PER_DEBTOR.items():
            self._drop_doubles(table, columns, src_partners, dst_partner)
        in_force = SQL("gone.state = 'active' AND kept.state = 'active'")
        for table, columns in ONE_IN_FORCE.items():
            self._drop_doubles(table, columns, src_partners, dst_partner, in_force)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # Whoever may merge contacts need not have a right to our tables.
        profiles = self.env["receivables.profile"].sudo()
        profiles = profiles.search([("partner_id", "=", dst_partner.id)])
        self.env["receivables.profile.stale"].sudo().create(
            [
                {"company_id": profile.company_id.id, "partner_id": dst_partner.id}
                for profile in profiles
            ]
        )
        return result

    def _update_reference_fields(self, src_partners, dst_partner):
        """Override of `base`: what a merge decides on credit stands in the audit log.

        Core gives the customer who stays the others' limit and policy in SQL, in every
        company where it has none of its own.
        """
        # Whoever may merge contacts need not have a right to their credit.
        stays = self._receivables_merged(src_partners, dst_partner).sudo()
        stays = stays._receivables_audited()
        names = list(stays._receivables_audit_fields())
        before = [
            stays.with_company(company)._receivables_audit_texts(names)
            for company in self.env["res.company"].sudo().search(Domain.TRUE)
        ]
        result = super()._update_reference_fields(src_partners, dst_partner)
        # Core wrote beside the cache.
        self.env.invalidate_all()
        for texts in before:
            stays._receivables_audit_changes(texts)
        return result

    def _update_values(self, src_partners, dst_partner):
        """Override of `base`: so does what it writes by the ORM.

        Core asks which fields there are with the rights of one record and reads them
        with the other's; where those differ, it would read what it must not.
        """
        stays = self._receivables_merged(src_partners, dst_partner)
        return super()._update_values(src_partners.with_env(stays.env), stays)

    def _receivables_merged(self, src_partners, dst_partner):
        """Return who stays, with the merge as reason of what changes."""
        names = ", ".join(src_partners.mapped("display_name"))
        return dst_partner.with_context(
            receivables_audit_reason=self.env._("Merged with %s", names)
        )

    def _close_double_applications(self, src_partners, dst_partner):
        """Leave each company one open application, that of the customer who stays."""
        # Whoever may merge contacts need not have a right to applications.
        applications = self.env["receivables.credit.application"].sudo()
        found = applications.search(
            [
                ("partner_id", "in", (src_partners | dst_partner).ids),
                ("state", "in", ("draft", "review")),
            ]
        ).sorted(lambda one: one.partner_id != dst_partner)
        for _company, of_company in found.grouped("company_id").items():
            of_company[1:]._move("expired")
        applications.flush_model()

    def _close_double_reviews(self, src_partners, dst_partner):
        """Leave each company one open review of the limit, that of who stays."""
        # Whoever may merge contacts need not have a right to reviews.
        reviews = self.env["receivables.limit.review"].sudo()
        found = reviews.search(
            [
                ("partner_id", "in", (src_partners | dst_partner).ids),
                ("state", "=", "open"),
            ]
        ).sorted(lambda one: one.partner_id != dst_partner)
        for _company, of_company in found.grouped("company_id").items():
            of_company[1:]._close()
        reviews.flush_model()

    def _drop_doubles(self, table, columns, src_partners, dst_partner, condition=None):
        """Delete rows of ``src_partners`` that would be another's after the merge.

        ``condition`` is SQL on ``gone`` and ``kept``, the row dropped and its double.
        """
        same = SQL(" AND ").join(
            SQL("%s = %s", SQL.identifier("kept", name), SQL.identifier("gone", name))
            for name in columns
        )
        self.env.cr.execute(
            SQL(
                """
DELETE FROM %(table)s gone
 USING %(table)s kept
 WHERE gone.partner_id IN %(sources)s AND kept.partner_id IN %(all)s AND %(same)s
   AND %(condition)s
   AND (kept.partner_id = %(stays)s
        OR kept.partner_id <> gone.partner_id AND kept.id < gone.id)
                """,
                table=SQL.identifier(table),
                sources=tuple(src_partners.ids),
                all=(*src_partners.ids, dst_partner.id),
                stays=dst_partner.id,
                same=same,
                condition=condition or SQL("TRUE"),
            )
        )
