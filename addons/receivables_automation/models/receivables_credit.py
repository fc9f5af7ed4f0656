from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from ..core.credit_assessment import Assessment
from ..core.credit_rules import ZERO, Exposure, Situation, limit_of


class ReceivablesCredit(models.AbstractModel):
    _inherit = "receivables.credit"

    @api.model
    def _assess(self, company, partners=None, versions=None):
        """Return {commercial partner id: `Assessment`} of one company, today.

        Of ``partners``, or of everybody with an exposure. A constant number of queries.

        :param versions: {policy: version} to judge by instead of those in force.
        """
        exposures = self._exposures(company, partners)
        if partners is None:
            partners = self.env["res.partner"].browse(exposures)
        # Documents of any user follow the policy; what is shown is decided elsewhere.
        partners = partners.sudo().with_company(company)
        usual = company.sudo().receivables_policy_id
        policy_of = {
            partner: policy
            if (policy := partner.receivables_policy_id).active
            and policy.company_id == company
            else usual.filtered("active")
            for partner in partners
        }
        policies = self.env["receivables.policy"].sudo()
        policies = policies.union(*policy_of.values())
        in_force = policies._versions_on(company._receivables_today())
        in_force |= {
            policy.sudo(): version.sudo()
            for policy, version in (versions or {}).items()
        }
        none = self.env["receivables.policy.version"].sudo()
        of_partner = {
            partner: in_force.get(policy, none) for partner, policy in policy_of.items()
        }
        return self._build(company, of_partner, exposures)

    @api.model
    def _build(self, company, of_partner, exposures):
        versions = self.env["receivables.policy.version"].sudo()
        versions = versions.union(*of_partner.values())
        terms_of = {version: version._terms() for version in versions}
        partners = self.env["res.partner"].sudo().union(*of_partner)
        facts = self._facts(company, partners, terms_of.values())
        lacking = self._lacking_documents(company, of_partner)
        rewards = self.env["receivables.reward.grant"]._in_force(
            company, partners, "limit"
        )
        exact = company.currency_id._receivables_exact
        found = {}
        for partner, version in of_partner.items():
            terms = terms_of.get(version)
            reward = rewards.get(partner.id)
            situation = Situation(
                exposure=exposures.get(partner.id, Exposure()),
                limit=self._limit(exact, partner, terms, reward) if terms else None,
                facts=facts.get(partner.id, facts[None]),
                documents=tuple(lacking.get(partner.id, ())),
                instructions=tuple(self._lacking_instructions(partner, version)),
            )
            found[partner.id] = Assessment(
                company, partner, version, terms, situation, reward
            )
        return found

    @api.model
    def _limit(self, exact, partner, terms, reward):
        """Return what ``terms`` and a reward let a debtor owe; None: anything."""
        raised = Decimal(str(reward.limit_percent)) if reward else ZERO
        limit = limit_of(terms.credit, exact(partner.credit_limit), raised)
        return None if limit is None else exact(float(limit))

    @api.model
    def _facts(self, company, partners, all_terms):
        """Return {partner id: {fact: value}} of what rules ask for; None for no row.

        A fact that the profile does not have any more is left out.
        """
        wanted = {"broken_promise_count"}
        for terms in filter(None, all_terms):
            wanted |= {rule.fact for rule in terms.rules if rule.fact}
        profile = self.env["receivables.profile"]
        names = sorted(wanted & set(profile._fact_names()))
        found = {None: dict.fromkeys(names)}
        if not names or not partners:
            return found
        profile.flush_model()
        query = SQL(
            """
SELECT partner_id, %(names)s FROM receivables_profile
 WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
            """,
            names=SQL(", ").join(map(SQL.identifier, names)),
            company=company.id,
            partners=partners.ids,
        )
        for row in self.env.execute_query_dict(query):
            found[row.pop("partner_id")] = row
        return found

    @api.model
    def _lacking_documents(self, company, of_partner):
        """Return {partner id: [document, in words]} of what a policy asks and lacks."""
        asked = {
            partner: version.document_type_ids
            for partner, version in of_partner.items()
            if version.document_type_ids
        }
        if not asked:
            return {}
        today = company._receivables_today()
        # What a customer handed in is looked at, not shown.
        documents = self.env["receivables.document"].sudo()
        partner_ids = [partner.id for partner in asked]
        best = {}
        for document in documents.search(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "in", partner_ids),
                ("verdict", "=", "accepted"),
            ]
        ):
            debtor = document.partner_id.commercial_partner_id
            key = debtor.id, document.type_id.id
            until = document.expires_on or fields.Date.to_date("9999-12-31")
            best[key] = max(until, best.get(key, until))
        lacking = {}
        for partner, types in asked.items():
            for kind in types:
                until = best.get((partner.id, kind.id))
                if until is None:
                    text = self.env._("%s (missing)", kind.name)
                elif until < today:
                    day = format_date(self.env, until)
                    text = self.env._(
                        "%(document)s (expired on %(day)s)",
                        document=kind.name,
                        day=day,
                    )
                else:
                    continue
                lacking.setdefault(partner.id, []).append(text)
        return lacking

    @api.model
    def _lacking_instructions(self, partner, version):
        """Return the names of what a policy has to know of a customer, and does not."""
        known = {
            "requires_payable_contact": partner.receivables_contact_id,
            "requires_portal": partner.receivables_portal,
            "requires_cutoff": partner.receivables_cutoff,
            "requires_payment_days": partner.receivables_payment_days,
        }
        return [
            version._fields[name]._description_string(self.env)
            for name, value in known.items()
            if version[name] and not value
        ]

    # === WORDS ===

    @api.model
    def _finding_text(self, finding, assessment, situation, has_amounts):
        """Return why a rule holds, in words.

        :param has_amounts: whether the reader may see limit, exposure and debt.
        """
        rule = finding.rule
        match rule.kind:
            case "over_limit":
                return self._over_limit_text(assessment, situation, has_amounts)
            case "oldest_age":
                return self.env._(
                    "The oldest open item is %(days)s days overdue.",
                    days=finding.value,
                )
            case "documents":
                return self.env._("Documents: %s.", ", ".join(situation.documents))
            case "instructions":
                return self.env._(
                    "Payment instructions missing: %s.",
                    ", ".join(situation.instructions),
                )
            case "broken_promises":
                return self.env._("Broken promises: %s.", finding.value)
            case _:
                known = self.env["receivables.profile"]._fields[rule.fact]
                fact = known._description_string(self.env)
                if known.type == "monetary" and not has_amounts:
                    return self.env._("%s: the policy does not allow it.", fact)
                return self.env._(
                    "%(fact)s: %(value)s.", fact=fact, value=finding.value
                )

    @api.model
    def _over_limit_text(self, assessment, situation, has_amounts):
        is_cash = assessment.terms.credit == "cash_only"
        if not has_amounts:
            if is_cash:
                return self.env._("The customer buys cash only, and this is not paid.")
            return self.env._("The customer's credit limit does not allow it.")
        money = self._money(assessment.company)
        exposure = situation.exposure.total
        if not situation.extra:
            text = self.env._(
                "Exposure %(exposure)s, limit %(limit)s: %(excess)s over it."
            )
        elif is_cash:
            text = self.env._(
                "Cash only: exposure %(exposure)s + this document %(extra)s ="
                " %(total)s, which nobody has paid."
            )
        else:
            text = self.env._(
                "Exposure %(exposure)s + this document %(extra)s = %(total)s, limit"
                " %(limit)s: %(excess)s over it."
            )
        return text % {
            "exposure": money(exposure),
            "extra": money(situation.extra),
            "total": money(exposure + situation.extra),
            "limit": self._limit_text(assessment, situation, money),
            "excess": money(situation.excess),
        }

    @api.model
    def _limit_text(self, assessment, situation, money):
        """Return the limit in words, with what a reward added to it."""
        if not assessment.reward or assessment.terms.credit != "limit":
            return money(situation.limit)
        return self.env._(
            "%(limit)s (%(usual)s + %(percent)g %% by “%(reward)s” until %(day)s)",
            limit=money(situation.limit),
            usual=money(assessment.partner.credit_limit),
            percent=assessment.reward.limit_percent,
            reward=assessment.reward.reward_id.name,
            day=format_date(self.env, assessment.reward.until),
        )

    @api.model
    def _money(self, company):
        def show(amount):
            return formatLang(self.env, float(amount), currency_obj=company.currency_id)

        return show

    @api.model
    def _unknown_text(self, finding):
        """Return that a rule cannot be told, and so does not hold."""
        return self.env._(
            "“%(fact)s”: no data, the rule does not hold.",
            fact=finding.rule.fact or finding.rule.kind,
        )
