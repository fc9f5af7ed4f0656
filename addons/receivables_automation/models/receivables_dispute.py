from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.states import DISPUTE, move

DOCUMENTS = ("out_invoice", "out_receipt", "entry")
# What a case is about stays as it was opened; these are its handling.
EDITABLE = frozenset({"user_id", "due_on", "description", "reason_id"})
OURS = frozenset(
    {
        "state",
        "amount_accepted",
        "resolution",
        "closed_on",
        "closed_by_id",
        "credit_note_id",
        "is_corrected",
    }
)


class ReceivablesDispute(models.Model):
    """A customer does not accept an invoice, or a part of it: a case to be answered.

    Until it is answered nobody is reminded of the part, and of what was accepted until
    its credit note is posted or its entry corrected. The ledger says what of it is
    still open.
    """

    _name = "receivables.dispute"
    _description = "Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "due_on, id"

    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('move_type', 'in', ('out_invoice', 'out_receipt', 'entry')),"
        " ('state', '=', 'posted')]",
    )
    company_id = fields.Many2one(
        related="move_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(
        related="move_id.currency_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    amount = fields.Monetary(required=True, tracking=True)
    amount_accepted = fields.Monetary(
        string="Accepted amount", readonly=True, copy=False
    )
    reason_id = fields.Many2one(
        "receivables.dispute.reason", required=True, ondelete="restrict", tracking=True
    )
    description = fields.Text(help="What the customer says, in their words.")
    opened_on = fields.Date(
        required=True,
        readonly=True,
        default=lambda self: self.env.company._receivables_today(),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Who answers the customer.",
    )
    due_on = fields.Date(
        string="Answer by",
        help="The reason's days from today, on the contact calendar.",
    )
    state = fields.Selection(
        [
            ("open", "Under review"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        copy=False,
        tracking=True,
    )
    resolution = fields.Char(string="Answer", readonly=True, copy=False, tracking=True)
    closed_on = fields.Date(readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users", string="Closed by", readonly=True, copy=False, ondelete="set null"
    )
    credit_note_id = fields.Many2one(
        "account.move",
        string="Credit note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Proposed when the case was accepted; nobody but a person posts it.",
    )
    credit_note_state = fields.Selection(related="credit_note_id.state")

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A dispute is about an amount above 0."
    )
    _open_idx = models.Index("(move_id) WHERE state IN ('open', 'accepted')")

    @api.depends("move_id.commercial_partner_id")
    def _compute_partner_id(self):
        for dispute in self:
            dispute.partner_id = dispute.move_id.commercial_partner_id

    @api.depends("move_id.name", "reason_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = self.env._(
                "%(document)s: %(reason)s",
                document=dispute.move_id.name or "",
                reason=dispute.reason_id.name or "",
            )

    # === OPENING ===

    def onchange(self, values, field_names, fields_spec):
        """Override: a form tells nothing of a document that its user may not read.

        :raises AccessError: it is another salesperson's customer's, or company's.
        """
        chosen = values.get("move_id", self.env.context.get("default_move_id"))
        self.new({"move_id": chosen}).move_id._origin.check_access("read")
        return super().onchange(values, field_names, fields_spec)

    @api.onchange("move_id")
    def _onchange_move_id(self):
        if self.move_id:
            self.amount = max(self._undisputed(self.move_id._origin), 0)

    @api.onchange("reason_id", "move_id")
    def _onchange_reason_id(self):
        if self.reason_id and self.move_id:
            owner, due_on = self._proposed(self.move_id._origin, self.reason_id)
            self.user_id = owner
            self.due_on = due_on

    @api.model
    def _proposed(self, document, reason):
        """Return (who answers, by which day) a case of ``reason``."""
        company = document.company_id
        debtor = document.commercial_partner_id
        person = debtor._receivables_persons_in_charge(company)[debtor.id]
        owner = reason.sudo().user_id.filtered("active") or person or self.env.user
        # The days are everybody's; the calendar's settings are not shown.
        calendar = self.env["receivables.contact.calendar"].sudo()._of_company(company)
        return owner.sudo(False), calendar._window().after_open_days(
            company._receivables_today(), reason.answer_days
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Open cases of invoices that are owed, each with its owner and day.

        :raises UserError: the document or the amount cannot be disputed.
        :raises AccessError: not the user's customer.
        """
        for vals in vals_list:
            self._check_protected(vals)
            document = self.env["account.move"].browse(vals.get("move_id"))
            self._check_document(document, vals.get("amount") or 0)
            reason = self.env["receivables.dispute.reason"].browse(
                vals.get("reason_id")
            )
            owner, due_on = self._proposed(document, reason)
            vals["user_id"] = vals.get("user_id") or owner.id
            vals["due_on"] = vals.get("due_on") or due_on
            vals.setdefault("opened_on", document.company_id._receivables_today())
        disputes = super().create(vals_list)
        for dispute in disputes:
            dispute._check_amount()
        disputes._remind_owner()
        disputes._note_change()
        return disputes

    def _check_protected(self, vals):
        """Refuse what only the answer to a case writes.

        :raises AccessError: names the fields.
        """
        if not self.env.su and OURS & set(vals):
            raise AccessError(
                self.env._(
                    "How a case ends is not written (%(fields)s): accept, reject or"
                    " withdraw it.",
                    fields=", ".join(sorted(OURS & set(vals))),
                )
            )

    @api.model
    def _check_document(self, document, amount):
        """Refuse what is no open debt of a customer of the user's.

        :raises UserError: names the document.
        """
        names = {"document": document.display_name}
        if (
            document.state != "posted"
            or document.move_type not in DOCUMENTS
            or not document.commercial_partner_id
        ):
            raise UserError(
                self.env._(
                    "%(document)s is no posted invoice of a customer, so there is"
                    " nothing to dispute. Choose a posted invoice.",
                    **names,
                )
            )
        document.commercial_partner_id._receivables_check_may_act()
        if not document.sudo()._receivables_open_items():
            raise UserError(
                self.env._(
                    "%(document)s has nothing left to pay. If the customer claims money"
                    " back, make a credit note.",
                    **names,
                )
            )
        if document.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(amount)s of %(document)s cannot be in dispute. Write an amount"
                    " above 0.",
                    amount=document.currency_id.format(amount),
                    **names,
                )
            )

    def _check_amount(self):
        """Refuse more than is owed and not in dispute yet; expects one.

        :raises UserError: names the amounts.
        """
        self.ensure_one()
        left = self._undisputed(self.move_id, but=self)
        if self.currency_id.compare_amounts(self.amount, left) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s of %(document)s cannot be in dispute: %(left)s is owed"
                    " of it and in no other dispute. Write at most that.",
                    amount=self.currency_id.format(self.amount),
                    document=self.move_id.display_name,
                    left=self.currency_id.format(max(left, 0)),
                )
            )

    def write(self, vals):
        """Change how open cases are handled, and their amount.

        :raises UserError: one is closed, or the new amount cannot be disputed.
        :raises AccessError: fields that only an answer writes.
        """
        own = set(vals) & set(self._fields)
        is_checked = not self.env.su and not all(
            name.startswith(("message_", "activity_")) for name in own
        )
        if is_checked:
            self._check_change(own, vals)
        result = super().write(vals)
        if is_checked and "amount" in vals:
            for dispute in self:
                dispute._check_amount()
            self._note_change()
        if {"user_id", "due_on"} & set(vals):
            self._remind_owner()
        return result

    def _check_change(self, own, vals):
        """Refuse what does not change any more; see `write`."""
        self._check_protected(vals)
        if own - EDITABLE - {"amount"}:
            raise UserError(
                self.env._(
                    "What a case is about does not change. Withdraw it and open"
                    " another."
                )
            )
        if closed := self.filtered(lambda dispute: dispute.state != "open")[:1]:
            raise UserError(
                self.env._(
                    "The case %(case)s is closed; only an open one is changed. Open"
                    " another.",
                    case=closed.display_name,
                )
            )
        if "amount" in vals:
            for dispute in self:
                self._check_document(dispute.move_id, vals["amount"])

    def _remind_owner(self):
        """Give each case's owner one task, due on the day of the answer."""
        todo = "mail.mail_activity_data_todo"
        # An owner's task is theirs, whoever opened the case.
        cases = self.sudo().with_context(mail_activity_quick_update=True)
        cases.activity_unlink([todo])
        for dispute in cases.filtered(lambda one: one.state == "open"):
            dispute.activity_schedule(
                todo,
                dispute.due_on,
                summary=self.env._(
                    "Answer %(customer)s", customer=dispute.partner_id.display_name
                ),
                user_id=dispute.user_id.id,
            )

    def _note_change(self):
        """Have the debtors of these cases computed anew."""
        self.env["receivables.profile.stale"]._add_debtors(
            (dispute.company_id, dispute.partner_id) for dispute in self
        )

    @api.model
    def _action_new(self, **defaults):
        """Return the form of a new case with ``defaults`` of its fields."""
        view = self.env.ref("receivables_automation.receivables_dispute_view_form_new")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open dispute"),
            "res_model": self._name,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {f"default_{name}": value for name, value in defaults.items()},
        }

    def _move(self, state, **values):
        """Close these cases with ``values``; a repeat does nothing.

        :raises core.states.ForbiddenMove: one is closed otherwise.
        """
        moving = self.filtered(lambda dispute: move(DISPUTE, dispute.state, state))
        # The one door: nobody else may write a state.
        moving.sudo().write({"state": state} | values)
        return moving
