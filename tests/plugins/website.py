"""A pytest plugin: of the tests that ran without a website, those it can change.

``--website=changes`` keeps what carries Odoo's tag ``website`` (an add-on's class whose
code meets the module: public pages, addresses in messages) and what holds for all
add-ons; ``--website=rest`` keeps the others, for ``./cobranza soak``. The journeys go
through the portal of a company with a website besides.
"""

import pytest


def _can_change(item: pytest.Item) -> bool:
    test_class = getattr(item, "cls", None)
    tags = getattr(test_class, "test_tags", ())
    is_of_all = not item.module.__name__.startswith("odoo.addons.")
    return is_of_all or "website" in tags


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--website",
        choices=("changes", "rest"),
        help="run what a website can change, or the rest",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    wanted = config.getoption("website")
    if not wanted:
        return
    left = [item for item in items if _can_change(item) != (wanted == "changes")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
