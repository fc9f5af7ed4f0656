from odoo import fields, models


class ReceivablesCreditDecision(models.TransientModel):
    """Dialog that asks why a credit application is rejected, returned or taken back."""

    _name = "receivables.credit.decision"
    _description = "Decision on a credit application"

    application_id = fields.Many2one(
        "receivables.credit.application", required=True, readonly=True
    )
    kind = fields.Selection(
        [
            ("reject", "Reject"),
            ("data", "Ask for data"),
            ("back", "Take the decision back"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Do what was asked, with the reason; expects one dialog."""
        self.ensure_one()
        application = self.application_id
        match self.kind:
            case "reject":
                application._reject(self.reason)
            case "data":
                application._ask_for_data(self.reason)
            case "back":
                application._take_back(self.reason)
        return {"type": "ir.actions.act_window_close"}
