"""What a CFDI is to a company decides what the import does with it."""

import pytest
from cfdi_builder import ISSUER, RECEIVER, build

from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.roles import Action, Role, decide


@pytest.mark.parametrize(
    ("kind", "company", "role", "action", "reason"),
    [
        ("I", ISSUER, Role.ISSUED, Action.APPLY, "role_issued"),
        ("E", ISSUER, Role.ISSUED, Action.APPLY, "role_issued"),
        ("P", ISSUER, Role.ISSUED, Action.APPLY, "role_issued"),
        ("N", ISSUER, Role.ISSUED, Action.IGNORE, "role_payroll"),
        ("T", ISSUER, Role.ISSUED, Action.IGNORE, "role_transfer"),
        ("I", RECEIVER, Role.RECEIVED, Action.IGNORE, "role_received"),
        ("P", RECEIVER, Role.RECEIVED, Action.IGNORE, "role_received"),
        ("I", "OTR010101AAA", Role.NEITHER, Action.REFUSE, "role_not_ours"),
        ("N", "OTR010101AAA", Role.NEITHER, Action.REFUSE, "role_not_ours"),
    ],
)
def test_each_type_and_side_has_its_fate(kind, company, role, action, reason):
    verdict = decide(parse(build(kind)), {company})

    assert (verdict.role, verdict.action, verdict.reason) == (role, action, reason)
    assert verdict.message


@pytest.mark.parametrize(
    ("kind", "reason"), [("I", "role_self"), ("T", "role_transfer")]
)
def test_what_a_company_issues_to_itself_is_no_debt(kind, reason):
    verdict = decide(parse(build(kind, receiver=ISSUER)), {ISSUER})

    assert (verdict.role, verdict.action) == (Role.BOTH, Action.IGNORE)
    assert verdict.reason == reason
    assert "kept and nothing more" in verdict.message


def test_a_company_may_have_had_another_rfc():
    assert decide(parse(build()), {"NUE010101AAA", ISSUER}).action is Action.APPLY


def test_a_refusal_names_the_three_rfcs():
    message = decide(parse(build()), {"OTR010101AAA"}).message

    assert ISSUER in message
    assert RECEIVER in message
    assert "OTR010101AAA" in message
