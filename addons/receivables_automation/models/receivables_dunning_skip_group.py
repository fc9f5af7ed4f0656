from odoo import api, fields, models
from odoo.tools import SQL


class ReceivablesDunningSkipGroup(models.Model):
    """The items that a run left alone for one reason; `receivables.dunning.skip` reads.

    Most of a ledger is left alone on most days, for a handful of reasons: a row per
    item would be the larger part of what a run writes.
    """

    _name = "receivables.dunning.skip.group"
    _description = "Items left alone for one reason"
    _log_access = False

    run_id = fields.Many2one(
        "receivables.dunning.run", required=True, index=True, ondelete="cascade"
    )
    reason = fields.Char(string="Reason's code", required=True)
    step_id = fields.Many2one("receivables.dunning.step", ondelete="set null")
    due_on = fields.Date(string="Step due on")
    text = fields.Char(string="Details")
    item_ids = fields.Json(string="Items", required=True)

    @api.model
    def _add(self, run, skipped):
        """Keep `Skipped` items of a run, a row for those that are alike."""
        groups = {}
        for skip in skipped:
            groups.setdefault(skip[1:], []).append(skip.line_id)
        self.create(
            [
                {
                    "run_id": run.id,
                    "reason": reason,
                    "step_id": step_id,
                    "due_on": due_on,
                    "text": text,
                    "item_ids": item_ids,
                }
                for (reason, step_id, due_on, text), item_ids in groups.items()
            ]
        )

    @api.model
    def _drop(self, runs):
        """Forget what runs left alone; they keep their counts."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "DELETE FROM receivables_dunning_skip_group WHERE run_id = ANY(%s)",
                runs.ids,
            )
        )
        self.invalidate_model()
