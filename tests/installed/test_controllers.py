from itertools import combinations

from odoo.http import Controller
from odoo.tests import TransactionCase, tagged

from .test_models import ADDONS


@tagged("post_install", "-at_install")
class TestControllers(TransactionCase):
    """Odoo makes one class of all controllers that extend the same one of its own."""

    def _own_controllers(self):
        found, todo = [], [Controller]
        while todo:
            for one in todo.pop().__subclasses__():
                todo.append(one)
                parts = one.__module__.split(".")
                if parts[:2] == ["odoo", "addons"] and parts[2] in ADDONS:
                    found.append(one)
        return list(dict.fromkeys(found))

    def test_no_two_controllers_give_different_things_the_same_name(self):
        controllers = self._own_controllers()
        self.assertGreater(len(controllers), 3)
        clashes = []
        for one, other in combinations(controllers, 2):
            if issubclass(one, other) or issubclass(other, one):
                continue
            shared = {name for name in vars(one) if not name.startswith("__")} & {
                name for name in vars(other) if not name.startswith("__")
            }
            # What both override is made to be called one after the other.
            overridden = {
                name
                for name in shared
                if any(name in vars(base) for base in set(one.mro()) & set(other.mro()))
            }
            clashes += [(one, other, name) for name in shared - overridden]

        self.assertFalse(clashes)
