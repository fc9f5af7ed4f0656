from odoo import api, fields, models
from odoo.exceptions import UserError

# Of all files together; Odoo's own limit per upload is what the web client asks for.
MAX_BYTES = 128 * 2**20
# One round answers within a few seconds, so that the bar moves.
PER_ROUND = 20


class MxSatImport(models.TransientModel):
    """Takes XML and ZIP files from a person and shows what became of each.

    First all of them are stored, then processed in rounds that each are committed: who
    closes the window loses nothing, the documents wait under *To process*.
    """

    _name = "mx.sat.import"
    _description = "Import CFDI"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("done", "Done")],
        default="draft",
        required=True,
        readonly=True,
    )
    file_ids = fields.One2many("mx.sat.import.file", "import_id", readonly=True)
    file_count = fields.Integer(compute="_compute_counts")
    processed_count = fields.Integer(string="Processed", compute="_compute_counts")
    applied_count = fields.Integer(compute="_compute_counts")
    review_count = fields.Integer(compute="_compute_counts")
    known_count = fields.Integer(compute="_compute_counts")

    @api.depends("file_ids.document_id.state")
    def _compute_counts(self):
        for wizard in self:
            states = wizard.file_ids.mapped("state")
            wizard.file_count = len(states)
            wizard.processed_count = len(states) - states.count("stored")
            wizard.applied_count = states.count("applied")
            wizard.review_count = states.count("quarantined")
            wizard.known_count = len(wizard.file_ids.filtered("is_known"))

    def action_import(self):
        """Store what was uploaded and show the progress.

        :raises UserError: there is nothing, or too much at once.
        """
        self.ensure_one()
        documents = self.env["mx.sat.document"]
        documents._check_manager()
        files = self.attachment_ids.sorted("id")
        if not files:
            raise UserError(self.env._("Choose at least one XML or ZIP file."))
        size = sum(files.mapped("file_size"))
        if size > MAX_BYTES:
            raise UserError(
                self.env._(
                    "The files have %(size)s MB in all; at most %(limit)s MB can be"
                    " imported at once. Import them in parts.",
                    size=size // 2**20,
                    limit=MAX_BYTES // 2**20,
                )
            )
        # Nobody else stores until the commit, so what is new has a higher number.
        self.company_id._mx_sat_lock()
        newest = documents.search(
            [("company_id", "=", self.company_id.id)], order="id desc", limit=1
        ).id
        names, stored = documents.store_files(
            [(file.name, file.raw or b"") for file in files], self.company_id
        )
        seen = set()
        rows = []
        for name, document in zip(names, stored, strict=True):
            is_known = document.id <= newest or document.id in seen
            seen.add(document.id)
            rows.append(
                {
                    "import_id": self.id,
                    "name": name,
                    "document_id": document.id,
                    "is_known": is_known,
                }
            )
        self.env["mx.sat.import.file"].create(rows)
        self.state = "running"
        # The documents keep what came; the upload itself is no longer needed.
        files.unlink()
        return self._reopen()

    def process_next(self):
        """Process some of the stored documents; return how many are left.

        Called by the window until nothing is left; each call is one transaction.
        """
        self.ensure_one()
        documents = self.env["mx.sat.document"]
        documents._check_manager()
        stored = self.file_ids.document_id.filtered(lambda one: one.state == "stored")
        stored.process_stored(self.company_id, PER_ROUND)
        left = stored.filtered(lambda one: one.state == "stored")
        if not left:
            self.state = "done"
        return len(left)

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import CFDI"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
