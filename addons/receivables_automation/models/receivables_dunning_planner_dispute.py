from decimal import Decimal

from odoo import models


class ReceivablesDunningPlanner(models.AbstractModel):
    _inherit = "receivables.dunning.planner"

    def _decide_rows(self, company, day, rows, known):
        """Override: of an item in dispute only the rest is told."""
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
                text = item._receivables_dispute_text(case, disputed)
                facts["holds"] = [*facts["holds"], text]
        return facts
