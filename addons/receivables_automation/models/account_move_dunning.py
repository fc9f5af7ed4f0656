from odoo import api, fields, models
from odoo.fields import Domain

READERS = (
    "receivables_automation.group_receivables_user,"
    "receivables_automation.group_receivables_auditor"
)
WITH_SALES = READERS + ",sales_team.group_sale_salesman"


class AccountMove(models.Model):
    _inherit = "account.move"

    receivables_days_overdue = fields.Integer(
        string="Days overdue",
        compute="_compute_receivables_days_overdue",
        search="_search_receivables_days_overdue",
        groups=WITH_SALES,
        help="Of the oldest open item, on the company's calendar; 0 if not overdue.",
    )
    receivables_notice_count = fields.Integer(
        string="Notices",
        compute="_compute_receivables_notice_count",
        groups=READERS,
    )
    receivables_hold_reasons = fields.Text(
        string="Not chased because",
        compute="_compute_receivables_hold_reasons",
        groups=WITH_SALES,
    )
    receivables_pause_ids = fields.One2many(
        "receivables.pause", "move_id", string="Pauses", groups=READERS
    )
    receivables_pause_until = fields.Date(
        string="Notices paused until",
        compute="_compute_receivables_pause_until",
        search="_search_receivables_pause_until",
        groups=WITH_SALES,
    )

    def _receivables_open_items(self):
        """Return the open receivable items of these documents."""
        return self.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and line.parent_state == "posted"
                and not line.reconciled
                and line.amount_residual_currency > 0
            )
        )

    @api.depends("line_ids.date_maturity", "line_ids.reconciled", "state")
    def _compute_receivables_days_overdue(self):
        days = dict.fromkeys(self.ids, 0)
        for item in self._receivables_open_items():
            days[item.move_id.id] = max(
                days[item.move_id.id], item.receivables_days_overdue
            )
        for move in self:
            move.receivables_days_overdue = days.get(move.id, 0)

    def _search_receivables_days_overdue(self, operator, value):
        """Look at the open items; only what is overdue at all can be searched for."""
        if operator not in (">", ">=") or value < (1 if operator == ">=" else 0):
            return NotImplemented
        items = self.env["account.move.line"]._receivables_open_domain() & Domain(
            [
                ("receivables_days_overdue", operator, value),
                ("amount_residual_currency", ">", 0),
            ]
        )
        return Domain("line_ids", "any", items)

    def _compute_receivables_notice_count(self):
        told = self.env["receivables.dunning.notice.line"]._read_group(
            [
                ("move_line_id.move_id", "in", self.ids),
                ("notice_id.state", "in", ("queued", "sent", "failed")),
            ],
            ["move_line_id", "notice_id"],
        )
        notices = {}
        for item, notice in told:
            notices.setdefault(item.move_id, set()).add(notice)
        for move in self:
            move.receivables_notice_count = len(notices.get(move, ()))

    def _compute_receivables_hold_reasons(self):
        holds = {}
        # Whoever reads the invoice may know why it is left alone.
        items = self.sudo()._receivables_open_items()
        for company, of_company in items.grouped("company_id").items():
            holds |= of_company._receivables_hold_reasons(company._receivables_today())
        by_move = items.grouped(lambda item: item.move_id.id)
        for move in self:
            texts = dict.fromkeys(
                text
                for item in by_move.get(move.id, ())
                for _code, text, _record in holds[item.id]
            )
            move.receivables_hold_reasons = "\n".join(texts) or False

    @api.depends("receivables_pause_ids.until")
    def _compute_receivables_pause_until(self):
        # Whoever reads the invoice may know until when it is left alone.
        for move, pauses in zip(self, self.sudo(), strict=True):
            until = pauses.receivables_pause_ids.until
            today = move.company_id._receivables_today()
            move.receivables_pause_until = until if until and until >= today else False

    def _search_receivables_pause_until(self, operator, value):
        today = self.env.company._receivables_today()
        live = Domain("until", ">=", today)
        if operator == "in":
            days = [day for day in value if day]
            found = Domain(
                "receivables_pause_ids", "any!", live & Domain("until", "in", days)
            )
            if False in value:
                found |= ~Domain("receivables_pause_ids", "any!", live)
            return found
        if operator in ("<", "<=", ">", ">="):
            return Domain(
                "receivables_pause_ids", "any!", live & Domain("until", operator, value)
            )
        return NotImplemented

    def action_receivables_pause(self):
        """Return the form in which a person pauses the notices of this invoice."""
        self.ensure_one()
        pause = self.receivables_pause_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pause notices"),
            "res_model": "receivables.pause",
            "res_id": pause.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_move_id": self.id},
        }

    def action_receivables_notices(self):
        """Return the notices in which these documents were told of."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notices"),
            "res_model": "receivables.dunning.notice",
            "view_mode": "list,form",
            "domain": [("line_ids.move_line_id.move_id", "in", self.ids)],
        }

    def action_receivables_explain(self):
        """Return the answer to *Why was this not chased?*; expects one document."""
        self.ensure_one()
        items = self._receivables_open_items()
        item = items.sorted(lambda line: (line.date_maturity or line.date, line.id))[:1]
        if not item:
            item = self.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )[:1]
        return item.action_receivables_explain()
