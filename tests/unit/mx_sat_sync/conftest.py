"""Lets the tests of this folder import the builder that lies beside them."""

import importlib.util
import sys
from pathlib import Path

if "cfdi_builder" not in sys.modules:
    _path = Path(__file__).with_name("cfdi_builder.py")
    _spec = importlib.util.spec_from_file_location("cfdi_builder", _path)
    _module = importlib.util.module_from_spec(_spec)
    sys.modules["cfdi_builder"] = _module
    _spec.loader.exec_module(_module)
