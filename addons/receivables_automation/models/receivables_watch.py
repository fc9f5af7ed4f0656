from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .res_partner_receivables import READERS


class ReceivablesWatch(models.Model):
    """A debtor on the watch list: by which rule, since when, and what is proposed.

    One entry per debtor and rule while the cause lives, so that nobody is told of it
    twice; an entry that a person closed stays until its cause is gone.
    """

    _name = "receivables.watch"
    _description = "Debtor on the watch list"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state DESC, opened_on DESC, id DESC"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    rule_id = fields.Many2one(
        "receivables.watch.rule",
        string="Reason",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    opened_on = fields.Date(string="Since", required=True, readonly=True)
    state = fields.Selection(
        [("open", "On the list"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    is_told = fields.Boolean(
        readonly=True, help="Whoever answers for the customer has had a task for it."
    )
    is_cause_live = fields.Boolean(string="Cause still there", readonly=True)
    value = fields.Float(string="Figure", readonly=True)
    facts = fields.Json(
        readonly=True, help="The facts of the profile when the debtor came on the list."
    )
    explanation = fields.Text(string="Evidence", compute="_compute_explanation")
    proposal = fields.Selection(
        [
            ("none", "Nothing"),
            ("limit", "A lower limit"),
            ("guarantee", "A guarantee"),
        ],
        readonly=True,
        required=True,
    )
    # Salespeople see why a customer is watched; what tells the limit is not for them.
    proposed_amount = fields.Monetary(readonly=True, groups=READERS)
    limit_then = fields.Monetary(readonly=True, groups=READERS)
    owed_then = fields.Monetary(readonly=True, groups=READERS)
    percent = fields.Integer(readonly=True, groups=READERS)
    arithmetic = fields.Char(compute="_compute_arithmetic", groups=READERS)
    close_reason = fields.Char(readonly=True, groups=READERS)
    closed_on = fields.Date(readonly=True)
    closed_by_id = fields.Many2one(
        "res.users", string="Closed by", readonly=True, ondelete="set null"
    )

    _live_cause_once = models.UniqueIndex(
        "(company_id, partner_id, rule_id) WHERE is_cause_live",
        "This debtor is on the list by this rule already.",
    )

    @api.depends("facts", "rule_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        profile = self.env["receivables.profile"]
        known = profile._fact_names()
        for watch in self:
            # In the company's currency, as the profile has them.
            own = profile.new({"company_id": watch.company_id.id})
            watch.explanation = "\n".join(
                self.env._(
                    "%(fact)s: %(value)s",
                    fact=profile._fact_label(name),
                    value=own._value_in_words(name, value),
                )
                for name, value in (watch.facts or {}).items()
                if name in known
            )

    @api.depends("proposal", "proposed_amount", "limit_then", "owed_then", "percent")
    @api.depends_context("lang")
    def _compute_arithmetic(self):
        for watch in self:
            money = watch.currency_id.format
            if watch.proposal == "none":
                watch.arithmetic = False
            elif watch.proposal == "limit" and watch.limit_then > 0:
                watch.arithmetic = self.env._(
                    "Limit %(limit)s less %(percent)s %% = %(amount)s",
                    limit=money(watch.limit_then),
                    percent=watch.percent,
                    amount=money(watch.proposed_amount),
                )
            elif watch.proposal == "limit":
                watch.arithmetic = self.env._(
                    "Had no limit: what was owed, %(amount)s, and no more",
                    amount=money(watch.proposed_amount),
                )
            else:
                watch.arithmetic = self.env._(
                    "Guarantee for what is owed: %(amount)s",
                    amount=money(watch.proposed_amount),
                )

    # === CLOSING ===

    def action_close(self):
        """Return the dialog that asks why these are taken off the list."""
        self._check_may_close()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take off the watch list"),
            "res_model": "receivables.watch.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_watch_ids": self.ids},
        }

    def _check_may_close(self):
        """Refuse whoever is no collector.

        :raises AccessError: says who may.
        """
        self.check_access("read")
        if not self.env.user.has_group("receivables_automation.group_receivables_user"):
            raise AccessError(
                self.env._(
                    "Only collectors and finance managers decide on the watch list."
                )
            )

    def _close(self, reason):
        """Take these off the list by hand; the same cause does not bring them back.

        :raises UserError: no reason.
        :raises AccessError: no collector.
        """
        self._check_may_close()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the debtor is taken off the list."))
        self.filtered(lambda watch: watch.state == "open")._end(
            close_reason=reason.strip(), closed_by_id=self.env.uid
        )

    def _end(self, **values):
        """Close these with ``values``, and the tasks that told of them."""
        # Nobody writes the list but its rules and this method.
        entries = self.sudo()
        by_company = entries.grouped("company_id")
        for company, some in by_company.items():
            some.write(
                {"state": "closed", "closed_on": company._receivables_today()} | values
            )
        entries.activity_unlink(["mail.mail_activity_data_todo"])

    def action_apply_limit(self):
        """Return the dialog that gives the proposed limit; expects one entry.

        :raises AccessError: no finance manager.
        :raises UserError: nothing is proposed any more.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group(
            "receivables_automation.group_receivables_manager"
        ):
            raise AccessError(self.env._("Only finance managers change a limit."))
        if self.proposal != "limit" or self.state != "open":
            raise UserError(
                self.env._(
                    "Nothing is proposed for %(customer)s any more.",
                    customer=self.partner_id.display_name,
                )
            )
        customer = self.partner_id.with_company(self.company_id)
        return customer.action_receivables_change_limit(
            watch_id=self.id,
            limit_new=self.proposed_amount,
            reason=self.env._("Watch list: %(rule)s", rule=self.rule_id.name),
        )

    def _follow_limit(self, customer, company, limit):
        """Close these as far as a change of this customer's limit answers them."""
        answered = self.filtered(
            lambda one: (
                one.partner_id == customer
                and one.company_id == company
                and one.proposal == "limit"
                and one.state == "open"
            )
        )
        if answered:
            answered._close(self.env._("Limit changed to %s.", limit))

    def action_open_profile(self):
        """Return the debtor's sheet; expects one."""
        self.ensure_one()
        return self.partner_id.with_company(
            self.company_id
        ).action_receivables_profile()
