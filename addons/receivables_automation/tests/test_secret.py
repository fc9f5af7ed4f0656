import base64
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..models.receivables_secret import VARIABLE

FIRST = base64.b64encode(bytes(range(32))).decode()
SECOND = base64.b64encode(bytes(range(32, 64))).decode()


@tagged("post_install", "-at_install")
class TestSecret(TransactionCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "secret"
        named = patch.dict(os.environ, {VARIABLE: str(self.file)})
        self.startPatcher(named)
        self.secret = self.env["receivables.secret"]

    def _write(self, text, mode=0o600):
        self.file.write_text(text)
        self.file.chmod(mode)

    def test_highest_version_signs_and_all_verify(self):
        self._write(f"1:{FIRST}\n2:{SECOND}\n")

        keys = self.secret._keys("payment link")

        self.assertEqual(list(keys), [2, 1])
        self.assertEqual({len(key) for key in keys.values()}, {32})

    def test_purposes_have_different_keys(self):
        self._write(f"1:{FIRST}\n")

        self.assertNotEqual(self.secret._keys("a")[1], self.secret._keys("b")[1])

    def test_rotation_needs_no_restart(self):
        self._write(f"1:{FIRST}\n")
        before = self.secret._keys("a")

        self._write(f"1:{FIRST}\n2:{SECOND}\n")

        after = self.secret._keys("a")
        self.assertEqual(after[1], before[1])
        self.assertIn(2, after)

    def test_missing_setting_says_what_to_set(self):
        with patch.dict(os.environ, {VARIABLE: ""}):
            with self.assertRaisesRegex(UserError, VARIABLE):
                self.secret._keys("a")
            self.assertIn("cobranza_secret_file", self.secret._problem())

    def test_unusable_files_are_refused_without_their_content(self):
        short = base64.b64encode(b"short").decode()
        for text, mode, reason in (
            (f"1:{FIRST}\n", 0o644, "chmod 600"),
            (f"1:{short}\n", 0o600, "Line 1"),
            (f"1:{FIRST}\n1:{SECOND}\n", 0o600, "Line 2"),
            ("", 0o600, "no secret"),
            ("x" * 70_000, 0o600, "too large"),
        ):
            with self.subTest(reason=reason):
                self._write(text, mode)
                problem = self.secret._problem()
                self.assertIn(reason, problem)
                self.assertIn(str(self.file), problem)
                self.assertNotIn(FIRST, problem)
                self.assertNotIn(short, problem)

    def test_missing_file_is_named(self):
        self.assertIn(str(self.file), self.secret._problem())

    def test_settings_show_whether_it_is_ready(self):
        self._write(f"1:{FIRST}\n")
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.receivables_secret_problem)

        self.file.unlink()

        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.receivables_secret_problem)
