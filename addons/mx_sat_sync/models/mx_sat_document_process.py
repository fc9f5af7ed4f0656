import logging
from collections import defaultdict

from psycopg2 import OperationalError

from odoo import models

from ..core.errors import InvalidInput
from ..core.roles import Action, decide

_logger = logging.getLogger(__name__)


class MxSatDocument(models.Model):
    _inherit = "mx.sat.document"

    def _process(self, cfdis):
        """Bring stored documents of one company to the ledger; never raises for one.

        Invoices come before what refers to them, so that little has to wait; whatever
        the order is, the ledger ends the same.

        :param dict cfdis: {document's id: CFDI}, of all of ``self``.
        """
        company = self.env.company
        kinds = defaultdict(self.browse)
        for document in self:
            verdict = decide(cfdis[document.id], company._mx_sat_rfcs())
            if verdict.action is Action.REFUSE:
                document._settle("quarantined", verdict.reason, **verdict.values)
            elif verdict.action is Action.IGNORE:
                document._settle("ignored", verdict.reason, **verdict.values)
            else:
                kinds[document.document_type] += document
        for kind in ("I", "E"):
            kinds[kind]._one_by_one_if_needed("_post_entries", cfdis)
        kinds["P"]._one_by_one_if_needed("_post_payments", cfdis)
        self._apply_what_waits()

    def _process_again(self):
        """Process set-aside documents anew, and look again for what others wait for."""
        self.env.company._mx_sat_lock()
        cfdis = {
            document.id: document._read_cfdi()
            for document in self.filtered(lambda one: one.state == "stored")
        }
        for document in self.filtered(lambda one: one.state == "quarantined"):
            if document._is_readable() and not document._holder():
                cfdis[document.id] = document._read_cfdi()
                document._settle("stored")
        waiting = self.filtered(lambda one: one.state == "waiting")
        self.browse(cfdis)._process(cfdis)
        waiting.paid_ids._look_again()
        waiting._apply_what_waits(waiting.relation_ids)

    def _is_readable(self):
        """Tell whether the file is a CFDI; what is none will never be one."""
        try:
            self._read_cfdi()
        except InvalidInput:
            return False
        return self.reason_code != "schema_invalid"

    def _holder(self):
        """Return the document in force that has this one's folio, or none."""
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("uuid", "=", self.uuid),
                ("state", "!=", "quarantined"),
            ],
            limit=1,
        )

    def _one_by_one_if_needed(self, method, cfdis):
        """Call ``method`` on all; where that fails, on halves, down to the culprit.

        So the fast way is taken for what is right, and one bad document is set aside
        with its reason while all others go on.
        """
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                getattr(self, method)(cfdis)
        except OperationalError:
            # A lost lock or connection is nobody's fault: the whole is to be repeated.
            raise
        # Whatever a document does to the ledger's code, the next one must not notice;
        # nothing is swallowed: the reason is kept, and the trace of a surprise logged.
        except Exception as error:  # noqa: BLE001
            if len(self) == 1:
                self._set_aside(error)
                return
            middle = len(self) // 2
            self[:middle]._one_by_one_if_needed(method, cfdis)
            self[middle:]._one_by_one_if_needed(method, cfdis)

    def _set_aside(self, error):
        """Quarantine one document for an error that its processing raised."""
        code, values = self._explain(error)
        self._settle("quarantined", code, **values)

    def _explain(self, error):
        """Return (code, values) of an error that one document's processing raised."""
        if isinstance(error, InvalidInput):
            return error.code, error.values
        name = self.display_name
        # Odoo's own refusals are written for people; every other error is a surprise.
        if type(error).__module__ == "odoo.exceptions":
            said = str(error.args[0]).strip()
            said = said if said.endswith((".", "!", "?")) else f"{said}."
            return "ledger_refused", {"document": name, "error": said}
        _logger.error("SAT document %s was set aside.", self.id, exc_info=error)
        return "ledger_internal", {"document": name, "error": type(error).__name__}
