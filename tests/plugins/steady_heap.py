"""A pytest plugin: what was loaded before the first test is not looked at for garbage.

Odoo's registry is a million objects that stay; each full collection would walk them.
"""

import gc


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
