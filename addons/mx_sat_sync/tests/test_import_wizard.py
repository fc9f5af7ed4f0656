from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..wizard import mx_sat_import
from .sat_case import SatCase, zipped


@tagged("post_install", "-at_install")
class TestImportWizard(SatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user(
            "manager", "receivables_automation.group_receivables_manager"
        )

    def _wizard(self, *files):
        env = self.env(user=self.manager)
        attachments = env["ir.attachment"].create(
            [
                {"name": name, "raw": content, "res_model": "mx.sat.import"}
                for name, content in files
            ]
        )
        return env["mx.sat.import"].create({"attachment_ids": attachments.ids})

    def test_what_is_here_already_is_said_so(self):
        self._import(self._cfdi(1))
        wizard = self._wizard(
            ("again.xml", self._cfdi(1)),
            ("new.xml", self._cfdi(2)),
            ("twice.xml", self._cfdi(2)),
        )

        wizard.action_import()
        wizard.process_next()

        self.assertEqual(wizard.file_ids.mapped("is_known"), [True, False, True])
        self.assertEqual(wizard.known_count, 2)
        self.assertIn(
            wizard.file_ids[0].document_id.display_name, wizard.file_ids[0].reason
        )
        new = wizard.file_ids[1]
        self.assertEqual(new.reason, new.document_id.reason)

    def test_files_are_stored_first_and_processed_in_rounds(self):
        wizard = self._wizard(
            ("bad.xml", b"<a"),
            ("all.zip", zipped(*((f"{n}.xml", self._cfdi(n)) for n in (1, 2, 3)))),
        )

        wizard.action_import()

        self.assertEqual(wizard.state, "running")
        self.assertEqual(wizard.file_count, 4)
        self.assertEqual(wizard.processed_count, 1)
        self.assertFalse(wizard.attachment_ids)
        with patch.object(mx_sat_import, "PER_ROUND", 2):
            self.assertEqual([wizard.process_next() for _ in range(2)], [1, 0])
        self.assertEqual(wizard.state, "done")
        # Each round is a request of its own.
        self.env.invalidate_all()
        self.assertEqual(
            wizard.file_ids.mapped("state"),
            ["quarantined", "applied", "applied", "applied"],
        )
        self.assertEqual(wizard.file_ids[1].name, "all.zip/1.xml")
        self.assertEqual(
            wizard.file_ids[1].action_open()["res_id"],
            wizard.file_ids[1].document_id.id,
        )

    def test_what_a_closed_window_left_is_processed_by_the_button(self):
        wizard = self._wizard(("1.xml", self._cfdi(1)))
        wizard.action_import()

        wizard.file_ids.document_id.action_process_again()

        self.assertEqual(wizard.file_ids.state, "applied")

    def test_nothing_and_too_much_are_refused(self):
        with self.assertRaisesRegex(UserError, "at least one"):
            self._wizard().action_import()
        with (
            patch.object(mx_sat_import, "MAX_BYTES", 10),
            self.assertRaisesRegex(UserError, "in parts"),
        ):
            self._wizard(("1.xml", self._cfdi(1))).action_import()
