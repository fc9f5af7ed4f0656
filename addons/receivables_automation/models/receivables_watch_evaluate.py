import json
from decimal import Decimal

from odoo import api, models
from odoo.fields import Date, Domain
from odoo.tools import SQL

from ..core.segment_explanation import leaves
from ..core.watch import Entry, Step, lower_limit, step_of_condition, step_of_rise
from .res_partner_receivables import DEBT_READERS, READERS


class ReceivablesWatch(models.Model):
    _inherit = "receivables.watch"

    @api.model
    def _evaluate(self, companies):
        """Bring the watch list of these companies to their profiles.

        Constant number of queries, whatever the number of debtors. A second run changes
        nothing and tells nobody.
        """
        # Rules and entries are the same for whoever has it computed.
        watch = self.sudo().with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        )
        rules = self.env["receivables.watch.rule"].sudo().search(Domain.TRUE)
        for company in companies:
            own = rules.filtered(
                lambda one, of=company: not one.company_id or one.company_id == of
            )
            # What a customer has in each company, and what day it is, are its own.
            usable = own.with_company(company)._usable()
            watch.with_company(company)._evaluate_company(company, usable)

    def _evaluate_company(self, company, rules):
        profiles = self.env["receivables.profile"].sudo()
        mine = Domain("company_id", "=", company.id)
        latest = self._latest_entries(company)
        today = company._receivables_today()
        opened, over = [], self.browse()
        self._end_idle(latest.values(), rules)
        # Whom no rule concerns, and none ever did, is not looked at.
        watched = Domain("partner_id", "in", {partner for partner, _rule in latest})
        found = profiles.search(mine & watched) if rules else profiles
        judged = []
        asked = []
        for rule in rules:
            asked.append(mine & rule._enters() & (rule._rises() | watched))
            asked.append(mine & watched & rule._leaves())
        told = iter(profiles._meeting_each(asked))
        for rule, met, gone in zip(rules, told, told, strict=True):
            if met is None or gone is None:
                rule._log_unreadable()
                continue
            judged.append((rule, set(met), set(gone)))
            found |= profiles.browse(met)
        facts = found._facts()
        customers = {
            profile: partner for profile, (_, partner) in found._debtor_ids().items()
        }
        for rule, met, gone in judged:
            for profile in found:
                entry = latest.get((customers[profile.id], rule.id))
                if profile.id not in met and not (entry and entry.is_cause_live):
                    continue
                known = facts[profile]
                step = self._step(rule, entry, known, profile.id, met, gone, today)
                value = known.get(rule.fact) or 0
                if step in (Step.OVER, Step.RENEW, Step.FOLLOW):
                    over |= entry
                    entry.write({"is_cause_live": False, "value": value})
                if step in (Step.OPEN, Step.RENEW):
                    opened.append((known, customers[profile.id], rule, value))
        if ended := over.filtered(lambda one: one.state == "open"):
            ended._end(close_reason=self.env._("The cause is gone."))
        # The index allows one live entry: the old ones go before the new ones come.
        self.flush_model()
        self._open(company, opened, today)
        self._tell(company)

    @api.model
    def _end_idle(self, entries, rules):
        """End what no rule of the company looks at any more: nothing else would."""
        idle = self.browse().concat(
            *(one for one in entries if one.is_cause_live and one.rule_id not in rules)
        )
        idle.write({"is_cause_live": False})
        # Switched on again, the rule tells anew of what it was still telling of.
        idle.filtered(
            lambda one: one.state == "open" and one.rule_id.kind == "rises"
        ).write({"value": 0})
        if on_list := idle.filtered(lambda one: one.state == "open"):
            on_list._end(close_reason=self.env._("The rule was switched off."))

    def _latest_entries(self, company):
        """Return {(customer id, rule id): latest entry}."""
        latest = {}
        for entry in self.search([("company_id", "=", company.id)], order="id"):
            latest[entry.partner_id.id, entry.rule_id.id] = entry
        return latest

    def _step(self, rule, entry, known, profile_id, met, gone, today):
        core = entry and Entry(
            entry.is_cause_live, entry.opened_on, Decimal(str(entry.value))
        )
        if rule.kind == "holds":
            return step_of_condition(core, profile_id in met, profile_id in gone)
        value = known.get(rule.fact)
        return step_of_rise(
            core,
            None if value is None else Decimal(str(value)),
            Decimal(rule.least_rise),
            today,
            rule.quiet_days,
        )

    def _open(self, company, opened, today):
        """Put debtors on the list: (facts, customer id, rule, value) each."""
        coin = Decimal(str(company.currency_id.rounding))
        ids = {customer for _known, customer, _rule, _value in opened}
        customers = self.env["res.partner"].with_company(company).browse(ids)
        limits = {one.id: one.credit_limit for one in customers}
        looked_at = {
            rule: self._looked_at(rule)
            for rule in {rule for _known, _customer, rule, _value in opened}
        }
        values = []
        for known, customer, rule, value in opened:
            limit = limits[customer]
            owed = max(known["open_amount"] - known["unapplied_amount"], 0)
            amount = owed
            if rule.proposal == "none":
                amount = 0
            elif rule.proposal == "limit":
                amount = float(
                    lower_limit(
                        Decimal(str(limit)),
                        Decimal(str(owed)),
                        Decimal(rule.percent),
                        coin,
                    )
                )
            # A limit of 0 would be none at all, a guarantee of 0 nothing.
            proposal = rule.proposal if amount > 0 else "none"
            values.append(
                {
                    "company_id": company.id,
                    "partner_id": customer,
                    "rule_id": rule.id,
                    "opened_on": Date.to_string(today),
                    "is_cause_live": True,
                    "value": value,
                    "facts": self._as_json(known, looked_at[rule]),
                    "proposal": proposal,
                    "proposed_amount": amount,
                    "limit_then": limit,
                    "owed_then": owed,
                    "percent": rule.percent,
                }
            )
        self._insert(values)

    @api.model
    def _insert(self, values):
        """Create entries in one query: a bad month brings thousands of them."""
        if not values:
            return
        names = list(values[0])
        types = {name: SQL(self._fields[name].column_type[1]) for name in names}
        self.env.cr.execute(
            SQL(
                """
INSERT INTO receivables_watch (
    state, create_uid, create_date, write_uid, write_date, %(names)s)
SELECT 'open', %(uid)s, %(now)s, %(uid)s, %(now)s, %(names)s
  FROM json_to_recordset(%(rows)s::json) AS entry (%(columns)s)
                """,
                names=SQL(", ").join(map(SQL.identifier, names)),
                columns=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), kind)
                    for name, kind in types.items()
                ),
                rows=json.dumps(values),
                now=self.env.company._receivables_now(),
                uid=self.env.uid,
            )
        )
        self.invalidate_model()

    @api.model
    def _looked_at(self, rule):
        """Return the names of the facts that show why a rule is met."""
        names = {
            leaf.field
            for leaf in leaves(rule._condition(rule.condition_domain)._tree())
        }
        if rule.kind == "rises":
            names.add(rule.fact)
        return sorted(names | {"open_amount", "overdue_amount"})

    @api.model
    def _as_json(self, known, names):
        """Return of some facts those named, as they are."""
        return {
            name: Date.to_string(known[name])
            if hasattr(known[name], "year")
            else known[name]
            for name in names
            if name in known
        }

    def _tell(self, company):
        """Give collector and salesperson one task for each entry not told of yet.

        Where nobody who answers for a customer may open the entry, whoever does later
        is told then.
        """
        untold = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("is_told", "=", False),
            ]
        )
        if not untold:
            return
        by_customer = (
            self.env["receivables.profile"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", untold.partner_id.ids),
                ]
            )
            .grouped("partner_id")
        )
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        tasks, told = [], self.browse()
        collectors = self._members(READERS, company)
        salespeople = self._members(DEBT_READERS, company)
        for entry in untold:
            profile = by_customer.get(entry.partner_id, self.env["receivables.profile"])
            users = (profile.collector_id & collectors) | (
                entry.partner_id.user_id & salespeople
            )
            for user in users:
                told |= entry
                own = entry.with_context(lang=user.lang)
                summary = own.env._(
                    "Watch list: %(customer)s, %(rule)s",
                    customer=own.partner_id.display_name,
                    rule=own.rule_id.name,
                )
                tasks.append(
                    {
                        "activity_type_id": todo.id,
                        "automated": True,
                        "res_model_id": model_id,
                        "res_id": entry.id,
                        "date_deadline": entry.opened_on,
                        "user_id": user.id,
                        "summary": summary,
                    }
                )
        # A task is read in Odoo; an email for each would be noise.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            tasks
        )
        told.is_told = True

    @api.model
    def _members(self, groups, company):
        """Return the active users of ``company`` who have one of these groups."""
        users = self.env["res.users"]
        for group in groups.split(","):
            users |= self.env.ref(group).all_user_ids
        return users.filtered(lambda user: user.active and company in user.company_ids)
