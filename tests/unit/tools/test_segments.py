"""``./cobranza segments``: what it refuses and what it prints."""

import pytest
from cobranza.commands import segments as command
from cobranza.console import Failure


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--seed", "3"], "--seed is no option"),
        (["--seeds"], "--seeds is no option with a value"),
        (["--seeds", "0"], "--seeds is '0'"),
        (["--seeds", "many"], "--seeds is 'many'"),
        (["--noise", "10"], "--noise is '10'"),
        (["--noise", "x"], "--noise is 'x'"),
    ],
)
def test_a_wrong_option_is_named(settings, arguments, problem):
    with pytest.raises(Failure, match=problem):
        command.segments(settings, arguments)


def test_it_prints_overlap_and_confusion(settings, monkeypatch, capsys):
    monkeypatch.setattr("simulator.report.DEBTORS_A_SEED", 2)

    command.segments(settings, ["--seeds", "1", "--noise", "0.2"])

    shown = capsys.readouterr().out
    assert "Debtors of each type: 2" in shown
    assert "fortuitous / disorganized" in shown
    assert "With 20% noise and partial history" in shown
    assert shown.count("recall") == 4
