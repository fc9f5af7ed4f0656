from decimal import Decimal

from odoo import models


class ReceivablesDunningPlanner(models.AbstractModel):
    _inherit = "receivables.dunning.planner"

    def _known(self, company, day):
        """Override: what is in dispute, asked once for all batches of a run."""
        items = self.env["account.move.line"]
        parts = items._receivables_disputed_parts_in(company)
        return super()._known(company, day) | {"disputed_parts": parts}

    def _decide_rows(self, company, day, rows, known):
        """Override: of an item in dispute only the rest is told."""
        parts = known.get("disputed_parts")
        if parts is None:
            items = self.env["account.move.line"].browse(row[0] for row in rows)
            parts = items._receivables_disputed_parts()
        if parts:
            rows = [
                (*row[:3], str(Decimal(row[3]) - parts.get(row[0], 0)), *row[4:])
                for row in rows
            ]
        return super()._decide_rows(company, day, rows, known)

    def _explain(self, item, day):
        """Override: say which part is left out."""
        facts = super()._explain(item, day)
        for case_id, disputed, owed in item._receivables_disputed().values():
            if disputed < owed:
                # The reason is told to whoever may read the item.
                case = self.env["receivables.dispute"].sudo().browse(case_id)
                amount = case.currency_id.format(float(disputed))
                text = item._receivables_dispute_text(case, amount)
                facts["holds"] = [*facts["holds"], text]
        return facts
