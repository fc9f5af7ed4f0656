"""Lets the tests of this folder import the builder that the add-on's tests use too."""

import importlib.util
import sys
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[3] / "addons"

if "cfdi_builder" not in sys.modules:
    _path = ADDONS / "mx_sat_sync" / "tests" / "cfdi_builder.py"
    _spec = importlib.util.spec_from_file_location("cfdi_builder", _path)
    _module = importlib.util.module_from_spec(_spec)
    sys.modules["cfdi_builder"] = _module
    _spec.loader.exec_module(_module)
