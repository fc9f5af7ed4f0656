"""A pytest plugin: long tests wait for ``--soak``, which runs nothing else.

A long test carries ``@pytest.mark.soak``, a class of an add-on Odoo's own tag:
``@tagged("soak", "-standard", …)``. Hypothesis tests are both: ``--soak`` looks at more
examples of each.
"""

import pytest
from hypothesis import is_hypothesis_test, settings

TIMES_MORE_EXAMPLES = 20


def _is_long(item: pytest.Item) -> bool:
    tags = getattr(getattr(item, "cls", None), "test_tags", ())
    return "soak" in tags or item.get_closest_marker("soak") is not None


def _look_longer(test: object) -> None:
    """Let Hypothesis try more examples, whatever the test asks for itself."""
    test = getattr(test, "__func__", test)
    usual = getattr(test, "_hypothesis_internal_use_settings", None) or settings()
    test._hypothesis_internal_use_settings = settings(
        usual, max_examples=usual.max_examples * TIMES_MORE_EXAMPLES, deadline=None
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long tests only")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: long; only run with --soak")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    is_soaking = config.getoption("soak")
    chosen, left = [], []
    for item in items:
        has_examples = is_hypothesis_test(getattr(item, "obj", None))
        if is_soaking and has_examples:
            _look_longer(item.obj)
        belongs = (has_examples or _is_long(item)) if is_soaking else not _is_long(item)
        (chosen if belongs else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = chosen
