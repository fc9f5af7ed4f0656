"""Makes ``odoo.addons.<ours>.core`` importable where Odoo is not loaded.

The parents are empty packages, so ``core`` keeps its production name while an
``import odoo.fields`` inside it fails by construction.
"""

import socket
import sys
import types
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ADDONS = Path(__file__).resolve().parents[2] / "addons"

# How long a first example takes says more of the machine than of the rule.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def _bare_package(name: str, *folders: Path) -> None:
    package = types.ModuleType(name)
    package.__path__ = [str(folder) for folder in folders]
    sys.modules[name] = package


if "pytest_odoo" not in sys.modules:
    _bare_package("odoo")
    _bare_package("odoo.addons", ADDONS)
    for manifest in ADDONS.glob("*/__manifest__.py"):
        _bare_package(f"odoo.addons.{manifest.parent.name}", manifest.parent)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests reach this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        is_inet = self.family in (socket.AF_INET, socket.AF_INET6)
        if is_inet and address[0] not in {"127.0.0.1", "localhost", "::1"}:
            raise AssertionError(f"A test connects to {address[0]}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
