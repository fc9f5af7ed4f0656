from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.receivables_automation.core.states import ForbiddenMove, move

from ..core.link_state import LINK, LIVE_STATES, state_by_ledger

BATCH = 500


class PaymentLink(models.Model):
    """The life of a link: one door for its states, which follow the ledger."""

    _inherit = "payment.link"

    def _move_to(self, target, **values):
        """Bring these links to ``target``; return those that were not there yet.

        :raises UserError: a link cannot become that.
        """
        changed = self.browse()
        for link in self:
            try:
                if move(LINK, link.state, target):
                    changed |= link
            except ForbiddenMove as error:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(link)s is %(state)s and cannot become %(target)s.",
                        link=link.name,
                        state=labels[error.source],
                        target=labels[error.target],
                    )
                ) from error
        # Every caller has checked the user, or follows the ledger.
        changed.sudo().write({"state": target} | values)
        return changed

    def _follow_ledger(self):
        """Bring live links to the state that the ledger and the clock give them."""
        self.invalidate_recordset(["amount_due"])
        wanted = {}
        for link in self:
            target = link._ledger_state()
            if target != link.state:
                wanted[target] = wanted.get(target, self.browse()) | link
        for target, links in wanted.items():
            links._move_to(target)

    def _ledger_state(self):
        """Return the state that this link should have now."""
        self.ensure_one()
        return state_by_ledger(
            self.state,
            self.mode,
            self.currency_id._receivables_exact(self.amount_due),
            self.expires_at or None,
            self.company_id._receivables_now(),
        )

    @api.model
    def _follow_items(self, items):
        """Bring the links of these journal items to the state of the ledger."""
        lines = (
            self.env["payment.link.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", items.ids),
                    ("link_id.state", "in", tuple(LIVE_STATES)),
                ]
            )
        )
        lines.link_id._follow_ledger()

    @api.model
    def _cron_follow_ledger(self):
        """Expire links whose time is over and follow the ledger where no hook did."""
        domain = Domain("state", "=", "active") & (
            Domain("mode", "=", "invoices")
            | Domain("expires_at", "<=", self.env.company._receivables_now())
        )
        ids = self.search(domain, order="id").ids
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(ids))
        for start in range(0, len(ids), BATCH):
            batch = self.browse(ids[start : start + BATCH]).exists()
            batch._follow_ledger()
            if not progress(min(BATCH, len(ids) - start)):
                break
