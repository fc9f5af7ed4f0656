from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..core.states import PROMISE, move

CHANNELS = [
    ("phone", "Phone"),
    ("email", "Email"),
    ("whatsapp", "WhatsApp"),
    ("visit", "Visit"),
    ("portal", "Portal"),
    ("other", "Other"),
]
# What is promised stays as it was said; these a person may correct while it lives.
EDITABLE = frozenset(
    {"amount", "date_promised", "channel", "contact_id", "user_id", "note"}
)


class ReceivablesPromise(models.Model):
    """A customer's word to pay an amount by a day; the ledger says whether it is kept.

    People make and cancel promises; every other state comes from `_follow_ledger`.
    While it is open and its last day has not passed, its items are not chased.
    """

    _name = "receivables.promise"
    _description = "Promise of payment"
    _inherit = ["mail.thread"]
    _order = "date_promised DESC, id DESC"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    move_line_ids = fields.Many2many(
        "account.move.line",
        "receivables_promise_item",
        "promise_id",
        "line_id",
        string="Items",
        help="What the promise is about. None chosen: everything that is owed in this"
        " currency now.",
    )
    is_whole_debt = fields.Boolean(
        string="The whole debt",
        readonly=True,
        help="No items were chosen: it is about all that was owed when it was made.",
    )
    amount = fields.Monetary(required=True, tracking=True)
    date_promised = fields.Date(string="Promised for", required=True, tracking=True)
    made_on = fields.Date(
        string="Made on",
        required=True,
        default=lambda self: self.env.company._receivables_today(),
        help="Money that comes from this day on counts.",
    )
    tolerance_days = fields.Integer(
        readonly=True, help="Days of grace after the day promised, when it was made."
    )
    tolerance_amount = fields.Monetary(
        readonly=True, help="What may be missing, as it was set when it was made."
    )
    last_day = fields.Date(
        compute="_compute_last_day",
        store=True,
        index=True,
        help="The day promised and the days of grace: after it the promise is broken.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="phone")
    contact_id = fields.Many2one(
        "res.partner",
        string="Made by",
        check_company=True,
        help="Who of the customer gave their word.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        default=lambda self: self.env.user,
        index="btree_not_null",
        ondelete="set null",
    )
    note = fields.Char()
    state = fields.Selection(
        [
            ("open", "Live"),
            ("kept", "Kept"),
            ("partial", "Kept in part"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
        copy=False,
        tracking=True,
    )
    amount_received = fields.Monetary(
        string="Received",
        readonly=True,
        copy=False,
        help="Money dated from the day it was made to its last day that settled the"
        " items.",
    )
    amount_missing = fields.Monetary(
        string="Missing", compute="_compute_amount_missing"
    )
    paid_on = fields.Date(readonly=True, copy=False)
    is_waiting = fields.Boolean(
        string="Payment not applied",
        readonly=True,
        copy=False,
        help="Its money has come and settles nothing yet: apply it.",
    )
    cancel_reason = fields.Char(readonly=True, copy=False, tracking=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A promise is of an amount above 0."
    )
    _open_idx = models.Index("(last_day) WHERE state = 'open'")

    @api.depends("date_promised", "tolerance_days")
    def _compute_last_day(self):
        for promise in self:
            day = promise.date_promised
            promise.last_day = day and day + timedelta(days=promise.tolerance_days)

    @api.depends("amount", "amount_received")
    def _compute_amount_missing(self):
        for promise in self:
            promise.amount_missing = max(promise.amount - promise.amount_received, 0)

    @api.depends("partner_id", "amount", "currency_id", "date_promised")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(customer)s: %(amount)s by %(day)s",
                customer=promise.partner_id.name or "",
                amount=promise.currency_id.format(promise.amount or 0),
                day=promise.date_promised
                and format_date(self.env, promise.date_promised),
            )

    # === MAKING ===

    @api.onchange("partner_id", "currency_id", "move_line_ids", "company_id")
    def _onchange_items(self):
        debtor = self.partner_id.commercial_partner_id
        items = self.move_line_ids._origin
        if items:
            self.partner_id = items.partner_id[:1]
            self.currency_id = items.currency_id[:1]
        elif debtor:
            owed = self._open_items(self.company_id, debtor)
            if owed and self.currency_id not in owed.currency_id:
                self.currency_id = owed.currency_id[:1]
            items = owed.filtered(lambda item: item.currency_id == self.currency_id)
        self.amount = sum(items.mapped("amount_residual_currency"))

    @api.model
    def _open_items(self, company, debtor, currency=None):
        """Return what a customer owes a company, the oldest first."""
        line = self.env["account.move.line"].with_context(
            allowed_company_ids=company.ids
        )
        domain = line._receivables_open_domain() & fields.Domain(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "=", debtor.id),
                ("amount_residual_currency", ">", 0),
            ]
        )
        if currency:
            domain &= fields.Domain("currency_id", "=", currency.id)
        return line.search(domain, order="date_maturity, id")

    @api.model_create_multi
    def create(self, vals_list):
        """Record promises of the customers' companies, on what is owed now.

        :raises UserError: a day that has passed, an amount that is not owed, or items
            that are settled or another customer's.
        :raises AccessError: not the user's customer.
        """
        vals_list = [self._own_values(vals) for vals in vals_list]
        promises = super().create(vals_list)
        for promise in promises:
            if not promise.move_line_ids:
                promise._take_whole_debt()
            promise._check_items()
            promise._check_made()
        for promise in promises:
            promise._check_amount()
        promises._note_change()
        return promises

    @api.model
    def _own_values(self, vals):
        """Return the values of a new promise, with what it takes from its company."""
        self._check_protected(vals)
        company = self.env["res.company"].browse(
            vals.get("company_id") or self.env.company.id
        )
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        partner._receivables_check_may_act()
        debtor = partner.commercial_partner_id
        currency = self.env["res.currency"].browse(
            vals.get("currency_id") or company.currency_id.id
        )
        own = {
            "company_id": company.id,
            "partner_id": debtor.id,
            "currency_id": currency.id,
        }
        if partner != debtor and not vals.get("contact_id"):
            own["contact_id"] = partner.id
        # Whoever records it need not be allowed to read the company.
        rules = company.sudo()
        own["tolerance_days"] = rules.receivables_promise_tolerance_days
        own["tolerance_amount"] = currency.round(
            company.currency_id._convert(
                rules.receivables_promise_tolerance_amount,
                currency,
                company,
                company._receivables_today(),
            )
        )
        self._check_positive(vals.get("amount") or 0, debtor, currency)
        return {**vals, **own}

    def _take_whole_debt(self):
        """Make this promise about all that its customer owes now; expects one."""
        items = self._open_items(self.company_id, self.partner_id, self.currency_id)
        # Nobody may change what a promise is about later: this is its making.
        self.sudo().write(
            {"is_whole_debt": True, "move_line_ids": [fields.Command.set(items.ids)]}
        )

    def _check_protected(self, vals):
        """Refuse what only the ledger and our own methods write.

        :raises AccessError: names the fields.
        """
        theirs = {
            "state",
            "amount_received",
            "paid_on",
            "is_waiting",
            "is_whole_debt",
            "cancel_reason",
            "tolerance_days",
            "tolerance_amount",
            "last_day",
        }
        if not self.env.su and theirs & set(vals):
            raise AccessError(
                self.env._(
                    "Whether a promise is kept comes from the ledger: %(fields)s cannot"
                    " be written. To take a promise back, cancel it.",
                    fields=", ".join(sorted(theirs & set(vals))),
                )
            )

    def write(self, vals):
        """Correct promises that are open.

        :raises UserError: one is no longer open, or the new values cannot be promised.
        :raises AccessError: fields that the ledger decides.
        """
        if self.env.su:
            return super().write(vals)
        self._check_protected(vals)
        said = set(vals) & set(self._fields) - {"message_follower_ids"}
        if fixed := said - EDITABLE:
            raise UserError(
                self.env._(
                    "What a promise is about does not change (%(fields)s). Cancel it"
                    " and record another.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(fixed)
                    ),
                )
            )
        if closed := self.filtered(lambda promise: promise.state != "open")[:1]:
            raise UserError(
                self.env._(
                    "The promise %(promise)s is no longer open; only an open one is"
                    " changed. Record a new one.",
                    promise=closed.display_name,
                )
            )
        if "amount" in vals:
            for promise in self:
                self._check_positive(
                    vals["amount"], promise.partner_id, promise.currency_id
                )
        result = super().write(vals)
        for promise in self:
            if "date_promised" in vals:
                promise._check_days()
            if "amount" in vals:
                promise._check_amount()
        self._note_change()
        return result

    def _note_change(self):
        """Have the debtors of these promises computed anew."""
        self.env["receivables.profile.stale"]._add_debtors(
            (promise.company_id, promise.partner_id) for promise in self
        )

    @api.model
    def _action_new(self, company, partner, items=None):
        """Return the form of a new promise of a customer, about ``items`` or all."""
        context = {
            "default_company_id": company.id,
            "default_partner_id": partner.id,
        }
        if items:
            context |= {
                "default_move_line_ids": items.ids,
                "default_currency_id": items.currency_id[:1].id,
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record promise"),
            "res_model": self._name,
            "views": [
                (
                    self.env.ref(
                        "receivables_automation.receivables_promise_view_form_new"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": context,
        }

    # === STATE ===

    def _move(self, state, **values):
        """Change the state of these promises, with ``values``; a repeat does nothing.

        :raises core.states.ForbiddenMove: not from the state that one is in.
        """
        moving = self.filtered(lambda promise: move(PROMISE, promise.state, state))
        # The one door: nobody else may write a state.
        moving.sudo().write({"state": state} | values)

    def action_cancel(self):
        """Return the dialog that asks why these promises are taken back."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel promise"),
            "res_model": "receivables.promise.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_promise_ids": self.ids},
        }

    def _cancel(self, reason):
        """Take these promises back; what they held is chased again.

        :raises UserError: no reason, or one is no longer open.
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the promise is cancelled."))
        for promise in self:
            if promise.state not in ("open", "cancelled"):
                raise UserError(
                    self.env._(
                        "The promise %(promise)s is no longer open, so there is nothing"
                        " to cancel.",
                        promise=promise.display_name,
                    )
                )
        self._move("cancelled", cancel_reason=reason.strip())
        self._note_change()
