from contextlib import contextmanager
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.credit_rules import STATES, acting, is_released, worst
from .receivables_override import SEE_AMOUNTS
from .res_partner_credit import STATES as CREDIT_STATES
from .res_partner_receivables import DEBT_READERS

SEE_REASON = f"{DEBT_READERS},account.group_account_invoice"
PASSED = "receivables_passed"


class ReceivablesCreditHold(models.AbstractModel):
    """A document that credit can stop: orders unconfirmed, invoices not posted.

    The documents say what they add to the exposure (`_receivables_extras`); the check
    itself is `_receivables_refusals`, the same for every door.
    """

    _name = "receivables.credit.hold"
    _description = "Document that credit can stop"

    receivables_credit_state = fields.Selection(
        CREDIT_STATES,
        string="Credit",
        compute="_compute_receivables_credit_state",
        search="_search_receivables_credit_state",
        compute_sudo=False,
        groups=SEE_REASON,
    )
    receivables_credit_reason = fields.Text(
        string="Why on hold",
        compute="_compute_receivables_credit_state",
        compute_sudo=False,
        groups=SEE_REASON,
    )
    receivables_override_id = fields.Many2one(
        "receivables.override",
        string="Release",
        compute="_compute_receivables_override_id",
        search="_search_receivables_override_id",
        compute_sudo=False,
        groups=SEE_REASON,
    )

    # === WHAT A DOCUMENT SAYS OF ITSELF ===

    def _receivables_stage(self):
        """Return `order` or `invoice`; expects one document."""
        raise NotImplementedError

    def _receivables_debtor(self):
        """Return the commercial partner who will owe; expects one document."""
        raise NotImplementedError

    def _receivables_is_stoppable(self):
        """Return the documents that are still to be issued and can be stopped."""
        raise NotImplementedError

    def _receivables_amounts(self):
        """Return {id: (amount, extra)} in the company's currency, as Decimal.

        ``amount`` is what is bought on credit, ``extra`` what of it is not part of the
        exposure yet.
        """
        raise NotImplementedError

    def _receivables_has_purchase_order(self):
        """Return whether the customer's order number is on it; expects one document."""
        raise NotImplementedError

    def _receivables_releases(self):
        """Return {id: live releases}, empty where something of it is not released."""
        raise NotImplementedError

    # === THE CHECK ===

    def _receivables_judge(self, together=False):
        """Return {id: (assessment, situation, findings, is_covered)} of documents.

        ``findings`` are those that hold and have an effect on the document's stage;
        ``is_covered`` says whether a release covers all of them. Documents that cannot
        be stopped are not in it. A constant number of queries per company.

        :param together: each adds to what the next one of its debtor is judged by.
        """
        judged = {}
        stoppable = self._receivables_is_stoppable()
        credit = self.env["receivables.credit"]
        # What is decided does not depend on what the user may read of the debtor.
        policies = self.env["receivables.policy"].sudo()
        for company, documents in stoppable.sudo().grouped("company_id").items():
            if not policies.search_count([("company_id", "=", company.id)], limit=1):
                continue
            debtors = {one: one._receivables_debtor() for one in documents}
            partners = self.env["res.partner"].union(*debtors.values())
            assessments = credit._assess(company, partners)
            amounts = documents._receivables_amounts()
            releases = documents._receivables_releases()
            running = dict.fromkeys(partners, Decimal(0))
            for document in documents:
                debtor = debtors[document]
                assessment = assessments.get(debtor.id)
                if not assessment or assessment.terms is None:
                    continue
                amount, extra = amounts[document.id]
                lacking = document._receivables_lacking(assessment.version)
                before = extra + (running[debtor] if together else 0)
                findings = acting(
                    assessment.findings(before, lacking), document._receivables_stage()
                )
                situation = assessment.before(before, lacking)
                is_covered = self._receivables_covers(
                    releases.get(document.id), findings, amount
                )
                judged[document.id] = assessment, situation, findings, is_covered
                if is_covered or not self._receivables_is_blocked(
                    findings, document._receivables_stage()
                ):
                    running[debtor] += extra
        return judged

    def _receivables_lacking(self, version):
        """Return the names of what this very document lacks; expects one."""
        if (
            version.requires_purchase_order
            and not self._receivables_has_purchase_order()
        ):
            field = version._fields["requires_purchase_order"]
            return [field._description_string(self.env)]
        return []

    @api.model
    def _receivables_is_blocked(self, findings, stage):
        effects = (getattr(one.rule, f"on_{stage}") for one in findings)
        return worst(effects) == "block"

    @api.model
    def _receivables_covers(self, releases, findings, amount):
        """Return whether releases cover what holds: each of them names all of it."""
        if not releases:
            return False
        exact = releases.company_id.currency_id._receivables_exact
        excess = max(exact(release.excess) for release in releases)
        tolerance = Decimal(str(min(releases.mapped("tolerance"))))
        codes = set.intersection(*(set(release.codes or ()) for release in releases))
        base = min(sum(exact(release.amount) for release in releases), amount)
        return all(
            is_released(finding, codes, excess, base, tolerance) for finding in findings
        )

    def _receivables_refusals(self):
        """Return {document: why it is stopped, in words}: the one check of every door.

        Documents of one debtor are judged in their order, each after those before it.
        """
        passed = self.env.cr.cache.get(PASSED, {}).get(self._name, frozenset())
        todo = self.filtered(lambda one: one.id not in passed)
        refused = {}
        for document_id, judged in todo._receivables_judge(together=True).items():
            _assessment, _situation, findings, is_covered = judged
            document = self.browse(document_id)
            stage = document._receivables_stage()
            if not is_covered and self._receivables_is_blocked(findings, stage):
                refused[document] = self._receivables_words(judged)
        return refused

    @contextmanager
    def _receivables_passed(self):
        """Within it, core's own steps do not check these documents a second time.

        Kept beside the cursor, where no caller's context reaches.
        """
        passed = self.env.cr.cache.setdefault(PASSED, {})
        before = passed.get(self._name, frozenset())
        passed[self._name] = before | frozenset(self.ids)
        try:
            yield
        finally:
            passed[self._name] = before

    def _receivables_words(self, judged):
        """Return the reasons of a judgement, as much as the user may see of them."""
        assessment, situation, findings, _is_covered = judged
        has_amounts = self.env.user.has_groups(SEE_AMOUNTS)
        credit = self.env["receivables.credit"]
        return "\n".join(
            credit._finding_text(one, assessment, situation, has_amounts)
            for one in findings
        )

    def _receivables_words_for(self, user):
        """Return why this document is on hold, as ``user`` may see it; '' if not."""
        self.ensure_one()
        judged = self.sudo()._receivables_judge().get(self.id)
        return self.with_user(user)._receivables_words(judged) if judged else ""

    def _receivables_check(self):
        """Stop whoever issues documents on hold.

        :raises UserError: names each of them, the reasons and the next step.
        """
        refused = self._receivables_refusals()
        if refused:
            raise UserError(self._receivables_refusal_text(refused))

    @api.model
    def _receivables_refusal_text(self, refused):
        parts = [
            self.env._(
                "%(document)s of %(customer)s is on hold:\n%(reasons)s",
                document=document.display_name,
                customer=document.sudo()._receivables_debtor().display_name,
                reasons=reasons,
            )
            for document, reasons in refused.items()
        ]
        parts.append(
            self.env._("Settle the reasons, or ask a finance manager for a release.")
        )
        return "\n\n".join(parts)

    # === WHAT PEOPLE SEE ===

    @api.depends_context("uid", "lang")
    def _compute_receivables_credit_state(self):
        judged = self._receivables_judge()
        for document in self:
            document.receivables_credit_state = "ok"
            document.receivables_credit_reason = False
            if found := judged.get(document._origin.id):
                _assessment, _situation, findings, is_covered = found
                stage = document._receivables_stage()
                effects = [getattr(one.rule, f"on_{stage}") for one in findings]
                state = STATES[worst(effects)]
                document.receivables_credit_state = "ok" if is_covered else state
                if findings and not is_covered:
                    document.receivables_credit_reason = document._receivables_words(
                        found
                    )

    def _search_receivables_credit_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        documents = self.sudo().search(self._receivables_open_domain())
        states = documents.mapped("receivables_credit_state")
        found = [
            document.id
            for document, state in zip(documents, states, strict=True)
            if state not in ("ok", *value)
        ]
        if "ok" in value:
            return Domain("id", "not in", found)
        wanted = [one.id for one in documents if one.receivables_credit_state in value]
        return Domain("id", "in", wanted)

    @api.model
    def _receivables_open_domain(self):
        """Return the domain of the documents of these companies still to be issued."""
        raise NotImplementedError

    def _compute_receivables_override_id(self):
        link = self._receivables_link()
        # Whoever may see the document may know that it was released.
        releases = self.env["receivables.override"].sudo()
        found = releases.search(
            [(link, "in", self.ids), ("kind", "=", "manual")], order="id"
        )
        latest = {one[link].id: one for one in found if one.is_live}
        for document in self:
            release = latest.get(document._origin.id, releases)
            document.receivables_override_id = release.sudo(False)

    def _search_receivables_override_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        link = self._receivables_link()
        # The document's own rules decide what the user finds.
        releases = self.env["receivables.override"].sudo()
        live = Domain("kind", "=", "manual") & Domain("is_live", "=", True)
        if operator == "in" and False in value:
            wanted = [one for one in value if one]
            without = Domain("id", "not in", releases.search(live)[link].ids)
            if not wanted:
                return without
            return without | self._search_receivables_override_id("in", wanted)
        if operator == "in" and True in value:
            return Domain("id", "in", releases.search(live)[link].ids)
        found = releases.search(live & Domain("id", operator, value))
        return Domain("id", "in", found[link].ids)

    @api.model
    def _receivables_link(self):
        """Return the field of a release that names a document of this model."""
        return "order_id" if self._name == "sale.order" else "move_id"

    def _receivables_note(self, text):
        """Write a note into these documents' history, in the name of the system."""
        bodies = {
            one.id: Markup("<p>%s</p>") % Markup("<br/>").join(text.split("\n"))
            for one in self
        }
        self.sudo()._message_log_batch(bodies=bodies)
