from decimal import Decimal

from odoo import api, models
from odoo.fields import Date, Domain

from ..core.segment_explanation import leaves
from ..core.watch import Entry, Step, lower_limit, step_of_condition, step_of_rise


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
            watch._evaluate_company(company, own._usable())

    def _evaluate_company(self, company, rules):
        profiles = self.env["receivables.profile"].sudo()
        mine = Domain("company_id", "=", company.id)
        latest = self._latest_entries(company)
        today = company._receivables_today()
        opened, over = [], self.browse()
        judged = [
            (
                rule,
                set(profiles._search(mine & rule._enters()).get_result_ids()),
                set(profiles._search(mine & rule._leaves()).get_result_ids()),
            )
            for rule in rules
        ]
        # Whom no rule is met by, and none ever was, is not looked at.
        found = profiles
        if rules:
            watched = {partner for partner, _rule in latest}
            found = profiles.search(mine & Domain("partner_id", "in", watched))
            everybody = set().union(*(met for _rule, met, _gone in judged))
            found |= profiles.browse(sorted(everybody))
        facts = found._facts()
        for rule, met, gone in judged:
            for profile in found:
                known = facts[profile]
                entry = latest.get((profile.partner_id.id, rule.id))
                step = self._step(rule, entry, known, profile.id, met, gone, today)
                value = known.get(rule.fact) or 0
                if step in (Step.OVER, Step.RENEW, Step.FOLLOW):
                    over |= entry
                    entry.write({"is_cause_live": False, "value": value})
                if step in (Step.OPEN, Step.RENEW):
                    opened.append((profile, rule, value))
        reason = self.env._("The cause is gone.")
        over.filtered(lambda one: one.state == "open")._end(close_reason=reason)
        # The index allows one live entry: the old ones go before the new ones come.
        self.flush_model()
        self._open(company, opened, facts, today)
        self._tell(company, found)

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
        if profile_id not in met and not (core and core.is_live):
            return Step.NONE
        return step_of_rise(
            core,
            None if value is None else Decimal(str(value)),
            Decimal(rule.least_rise),
            today,
            rule.quiet_days,
        )

    def _open(self, company, opened, facts, today):
        """Put debtors on the list: (profile, rule, value) each."""
        coin = Decimal(str(company.currency_id.rounding))
        customers = self.env["res.partner"].union(
            *(profile.partner_id for profile, _rule, _value in opened)
        )
        limits = {one.id: one.credit_limit for one in customers.with_company(company)}
        values = []
        rules = self.env["receivables.watch.rule"].union(
            *(rule for _profile, rule, _value in opened)
        )
        looked_at = {rule: self._looked_at(rule) for rule in rules}
        for profile, rule, value in opened:
            known = facts[profile]
            limit = limits[profile.partner_id.id]
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
            values.append(
                {
                    "company_id": company.id,
                    "partner_id": profile.partner_id.id,
                    "rule_id": rule.id,
                    "opened_on": today,
                    "is_cause_live": True,
                    "value": value,
                    "facts": self._as_json(known, looked_at[rule]),
                    "proposal": rule.proposal,
                    "proposed_amount": amount,
                    "limit_then": limit,
                    "owed_then": owed,
                    "percent": rule.percent,
                }
            )
        self.create(values)

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

    def _tell(self, company, profiles):
        """Give collector and salesperson one task for each entry not told of yet.

        Where nobody answers for a customer, whoever does later is told then.
        """
        untold = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("is_told", "=", False),
            ]
        )
        by_customer = profiles.grouped("partner_id")
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id(self._name)
        tasks, told = [], self.browse()
        for entry in untold:
            profile = by_customer.get(entry.partner_id, profiles[:0])
            users = profile.collector_id | profile.partner_id.user_id
            for user in users.filtered("active"):
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
