from contextlib import contextmanager
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.credit_rules import STATES, Release, acting, is_released, worst
from .receivables_override import SEE_AMOUNTS
from .res_partner_credit import STATES as CREDIT_STATES
from .res_partner_receivables import DEBT_READERS

SEE_REASON = f"{DEBT_READERS},account.group_account_invoice"
PASSED = "receivables_passed"


class ReceivablesCreditHold(models.AbstractModel):
    """A document that credit can stop: orders unconfirmed, invoices not posted.

    The documents say what they add to the exposure (`_receivables_amount`); the check
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
        string="Release in force",
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

    def _receivables_book(self):
        """Return what documents of one company are measured with, read once for all.

        Of the model's own kind, for `_receivables_amount`, `_receivables_is_money_in`
        and `_receivables_use_up`.
        """
        raise NotImplementedError

    def _receivables_amount(self, book):
        """Return (amount, extra) in the company's currency, as Decimal; expects one.

        ``amount`` is what is bought on credit, ``extra`` what of it is not part of the
        exposure yet.
        """
        raise NotImplementedError

    def _receivables_amounts(self):
        """Return {id: (amount, extra)}, each document for itself."""
        amounts = {}
        for documents in self.grouped("company_id").values():
            book = documents._receivables_book()
            for document in documents:
                amounts[document.id] = document._receivables_amount(book)
        return amounts

    def _receivables_is_money_in(self, book):
        """Return whether nothing is bought on credit, so that nothing stops it."""
        return False

    def _receivables_use_up(self, book):
        """Take from the book what the documents after this one cannot count on."""

    def _receivables_has_purchase_order(self):
        """Return whether the customer's order number is on it; expects one document."""
        raise NotImplementedError

    def _receivables_releases(self):
        """Return {id: ways in which it is released}.

        A way is a list of live releases, one set for each document that has to be
        released for it.
        """
        raise NotImplementedError

    # === THE CHECK ===

    def _receivables_judge(self, together=False):
        """Return {id: (assessment, situation, findings)} of documents.

        ``findings`` are those that hold, have an effect on the document's stage and are
        covered by no release. Documents that cannot be stopped are not in it. A
        constant number of queries per company.

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
            book = documents._receivables_book()
            releases = documents._receivables_releases()
            running = dict.fromkeys(partners, Decimal(0))
            for document in documents:
                debtor = debtors[document]
                assessment = assessments.get(debtor.id)
                if not assessment or assessment.terms is None:
                    continue
                if document._receivables_is_money_in(book):
                    if together:
                        document._receivables_use_up(book)
                    continue
                _amount, extra = document._receivables_amount(book)
                lacking = document._receivables_lacking(assessment.version)
                before = extra + running[debtor]
                stage = document._receivables_stage()
                findings = self._receivables_unreleased(
                    acting(assessment.findings(before, lacking), stage),
                    releases.get(document.id, ()),
                )
                situation = assessment.before(before, lacking)
                judged[document.id] = assessment, situation, findings
                if together and not self._receivables_is_blocked(findings, stage):
                    running[debtor] += extra
                    document._receivables_use_up(book)
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
    def _receivables_unreleased(self, findings, ways):
        """Return what none of these ways releases; see `_receivables_releases`."""
        ways = [[self._receivables_release_rules(one) for one in way] for way in ways]
        return [
            finding
            for finding in findings
            if not any(is_released(finding, way) for way in ways)
        ]

    @api.model
    def _receivables_release_rules(self, releases):
        """Return releases as `core.credit_rules` knows them."""
        exact = releases.company_id.currency_id._receivables_exact if releases else None
        return [
            Release(
                frozenset(one.codes or ()),
                exact(one.excess),
                exact(one.amount),
                Decimal(str(one.tolerance)),
            )
            for one in releases
        ]

    @api.model
    def _receivables_live_releases(self, domain):
        """Return the live releases of documents, the oldest first."""
        # Whether a document is released does not depend on who asks.
        releases = self.env["receivables.override"].sudo()
        domain = Domain("kind", "=", "manual") & domain
        return releases.search(domain, order="id").filtered("is_live")

    def _receivables_own(self, releases):
        """Return those of ``releases`` that were given to this document's debtor.

        Another customer's document is another document. Expects one.
        """
        # Who the debtor is decides, not who may see it.
        debtor = self.sudo()._receivables_debtor()
        return releases.filtered(
            lambda one: one.partner_id == debtor and one.company_id == self.company_id
        )

    def _receivables_refusals(self):
        """Return {document: why it is stopped, in words}: the one check of every door.

        Documents of one debtor are judged in their order, each after those before it.
        """
        refused = {}
        limited = set()
        todo = self._receivables_unpassed()
        for document_id, judged in todo._receivables_judge(together=True).items():
            document = self.browse(document_id)
            stage = document._receivables_stage()
            if self._receivables_is_blocked(judged[2], stage):
                refused[document] = self._receivables_words(judged)
            elif judged[1].limit is not None:
                limited.add(judged[0].partner.id)
        self._receivables_one_at_a_time(limited)
        return refused

    @api.model
    def _receivables_one_at_a_time(self, debtor_ids):
        """Let nobody else use the room below these debtors' limits meanwhile.

        Who comes second fails and is tried again by Odoo, on what the first has left.
        An update, as a mere lock would let the second go on with the figures from
        before; it comes after judging, which reads one state of the database anyway.
        """
        if debtor_ids:
            self.env.cr.execute(
                """
                UPDATE res_partner SET write_uid = write_uid
                 WHERE id IN (SELECT id FROM res_partner WHERE id = ANY(%s)
                               ORDER BY id FOR NO KEY UPDATE)
                """,
                (sorted(debtor_ids),),
            )

    def _receivables_unpassed(self):
        """Return those of these documents that no door has let through already."""
        passed = self.env.cr.cache.get(PASSED, {}).get(self._name, frozenset())
        return self.filtered(lambda one: one.id not in passed)

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
        assessment, situation, findings = judged
        has_amounts = self.env.user.has_groups(SEE_AMOUNTS)
        credit = self.env["receivables.credit"]
        return "\n".join(
            credit._finding_text(one, assessment, situation, has_amounts)
            for one in findings
        )

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
            found = judged.get(document._origin.id)
            if found and found[2] and document.state != "cancel":
                stage = document._receivables_stage()
                effects = (getattr(one.rule, f"on_{stage}") for one in found[2])
                document.receivables_credit_state = STATES[worst(effects)]
                document.receivables_credit_reason = document._receivables_words(found)

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
        live = self._receivables_live_releases(Domain(link, "in", self.ids))
        of_document = live.grouped(lambda one: one[link].id)
        for document in self:
            found = of_document.get(document._origin.id, live.browse())
            latest = document._receivables_own(found)[-1:]
            # Whoever may see the document may know that it was released.
            document.receivables_override_id = latest.sudo(False)

    def _search_receivables_override_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        link = self._receivables_link()

        def released(domain):
            live = self._receivables_live_releases(
                Domain(link, "!=", False) & Domain("is_live", "=", True) & domain
            )
            return [one[link].id for one in live if one[link]._receivables_own(one)]

        if operator == "in" and False in value:
            without = Domain("id", "not in", released(Domain.TRUE))
            wanted = [one for one in value if one]
            if not wanted:
                return without
            return without | self._search_receivables_override_id("in", wanted)
        if operator == "in" and True in value:
            return Domain("id", "in", released(Domain.TRUE))
        return Domain("id", "in", released(Domain("id", operator, value)))

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
