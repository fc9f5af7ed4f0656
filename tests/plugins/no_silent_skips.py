"""A pytest plugin: a test that does not run is a failure, and says so by name."""

import unittest

import pytest


def _is_passed_over_by_odoo(item: pytest.Item) -> str:
    """Return why Odoo's own runner would not run an add-on's test, '' if it would."""
    module = getattr(item, "module", None)
    if not module or not module.__name__.startswith("odoo.addons."):
        return ""
    test_class = getattr(item, "cls", None)
    if test_class is None:
        return "a plain function: Odoo's runner takes classes only"
    tags = getattr(test_class, "test_tags", None)
    if not issubclass(test_class, unittest.TestCase) or tags is None:
        return "no class of odoo.tests: Odoo's runner passes over it"
    if not tags & {"standard", "soak"}:
        return "its tags have neither 'standard' nor 'soak'"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    silent = [
        f"{item.nodeid}: {reason}"
        for item in items
        if (reason := _is_passed_over_by_odoo(item))
    ]
    if silent:
        raise pytest.UsageError("Tests that Odoo would not run:\n" + "\n".join(silent))


def _fail_if_skipped(node: pytest.Item | pytest.Collector, report) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        report.outcome = "failed"
        report.longrepr = f"{node.nodeid} was not run. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    _fail_if_skipped(item, report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    _fail_if_skipped(collector, report)
    return report
