from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..core.ageing import BUCKETS

DUE_SOON_DAYS = 7
CHANGE_DAYS = 30
DEBTORS = 5


class ReceivablesFrontPage(models.AbstractModel):
    """The figures on the app's first screen, each with the records behind it.

    Of the current company, in its currency, as far as the user may see; read from the
    profiles, so that a million items cost what their debtors cost. Whoever adds a
    figure extends `_cards` and `_card_action`.
    """

    _name = "receivables.front.page"
    _description = "Front page of collections"

    @api.model
    def read_page(self):
        """Return the whole page as the client shows it; amounts in company currency.

        Keys: `currency_id`, `refreshed_at` (UTC or False), `cards`, `ageing`,
        `segments`, `debtors`, `first_steps` (empty once notices were looked at).

        :raises AccessError: the user belongs to none of our groups.
        """
        self._check_reader()
        company = self.env.company
        profiles = self.env["receivables.profile"]
        profiles._ensure_computed()
        [[refreshed_at]] = profiles._read_group(
            self._profile_domain(), [], ["refreshed_at:min"]
        )
        return {
            "currency_id": company.currency_id.id,
            "refreshed_at": refreshed_at,
            "cards": self._cards(),
            "ageing": self._ageing(),
            "segments": self._segments(),
            "debtors": self._debtors(),
            "first_steps": self._first_steps(),
        }

    @api.model
    def open_card(self, name):
        """Return the action behind the card or first step ``name``.

        :raises UserError: there is no such card, or not for this user.
        """
        self._check_reader()
        action = self._card_action(name)
        if not action:
            raise UserError(
                self.env._("The front page has nothing called “%(name)s”.", name=name)
            )
        return action

    @api.model
    def _check_reader(self):
        groups = (
            "receivables_automation.group_receivables_user",
            "receivables_automation.group_receivables_auditor",
            "sales_team.group_sale_salesman",
        )
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._(
                    "The front page is for collectors, auditors and salespeople."
                    " Ask your administrator for one of the roles."
                )
            )

    @api.model
    def _profile_domain(self):
        return Domain("company_id", "=", self.env.company.id)

    @api.model
    def _may_see_notices(self):
        return self.env["receivables.dunning.run"].has_access("read")

    # === FIGURES ===

    @api.model
    def _cards(self):
        """Return the cards, first things first.

        Each is {`name`, `title`, `detail`, `is_bad`} with `amount` (company currency)
        or `count`.
        """
        profiles = self.env["receivables.profile"]
        [sums] = profiles._read_group(
            self._profile_domain(),
            [],
            [
                "open_amount:sum",
                "overdue_amount:sum",
                "open_dispute_amount:sum",
                "unapplied_amount:sum",
            ],
        )
        # The sum of nothing is False.
        owed, overdue, disputed, credit = (amount or 0.0 for amount in sums)
        late = profiles.search_count(
            self._profile_domain() & Domain("overdue_amount", ">", 0)
        )
        share = f"{overdue / owed:.0%}" if owed else "0%"
        soon, soon_count = self._due_soon()
        cards = [
            *self._notice_card(),
            {
                "name": "overdue",
                "title": self.env._("Overdue"),
                "amount": overdue,
                "detail": self.env._(
                    "%(share)s of what is owed · customers: %(count)s",
                    share=share,
                    count=late,
                ),
                "is_bad": overdue > 0,
            },
            {
                "name": "due_soon",
                "title": self.env._("Due within %(days)s days", days=DUE_SOON_DAYS),
                "amount": soon,
                "detail": self.env._("Items: %(count)s", count=soon_count),
                "is_bad": False,
            },
            {
                "name": "owed",
                "title": self.env._("Owed"),
                "amount": owed,
                "detail": self.env._("Overdue and not yet due"),
                "is_bad": False,
            },
        ]
        if disputed:
            cards.append(
                {
                    "name": "disputed",
                    "title": self.env._("In dispute"),
                    "amount": disputed,
                    "detail": self.env._("Is not chased until it is solved"),
                    "is_bad": False,
                }
            )
        if credit:
            cards.append(
                {
                    "name": "unapplied",
                    "title": self.env._("Credit not applied"),
                    "amount": credit,
                    "detail": self.env._("Payments and credit notes to apply"),
                    "is_bad": False,
                }
            )
        return cards

    @api.model
    def _notice_card(self):
        """Return the card of today's notices, for whoever may see notices."""
        if not self._may_see_notices():
            return []
        run = self._run_of_today()
        detail = (
            dict(run._fields["state"]._description_selection(self.env))[run.state]
            if run
            else self.env._("Not looked at yet")
        )
        return [
            {
                "name": "notices",
                "title": self.env._("Notices of today"),
                "count": run.notice_count,
                "detail": detail,
                "is_bad": False,
            }
        ]

    @api.model
    def _run_of_today(self):
        return self.env["receivables.dunning.run"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("date", "=", self.env.company._receivables_today()),
                ("state", "!=", "cancelled"),
            ],
            limit=1,
        )

    @api.model
    def _due_soon_domain(self):
        action = self.env["account.move.line"].action_receivables_open_items()
        return (
            Domain(action["domain"])
            & Domain("company_id", "=", self.env.company.id)
            & Domain("amount_residual", ">", 0)
            & Domain("receivables_days_overdue", "<=", 0)
            & Domain("receivables_days_overdue", ">=", -DUE_SOON_DAYS)
        )

    @api.model
    def _due_soon(self):
        """Return (amount, number) of the items that fall due in the next days."""
        [[amount, count]] = self.env["account.move.line"]._read_group(
            self._due_soon_domain(), [], ["amount_residual:sum", "__count"]
        )
        return amount or 0.0, count

    @api.model
    def _ageing(self):
        """Return the buckets of `core/ageing.py` that hold something, in order."""
        profiles = self.env["receivables.profile"]
        [amounts] = profiles._read_group(
            self._profile_domain(), [], [f"{bucket.field}:sum" for bucket in BUCKETS]
        )
        return [
            {
                "name": bucket.field,
                "label": profiles._fields[bucket.field]._description_string(self.env),
                "amount": amount,
            }
            for bucket, amount in zip(BUCKETS, amounts, strict=True)
            if amount
        ]

    @api.model
    def _segments(self):
        """Return each segment with debtors that owe, and its change in a month.

        `change` counts who came less who left; None for whoever may not read history.
        """
        groups = self.env["receivables.profile"]._read_group(
            self._profile_domain() & Domain("open_amount", ">", 0),
            ["segment_id"],
            ["__count"],
        )
        change = self._segment_changes()
        return [
            {
                "id": segment.id,
                "name": segment.name or self.env._("Without segment"),
                "color": segment.color,
                "count": count,
                "change": None if change is None else change.get(segment.id, 0),
            }
            for segment, count in groups
        ]

    @api.model
    def _segment_changes(self):
        """Return {segment id: arrivals less departures} of the last days, or None."""
        history = self.env["receivables.segment.history"]
        if not history.has_access("read"):
            return None
        since = self.env.company._receivables_today() - timedelta(days=CHANGE_DAYS)
        changes = {}
        for left, came, count in history._read_group(
            [("company_id", "=", self.env.company.id), ("date", ">", since)],
            ["segment_from_id", "segment_id"],
            ["__count"],
        ):
            # The first segment of a debtor is no change.
            if left:
                changes[left.id] = changes.get(left.id, 0) - count
                changes[came.id] = changes.get(came.id, 0) + count
        return changes

    @api.model
    def _debtors(self):
        """Return who owes most overdue, the user's own debtors before others."""
        profiles = self.env["receivables.profile"]
        late = self._profile_domain() & Domain("overdue_amount", ">", 0)
        mine = Domain("collector_id", "=", self.env.uid) | Domain(
            "user_id", "=", self.env.uid
        )
        chosen = profiles.search(late & mine, limit=DEBTORS)
        if len(chosen) < DEBTORS:
            chosen += profiles.search(
                late & Domain("id", "not in", chosen.ids), limit=DEBTORS - len(chosen)
            )
        return [
            {
                "id": profile.id,
                "name": profile.partner_id.display_name,
                "segment": profile.segment_id.name or "",
                "color": profile.segment_color,
                "overdue": profile.overdue_amount,
                "days": profile.days_overdue_oldest,
                "is_paused": bool(profile.pause_until),
            }
            for profile in chosen
        ]

    # === FIRST STEPS ===

    @api.model
    def _first_steps(self):
        """Return what a new company does first, with what is done; empty when over.

        Each is {`name`, `title`, `text`, `is_done`}.
        """
        company = Domain("company_id", "=", self.env.company.id)
        runs = self.env["receivables.dunning.run"]
        if not self._may_see_notices() or runs.search_count(
            company & Domain("state", "!=", "draft"), limit=1
        ):
            return []
        policies = self.env["receivables.policy"]
        steps = [
            (
                "load_invoices",
                self.env._("Load invoices"),
                self.env._("What customers owe comes from posted invoices."),
                self.env["receivables.profile"].search_count(company, limit=1),
            ),
            (
                "review_policy",
                self.env._("Review the policy"),
                self.env._("Who gets credit, on which terms."),
                policies.search_count(company, limit=1),
            ),
            (
                "first_notice",
                self.env._("See the first notice"),
                self.env._("Look at today's messages; nothing is sent yet."),
                False,
            ),
        ]
        if not policies.has_access("create"):
            steps = [step for step in steps if step[0] != "review_policy"]
        return [
            {"name": name, "title": title, "text": text, "is_done": bool(done)}
            for name, title, text, done in steps
        ]

    # === ACTIONS ===

    @api.model
    def _card_action(self, name):
        """Return the action behind the card or step ``name``, None where there is none.

        Names with an argument read `bucket:amount_1_30` and `segment:12`.
        """
        kind, _colon, argument = name.partition(":")
        customers = {
            "overdue": Domain("overdue_amount", ">", 0),
            "owed": Domain("open_amount", ">", 0),
            "disputed": Domain("open_dispute_amount", ">", 0),
            "unapplied": Domain("unapplied_amount", ">", 0),
        }
        if kind in customers:
            return self._customers_action(customers[kind])
        if kind == "segment" and argument.isdecimal():
            return self._customers_action(
                Domain("open_amount", ">", 0)
                & Domain("segment_id", "=", int(argument) or False)
            )
        if kind == "bucket" and argument in {bucket.field for bucket in BUCKETS}:
            return self._customers_action(Domain(argument, ">", 0))
        if kind == "due_soon":
            action = self.env["account.move.line"].action_receivables_open_items()
            return action | {"domain": list(self._due_soon_domain()), "context": {}}
        if kind == "debtor" and argument.isdecimal():
            return {
                "type": "ir.actions.act_window",
                "res_model": "receivables.profile",
                "res_id": int(argument),
                "views": [(False, "form")],
            }
        return self._step_action(kind)

    @api.model
    def _customers_action(self, domain):
        action = self.env["receivables.profile"].action_customers()
        return action | {"domain": list(self._profile_domain() & domain), "context": {}}

    @api.model
    def _step_action(self, name):
        """Return the action of today's notices or of a first step."""
        window = self.env["ir.actions.act_window"]
        if name in ("notices", "first_notice") and self._may_see_notices():
            run = self._run_of_today()
            return window._for_xml_id(
                "receivables_automation.receivables_dunning_run_action"
            ) | {"views": [(False, "form")], "res_id": run.id}
        if name == "review_policy":
            return window._for_xml_id(
                "receivables_automation.receivables_policy_action"
            )
        if name == "load_invoices":
            return window._for_xml_id("account.action_move_out_invoice")
        return None
