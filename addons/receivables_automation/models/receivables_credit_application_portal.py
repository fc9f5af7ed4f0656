import base64
from decimal import Decimal

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.credit_application import AMOUNTS, MAX_REFERENCES
from ..core.uploads import MAX_BYTES, MAX_FILES, problem, safe_name

SHOWN_ROWS = 3


class ReceivablesCreditApplication(models.Model):
    """The page on which an applicant fills an application in.

    The controller found out that the visitor is the applicant: these methods get the
    application in superuser mode, since a customer has no right to our tables.
    """

    _inherit = "receivables.credit.application"

    @api.model
    def _open_for(self, partner, company):
        """Return the draft that an applicant opens; none if one is open already.

        Of two requests at the same moment one opens it, and the other gets none.
        """
        values = {"partner_id": partner.id, "company_id": company.id}
        try:
            with self.env.cr.savepoint():
                return self.create(values)
        except UniqueViolation:
            # Another request has just stored one, which this one cannot see.
            return self.browse()

    def _is_applicant(self, user):
        """Return whether ``user`` is a customer who applies here; expects one."""
        self.ensure_one()
        debtor = user.partner_id.commercial_partner_id
        return bool(user.share and debtor and debtor == self.partner_id)

    def _document_types(self):
        """Return the kinds of document that an applicant may upload; expects one."""
        self.ensure_one()
        wanted = self._version().document_type_ids
        return wanted or self.env["receivables.document.type"].search(
            [("company_id", "in", (False, self.company_id.id))]
        )

    def _page_values(self, typed=None, row_count=0):
        """Return what the page shows; expects one application.

        :param typed: {input: text} as it was typed, instead of what is kept.
        :param row_count: how many rows for references at least.
        """
        self.ensure_one()
        rows = max(len(self.reference_ids) + 1, SHOWN_ROWS, row_count)
        rows = min(rows, MAX_REFERENCES)
        return {
            "application": self,
            "typed": typed if typed is not None else self._typed(),
            "rows": range(1, rows + 1),
            "can_add_row": rows < MAX_REFERENCES,
            "document_types": self._document_types(),
            "consent": self.company_id._receivables_consent(),
            "wanted_references": self.company_id.receivables_reference_count,
            "max_megabytes": MAX_BYTES // 2**20,
        }

    def _typed(self):
        """Return {input: text} of what is kept."""
        typed = {name: f"{self[name]:,.2f}" if self[name] else "" for name in AMOUNTS}
        for name in self._applicant_fields():
            if name not in typed:
                typed[name] = self[name] or ""
        for number, row in enumerate(self.reference_ids, start=1):
            typed |= {
                f"reference_name_{number}": row.name or "",
                f"reference_phone_{number}": row.phone or "",
                f"reference_terms_{number}": row.terms or "",
                f"reference_amount_{number}": f"{row.amount:,.2f}"
                if row.amount
                else "",
            }
        return typed

    def _keep_page(self, form, files=(), removed_ids=()):
        """Keep what an applicant typed and uploaded; return what is refused, in words.

        Nothing is kept of a form with a problem.

        :param form: `core.credit_application.Form`.
        :param files: [(document type's id, name, content)].
        :param removed_ids: documents that the applicant takes back.
        :raises UserError: it was sent meanwhile.
        """
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("Your application was sent already and cannot be changed.")
            )
        problems = [self._problem_text(one) for one in form.problems]
        problems += self._file_problems(files, removed_ids)
        if problems:
            return problems
        values = {
            name: float(value) if isinstance(value, Decimal) else value
            for name, value in form.values.items()
        }
        self.write(values | {"reference_ids": self._reference_commands(form)})
        self._own_uploads().filtered(lambda one: one.id in set(removed_ids)).unlink()
        self._keep_files(files)
        return []

    def _reference_commands(self, form):
        """Return the commands that make the references those of ``form``.

        A verdict stays with a reference that says the same as when it was checked.
        """
        left = list(self.reference_ids)
        commands = []
        for row in form.references:
            values = row | {"amount": float(row["amount"])}
            same = next(
                (
                    one
                    for one in left
                    if all(
                        (one[name] or "") == (value or "")
                        for name, value in values.items()
                        if name != "amount"
                    )
                    and not one.currency_id.compare_amounts(
                        one.amount, values["amount"]
                    )
                ),
                None,
            )
            if same:
                left.remove(same)
            else:
                commands.append(Command.create(values))
        return [Command.delete(one.id) for one in left] + commands

    def _own_uploads(self):
        """Return what an applicant may take back: documents that nobody accepted."""
        return self.document_ids.filtered(lambda one: one.verdict != "accepted")

    def _file_problems(self, files, removed_ids):
        kept = self.document_ids.filtered(lambda one: one.id not in set(removed_ids))
        problems = []
        if len(kept) + len(files) > MAX_FILES:
            problems.append(self.env._("Upload at most %s files.", MAX_FILES))
        known = set(self._document_types().ids)
        texts = {
            "empty": self.env._("%s is empty. Choose the file again."),
            "too_large": self.env._(
                "%(file)s is larger than %(size)s MB. Scan it in a lower resolution.",
                file="%s",
                size=MAX_BYTES // 2**20,
            ),
            "kind": self.env._("%s is not a PDF, JPG or PNG file."),
        }
        for type_id, name, content in files:
            shown = safe_name(name, content).removesuffix(".bin")
            if type_id not in known:
                problems.append(
                    self.env._("%s: this document is not asked for.", shown)
                )
            elif why := problem(content):
                problems.append(texts[why].replace("%s", shown))
        return problems

    def _keep_files(self, files):
        if not files:
            return
        replaced = {type_id for type_id, _name, _content in files}
        self._own_uploads().filtered(lambda one: one.type_id.id in replaced).unlink()
        self.env["receivables.document"].create(
            [
                {
                    "application_id": self.id,
                    "partner_id": self.partner_id.id,
                    "company_id": self.company_id.id,
                    "type_id": type_id,
                    "received_on": self.company_id._receivables_today(),
                    "verdict": "pending",
                    "file": base64.b64encode(content),
                    "file_name": safe_name(name, content),
                }
                for type_id, name, content in files
            ]
        )

    def _send_page(self, has_consent, address):
        """Send a complete application to review; return what is missing, in words.

        :param address: from where the visitor came, kept with the consent.
        """
        self.ensure_one()
        problems = [self._problem_text(one) for one in self._lacking(has_consent)]
        if problems:
            return problems
        self.write(
            {
                "consent_on": fields.Datetime.to_string(
                    self.company_id._receivables_now()
                ),
                "consent_by": self.contact_name,
                "consent_address": address,
                "consent_text": self.company_id._receivables_consent(),
            }
        )
        self._send(self.env["res.users"])
        return []
