from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.receivables_automation.core.states import ForbiddenMove, move

from ..core.settlement_state import SETTLEMENT

HEAD_START = timedelta(minutes=2)
# Facts as they came; only what became of them changes.
FACTS = frozenset(
    {
        "amount",
        "company_id",
        "currency_id",
        "external_key",
        "paid_on",
        "rail",
        "transaction_id",
    }
)
OUTCOME = frozenset(
    {
        "attempts",
        "candidate_ids",
        "credit_amount",
        "link_id",
        "partner_id",
        "payment_id",
        "reason",
        "state",
    }
)


class PaymentSettlement(models.Model):
    """Money as a rail reports it: kept first, processed after, as often as it takes."""

    _name = "payment.settlement"
    _description = "Payment received"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "external_key"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    rail = fields.Selection(
        [("provider", "Payment provider")],
        required=True,
        readonly=True,
        help="The way by which the money came.",
    )
    external_key = fields.Char(
        required=True, readonly=True, help="By which the rail names this money."
    )
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, index=True, ondelete="restrict"
    )
    reference = fields.Char(related="transaction_id.reference")
    link_id = fields.Many2one(
        "payment.link", readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    paid_on = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("applied", "Applied"),
            ("parked", "To review"),
            ("duplicate", "Reported twice"),
            ("returned", "Returned"),
        ],
        required=True,
        readonly=True,
        index=True,
        default="received",
        tracking=True,
    )
    reason = fields.Char(readonly=True)
    attempts = fields.Integer(readonly=True)
    payment_id = fields.Many2one(
        "account.payment", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    candidate_ids = fields.Many2many(
        "account.payment", string="Could be", readonly=True
    )
    chosen_payment_id = fields.Many2one(
        "account.payment", string="It is", domain="[('id', 'in', candidate_ids)]"
    )
    credit_amount = fields.Monetary(
        string="Left as credit",
        readonly=True,
        help="What found nothing to settle when it came: the customer's credit.",
    )

    _external_key_unique = models.Constraint(
        "UNIQUE (company_id, rail, external_key)",
        "This money has been recorded already.",
    )
    _transaction_unique = models.UniqueIndex(
        "(transaction_id) WHERE transaction_id IS NOT NULL",
        "This transaction has been recorded already.",
    )

    def write(self, vals):
        # Users decide which payment it is; the rest is this model's own doing.
        is_sealed = not self.env.su and vals.keys() & OUTCOME
        if is_sealed or FACTS & vals.keys():
            raise UserError(
                self.env._("What a payment rail reported is proof: it never changes.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("What a payment rail reported is proof: it is never deleted.")
        )

    def _move_to(self, target, **values):
        """Bring this settlement to ``target``; a repeat changes nothing.

        :raises UserError: it cannot become that.
        """
        self.ensure_one()
        try:
            is_change = move(SETTLEMENT, self.state, target)
        except ForbiddenMove as error:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Payment %(key)s is %(state)s and cannot become %(target)s.",
                    key=self.external_key,
                    state=labels[error.source],
                    target=labels[error.target],
                )
            ) from error
        if is_change:
            # The door has checked the user, or follows the rail.
            self.sudo().write({"state": target} | values)

    # === RECEIVING === #

    @api.model
    def _receive(self, transactions):
        """Return the settlement of each confirmed link transaction, made if missing."""
        settlements = self.browse()
        for transaction in transactions:
            known = self.search([("transaction_id", "=", transaction.id)])
            settlements |= known or self.create(self._values_of(transaction))
        cron = self.env.ref("payment_links.ir_cron_process", raise_if_not_found=False)
        if cron and settlements.filtered(lambda one: one.state == "received"):
            # The payer's own browser asks first; the job is for whoever closed it.
            cron.sudo()._trigger(at=fields.Datetime.now() + HEAD_START)
        return settlements

    def _values_of(self, transaction):
        company = transaction.company_id
        values = {
            "company_id": company.id,
            "rail": "provider",
            "external_key": transaction.reference,
            "transaction_id": transaction.id,
            "link_id": transaction.payment_link_id.id,
            "partner_id": transaction.partner_id.commercial_partner_id.id,
            "currency_id": transaction.currency_id.id,
            "amount": transaction.amount,
            "paid_on": company._receivables_today(),
        }
        number = transaction.provider_reference
        # Parts that are captured one by one may share their provider's number.
        if number and not transaction.source_transaction_id:
            key = f"{transaction.provider_id.id}:{number}"
            domain = [
                ("company_id", "=", company.id),
                ("rail", "=", "provider"),
                ("external_key", "=", key),
            ]
            if not self.search_count(domain, limit=1):
                return values | {"external_key": key}
            values |= {
                "state": "duplicate",
                "reason": self.env._(
                    "The provider reports payment %(number)s a second time, for another"
                    " transaction. Look it up at the provider before you accept it.",
                    number=number,
                ),
            }
        return values

    @api.model
    def _cron_process(self):
        """Process what came and is not applied yet, for as long as it takes."""
        ids = self.search([("state", "=", "received")], order="attempts, id").ids
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(ids))
        for settlement_id in ids:
            # What somebody else is at, they finish.
            if settlement := self.browse(settlement_id).try_lock_for_update():
                settlement._process()
            if not progress(1):
                break

    # === ACTION METHODS === #

    def action_retry(self):
        """Try again what could not be applied."""
        self._check_decider()
        self.sudo()._process()

    def action_same_money(self):
        """Take a parked payment for the one that was chosen."""
        self.ensure_one()
        self._check_decider()
        if self.chosen_payment_id not in self.candidate_ids:
            raise UserError(self.env._("Choose which payment it is first."))
        settlement = self.sudo()
        settlement._move_to("received", reason=False)
        settlement._process(same_as=self.chosen_payment_id.sudo())

    def action_other_money(self):
        """Accept a parked or repeated payment as money of its own."""
        self.ensure_one()
        self._check_decider()
        settlement = self.sudo()
        settlement._move_to("received", reason=False)
        settlement._process(is_new=True)

    def _check_decider(self):
        """Refuse whoever may not decide where money goes.

        :raises AccessError: the user is no collector or manager of this company.
        """
        self.check_access("write")
