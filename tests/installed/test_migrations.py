import runpy
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

from .test_models import ADDONS


@tagged("post_install", "-at_install")
class TestMigrations(TransactionCase):
    """An update meets databases of any age, and some that were updated half way."""

    def _scripts(self):
        return sorted(
            path
            for addon in ADDONS
            for path in Path(get_module_path(addon)).glob("migrations/*/*.py")
        )

    def test_a_migration_that_has_nothing_to_do_does_nothing(self):
        self.assertTrue(self._scripts())
        for path in self._scripts():
            with self.subTest(script=str(path)):
                before = self._schema()
                runpy.run_path(str(path))["migrate"](self.cr, "19.0.1.0.0")
                self.env.flush_all()
                self.assertEqual(self._schema(), before)

    def _schema(self):
        self.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        return self.cr.fetchall()
