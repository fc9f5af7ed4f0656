from odoo import api, models

from ..core.link_state import LIVE_STATES


# Beside the models whose rows it moves.
class BasePartnerMergeAutomaticWizard(  # pylint: disable=no-wizard-in-models
    models.TransientModel
):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: two customers that become one keep one link for the same.

        Core deletes a row that it cannot move; a payment link is proof.
        """
        partners = src_partners | dst_partner
        links = (
            self.env["payment.link"]
            # Whoever merges customers decides about all that is theirs.
            .sudo()
            .search(
                [
                    ("partner_id", "in", partners.ids),
                    ("state", "in", tuple(LIVE_STATES)),
                ]
            )
        )
        same = links.grouped(
            lambda link: (link.company_id, link.currency_id, link.mode, link.scope_key)
        )
        for twins in same.values():
            kept = twins.sorted(lambda link: link.partner_id != dst_partner)[0]
            (twins - kept).action_revoke(
                self.env._("Customers were merged; use %(link)s.", link=kept.name)
            )
        # Core goes on in SQL.
        links.flush_recordset()
        return super()._update_foreign_keys(src_partners, dst_partner)
