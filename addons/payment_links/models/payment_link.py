from datetime import timedelta
from decimal import Decimal

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError

from ..core.link_state import LIVE_STATES
from ..core.scope import scope_key

# What only the link's own methods write: over RPC these would be a way around them.
SEALED = frozenset({"generation", "last_opened_at", "name", "scope_key", "state"})
# What a link is for: fixed once somebody may hold its address.
SCOPE = frozenset({"company_id", "currency_id", "line_ids", "mode", "partner_id"})


class PaymentLink(models.Model):
    """One address where a customer sees what they owe and pays it, without a login.

    Holds decisions only: what is owed is read from the ledger each time.
    """

    _name = "payment.link"
    _description = "Payment link"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        help="The company that owes; a contact stands for the company it works for.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    mode = fields.Selection(
        [("invoices", "Chosen invoices"), ("balance", "Whole balance")],
        string="Asks for",
        required=True,
        default="invoices",
        help="Whole balance: everything that the customer owes in this currency on the"
        " day they open it; it stays active when nothing is owed.",
    )
    line_ids = fields.One2many(
        "payment.link.line", "link_id", string="Invoices", copy=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "Active"),
            ("paid", "Paid"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default="draft",
        tracking=True,
    )
    expires_at = fields.Datetime(
        string="Expires",
        copy=False,
        help="From this moment on the address no longer works. Empty: never.",
    )
    allow_partial = fields.Boolean(
        string="Other amounts",
        default=True,
        help="The customer may pay less than what they chose.",
    )
    minimum_amount = fields.Monetary(
        string="At least", help="The least that a partial payment may be."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self._person(self.env.user),
        copy=False,
        domain=[("share", "=", False)],
    )
    amount_due = fields.Monetary(compute="_compute_amount_due", compute_sudo=True)
    last_opened_at = fields.Datetime(string="Last opened", readonly=True, copy=False)
    revoke_reason = fields.Char(string="Why revoked", readonly=True, copy=False)
    settlement_ids = fields.One2many("payment.settlement", "link_id", readonly=True)
    payment_count = fields.Integer(compute="_compute_payment_count")
    generation = fields.Integer(
        readonly=True,
        copy=False,
        default=1,
        help="Counts the addresses of this link; only the last one works.",
    )
    scope_key = fields.Char(readonly=True, copy=False)

    _scope_unique = models.UniqueIndex(
        "(company_id, partner_id, currency_id, mode, COALESCE(scope_key, ''))"
        " WHERE state IN ('active', 'paid')",
        "There is an active payment link for exactly this already.",
    )
    _minimum_amount_sign = models.Constraint(
        "CHECK (minimum_amount >= 0)", "The least amount cannot be below zero."
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "mode", "partner_id", "currency_id", "company_id", "line_ids.amount_due"
    )
    def _compute_amount_due(self):
        balances = self.filtered(lambda link: link.mode == "balance")
        owed = balances._owed_by_debtor()
        for link in self:
            if link.mode == "balance":
                key = (link.company_id, link.partner_id, link.currency_id)
                link.amount_due = owed.get(key, 0.0)
            else:
                link.amount_due = sum(link.line_ids.mapped("amount_due"))

    def _owed_by_debtor(self):
        """Return {(company, partner, currency): open amount} in one query."""
        if not self:
            return {}
        groups = self.env["account.move.line"]._read_group(
            self._open_items_domain(),
            ["company_id", "partner_id", "currency_id"],
            ["amount_residual_currency:sum"],
        )
        return {tuple(key): amount for *key, amount in groups}

    def _compute_payment_count(self):
        counts = dict(
            self.env["payment.settlement"]._read_group(
                [("link_id", "in", self.ids), ("payment_id", "!=", False)],
                ["link_id"],
                ["payment_id:count_distinct"],
            )
        )
        for link in self:
            link.payment_count = counts.get(link, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains("state", "mode", "line_ids", "allow_partial", "minimum_amount")
    def _check_scope(self):
        for link in self:
            if link.state == "active" and link.mode == "invoices" and not link.line_ids:
                raise ValidationError(
                    self.env._("%(link)s asks for no invoice: add one.", link=link.name)
                )
            if link.mode == "balance" and link.line_ids:
                raise ValidationError(
                    self.env._(
                        "%(link)s asks for the whole balance, so it has no invoices of"
                        " its own: remove them or change what it asks for.",
                        link=link.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for values in vals_list:
            self._refuse_sealed(values)
            partner = self.env["res.partner"].browse(values.get("partner_id"))
            values["partner_id"] = partner.commercial_partner_id.id
        unnamed = [values for values in vals_list if values.get("name", "/") == "/"]
        for values, name in zip(unnamed, self._next_names(len(unnamed)), strict=True):
            values["name"] = name
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_sealed(vals)
        if SCOPE & vals.keys() and (
            done := self.filtered(lambda one: one.state != "draft")
        ):
            raise UserError(
                self.env._(
                    "%(link)s may be in its customer's hands already, so what it asks"
                    " for stays as it is. Revoke it and make another one.",
                    link=done[0].name,
                )
            )
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals = vals | {"partner_id": partner.commercial_partner_id.id}
        return super().write(vals)

    def _refuse_sealed(self, values):
        # Superuser mode is the methods of this model, after they checked the user.
        sealed = SEALED & values.keys()
        if not self.env.su and any(values[name] for name in sealed):
            raise UserError(
                self.env._(
                    "%(fields)s of a payment link changes through its buttons only.",
                    fields=", ".join(sorted(sealed)),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        for link in self:
            if link.state != "draft":
                raise UserError(
                    self.env._(
                        "%(link)s is %(state)s and stays as proof. Revoke it instead.",
                        link=link.name,
                        state=link._state_label(),
                    )
                )

    # === BUSINESS METHODS - MAKING LINKS === #

    @api.model
    def _for_items(self, items):
        """Return the live link for exactly these journal items; made if there is none.

        :raises UserError: items of several debtors, companies or currencies, or nothing
            owed on one of them.
        """
        company, partner, currency = self._one_debtor(items)
        scope = scope_key([(item.id, Decimal(0)) for item in items])
        known = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
                ("currency_id", "=", currency.id),
                ("mode", "=", "invoices"),
                ("scope_key", "=", scope),
                ("state", "in", tuple(LIVE_STATES)),
            ],
            limit=1,
        )
        if known:
            known._prolong()
            return known
        link = self.create(
            {
                "company_id": company.id,
                "partner_id": partner.id,
                "currency_id": currency.id,
                "expires_at": self._usual_expiry(company),
                "line_ids": [
                    fields.Command.create({"move_line_id": item.id}) for item in items
                ],
            }
        )
        link.action_activate()
        return link

    @api.model
    def _for_balance(self, company, partner, currency):
        """Return the live link of all that a customer owes; see `_for_balances`."""
        debtor = partner.commercial_partner_id
        return self._for_balances(company, [(debtor, currency)])[debtor, currency]

    @api.model
    def _for_balances(self, company, debtors):
        """Return {(customer, currency): live link of all that it owes} in a company.

        ``debtors`` are such pairs, of commercial partners; who has no link gets one.
        Queries do not depend on how many there are. For whom no record is a customer
        of their own to decide about: checks nobody's rights, as it is the standing
        address of a debtor and shows nothing by itself.

        :raises ConcurrencyError: somebody makes one of them at this moment; the request
            is tried again and finds it.
        """
        debtors = list(dict.fromkeys(debtors))
        known = self._known_for_balances(company, debtors)
        missing = [debtor for debtor in debtors if debtor not in known]
        values = [
            {
                "company_id": company.id,
                "partner_id": partner.id,
                "currency_id": currency.id,
                "mode": "balance",
                "user_id": self._person(partner.user_id or self.env.user).id,
            }
            for partner, currency in missing
        ]
        if not values:
            return known
        try:
            with self.env.cr.savepoint():
                # Messages are planned by jobs and by people who may not make links.
                made = self.sudo().create(values)
                made.action_activate()
        except UniqueViolation as error:
            # This transaction cannot see what another one has just stored.
            raise ConcurrencyError(str(error)) from error
        return known | dict(zip(missing, made, strict=True))

    @api.model
    def _known_for_balances(self, company, debtors):
        """Return {(customer, currency): live link} of those debtors who have one."""
        # See `_for_balances`: the standing address shows nothing by itself.
        found = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", [partner.id for partner, _ in debtors]),
                ("mode", "=", "balance"),
                ("state", "=", "active"),
            ]
        )
        known = {(link.partner_id, link.currency_id): link for link in found}
        return {debtor: known[debtor] for debtor in debtors if debtor in known}

    @api.model
    def _person(self, user):
        """Return ``user`` if it is a colleague who can be asked, else nobody."""
        return user.filtered(lambda one: one.active and not one.share)

    @api.model
    def _one_debtor(self, items):
        """Return the (company, partner, currency) that all ``items`` share."""
        debtors = {(one.company_id, one.partner_id, one.currency_id) for one in items}
        if len(debtors) != 1:
            raise UserError(
                self.env._(
                    "A payment link is for one customer, one company and one currency."
                    " Choose open items that share them."
                )
            )
        return debtors.pop()

    @api.model
    def _usual_expiry(self, company):
        """Return the moment at which a new link of ``company`` expires, or False."""
        days = company.payment_link_days
        return company._receivables_now() + timedelta(days=days) if days else False

    def _prolong(self):
        """Let a link that is sent again live as long as a new one would."""
        expiry = self._usual_expiry(self.company_id)
        if self.expires_at and (not expiry or self.expires_at < expiry):
            self.expires_at = expiry

    # === ACTION METHODS === #

    def action_activate(self):
        """Check what the links ask for and let their addresses work."""
        self.check_access("write")
        self.line_ids._check_owed()
        by_scope = self.grouped(
            lambda link: scope_key(
                (line.move_line_id.id, Decimal(str(line.amount_cap)))
                for line in link.line_ids
            )
        )
        for scope, links in by_scope.items():
            links._move_to("active", scope_key=scope)

    def action_revoke(self, reason=""):
        """Put these links' addresses out of force, for good."""
        self.check_access("write")
        for link in self._move_to("revoked", revoke_reason=reason):
            link.activity_unlink(["mail.mail_activity_data_todo"])
            if reason:
                link.message_post(body=self.env._("Revoked: %(why)s", why=reason))

    def action_rotate(self):
        """Give these links a new address; the old one stops working at once."""
        self.check_access("write")
        for link in self:
            if link.state not in LIVE_STATES:
                raise UserError(
                    self.env._(
                        "%(link)s is %(state)s: it has no address to replace.",
                        link=link.name,
                        state=link._state_label(),
                    )
                )
            link.sudo().generation += 1
            link.message_post(body=self.env._("New address: earlier ones are dead."))

    def action_renew(self):
        """Open a new link for what a revoked or expired one asked for."""
        self.ensure_one()
        if self.mode == "balance":
            self.check_access("write")
            link = self._for_balance(self.company_id, self.partner_id, self.currency_id)
        else:
            owed = self.line_ids.filtered("amount_due").move_line_id
            if not owed:
                raise UserError(
                    self.env._("Nothing is owed any more on %(link)s.", link=self.name)
                )
            link = self._for_items(owed)
        return link._get_records_action()

    def action_view_payments(self):
        """Return the action of the payments that came through this link."""
        self.ensure_one()
        payments = self.settlement_ids.payment_id
        return payments._get_records_action(name=self.env._("Payments"))

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
