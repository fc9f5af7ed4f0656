from odoo import api, fields, models
from odoo.tools import SQL


class ReceivablesDispute(models.Model):
    """What the ledger says of a case, by the query that holds and profiles read."""

    _inherit = "receivables.dispute"

    amount_open = fields.Monetary(
        string="Still owed of it",
        compute="_compute_amount_open",
        help="What the ledger says is open of the part that nobody is reminded of.",
    )
    is_corrected = fields.Boolean(
        string="Entry corrected",
        readonly=True,
        copy=False,
        tracking=True,
        help="Somebody said that the entry is corrected: what is left of it is owed.",
    )
    is_to_correct = fields.Boolean(
        string="Entry to correct",
        compute="_compute_is_to_correct",
        # Whoever reads the case may know that its document is an entry.
        compute_sudo=True,
    )

    @api.depends(
        "move_id.receivables_dispute_ids.amount",
        "move_id.receivables_dispute_ids.amount_accepted",
        "move_id.receivables_dispute_ids.state",
        "move_id.receivables_dispute_ids.is_corrected",
        "move_id.receivables_dispute_ids.credit_note_id.state",
        "move_id.line_ids.amount_residual_currency",
    )
    def _compute_amount_open(self):
        query = self.env["account.move.line"]._receivables_disputed_shares_query(
            SQL("d.move_id = ANY(%s)", self._origin.move_id.ids)
        )
        owed = dict(
            self.env.execute_query(
                SQL(
                    "SELECT dispute_id, sum(disputed) FROM (%s) one"
                    " GROUP BY dispute_id",
                    query,
                )
            )
        )
        for dispute in self:
            dispute.amount_open = owed.get(dispute._origin.id, 0)

    @api.depends("state", "move_id.move_type", "is_corrected", "amount_open")
    def _compute_is_to_correct(self):
        for dispute in self:
            dispute.is_to_correct = (
                dispute.state == "accepted"
                and dispute.move_id.move_type == "entry"
                and dispute.amount_open > 0
            )

    @api.model
    def _undisputed(self, document, but=None):
        """Return what is owed of a document and taken by no other case."""
        # Whether a case fits does not depend on which ones and items the user sees.
        items = document.sudo()._receivables_open_items()
        taken = items._receivables_disputed_where(
            SQL("d.move_id = %s AND d.id != %s", document.id, but.id if but else 0)
        )
        return sum(items.mapped("amount_residual_currency")) - sum(
            float(disputed) for _case, disputed, _owed in taken.values()
        )
