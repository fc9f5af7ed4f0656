from odoo import models
from odoo.tools import SQL


# Beside the models whose rows it moves.
class BasePartnerMergeAutomaticWizard(  # pylint: disable=no-wizard-in-models
    models.TransientModel
):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override: one entry of the watch list per rule stays live.

        Left to itself, core would drop every entry of the others.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
UPDATE receivables_watch gone
   SET is_cause_live = FALSE, state = 'closed'
  FROM receivables_watch kept
 WHERE gone.partner_id IN %(sources)s AND kept.partner_id IN %(all)s
   AND gone.is_cause_live AND kept.is_cause_live
   AND (gone.company_id, gone.rule_id) = (kept.company_id, kept.rule_id)
   AND (kept.partner_id = %(stays)s
        OR kept.partner_id <> gone.partner_id AND kept.id < gone.id)
                """,
                sources=tuple(src_partners.ids),
                all=(*src_partners.ids, dst_partner.id),
                stays=dst_partner.id,
            )
        )
        return super()._update_foreign_keys(src_partners, dst_partner)
