"""``./cobranza bench``: what it refuses, and the table that it prints."""

import pytest
from cobranza.commands import bench as command
from cobranza.console import Failure


def test_an_unknown_option_is_named(settings):
    with pytest.raises(Failure, match="Unknown option: --fast"):
        command.bench(settings, ["--full", "--fast"])


def test_a_seed_that_is_no_number_is_named(settings, monkeypatch):
    monkeypatch.setenv("COBRANZA_BENCH_SEED", "x")

    with pytest.raises(Failure, match="COBRANZA_BENCH_SEED is 'x'"):
        command.bench(settings, [])


def test_the_table_has_a_row_per_work_in_aligned_columns(capsys):
    command._print_table(
        [
            {
                "work": "planner",
                "measured": "80,000 items/s",
                "target": ">= 50,000",
                "result": "met",
            },
            {
                "work": "all profiles",
                "measured": "7 s",
                "target": "<= 6 s",
                "result": "missed",
            },
        ]
    )

    assert capsys.readouterr().out.splitlines() == [
        "work          measured        target     result",
        "planner       80,000 items/s  >= 50,000  met",
        "all profiles  7 s             <= 6 s     missed",
    ]
