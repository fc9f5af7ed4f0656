"""``./cobranza test``: it fails when anything failed, was skipped or did not run."""

import contextlib
import sys
import time

import pytest
from cobranza.commands import test as command
from cobranza.console import Failure
from cobranza.setup import Ground

GOOD = "def test_good():\n    assert True\n"


@pytest.fixture
def run_stage(settings, tmp_path, monkeypatch, capfd):
    """Run the command on one stage that holds this test file; return code and end."""
    settings.home.mkdir()
    settings.logs.mkdir()
    folder = tmp_path / "stage"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")

    @contextlib.contextmanager
    def ground(settings, **options):
        # Without the other plugins each of these runs of pytest takes a tenth.
        quick = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        yield Ground(settings, quick, None)

    def run(source, *more):
        (folder / "test_it.py").write_text(source)
        stages = [command.Stage("first", ["-p", "no:odoo", str(folder)]), *more]
        monkeypatch.setattr(command, "STAGES", tuple(stages))
        monkeypatch.setattr(command, "ground", ground)
        python = property(lambda self: sys.executable)
        monkeypatch.setattr(type(settings), "python", python)
        code = command.test(settings, [])
        return code, capfd.readouterr().out.splitlines()[-1]

    return run


def test_when_all_pass_it_ends_well_with_pytest_s_closing_line(run_stage):
    code, end = run_stage(GOOD)

    assert code == 0
    assert end.startswith("==== 1 passed in ")


@pytest.mark.parametrize(
    ("source", "end"),
    [
        (GOOD + "def test_bad():\n    assert 0\n", "==== 1 failed, 1 passed in "),
        ("def test_x(nothing):\n    pass\n", "==== 1 failed, 0 passed in "),
        (
            "import pytest\n@pytest.mark.skip\ndef test_x():\n    pass\n",
            "==== 1 failed, 0 passed in ",
        ),
        ("import no_such_module\n", "==== 1 failed, 0 passed in "),
        ("", "==== 0 passed, error in "),
    ],
    ids=["failing", "erroring", "skipped", "not importable", "empty"],
)
def test_it_fails_for_a_stage_that_is(run_stage, source, end):
    code, last = run_stage(source)

    assert code == 1
    assert last.startswith(end)


@pytest.fixture
def run_stages(run_stage, tmp_path):
    """Run the command on stages with these sources; return code and end."""

    def run(first, *sources):
        more = []
        for number, source in enumerate(sources):
            folder = tmp_path / f"more{number}"
            folder.mkdir()
            (folder / "pytest.ini").write_text("[pytest]\n")
            (folder / f"test_more{number}.py").write_text(source)
            arguments = ["-p", "no:odoo", str(folder)]
            more.append(command.Stage(f"more{number}", arguments))
        return run_stage(first, *more)

    return run


def test_stages_run_side_by_side_and_all_count(run_stages, tmp_path):
    flag = tmp_path / "flag"
    head = f"import pathlib, time\nFLAG = pathlib.Path('{flag}')\ndef test_x():\n"

    code, end = run_stages(
        f"{head}    while not FLAG.exists(): time.sleep(0.05)\n",
        f"{head}    FLAG.touch()\n",
        GOOD,
    )

    assert code == 0
    assert end.startswith("==== 3 passed in ")


def test_a_stage_that_fails_beside_one_that_passes_fails_the_whole(run_stages):
    code, end = run_stages(GOOD, "def test_bad():\n    assert 0\n")

    assert code == 1
    assert end.startswith("==== 1 failed, 1 passed in ")


def test_a_stage_that_cannot_be_prepared_stops_the_one_that_runs(run_stage, tmp_path):
    began = tmp_path / "began"
    slow = f"import pathlib, time\ndef test_x():\n    pathlib.Path('{began}')"
    slow += ".touch()\n    time.sleep(60)\n"

    def wait_and_fail(here):
        while not began.exists():
            time.sleep(0.05)
        raise Failure("No database.")

    before = time.monotonic()
    with pytest.raises(Failure, match="No database"):
        run_stage(slow, command.Stage("broken", [], wait_and_fail))

    assert time.monotonic() - before < 30


def test_databases_that_two_stages_copy_are_made_before_either_starts(settings):
    made = []

    class Databases:
        def with_addons(self, website):
            made.append(website)

    journeys = next(stage for stage in command.STAGES if stage.name == "journeys")

    assert journeys.prepare(Ground(settings, {}, Databases())) == []
    assert made == [True]


def test_counts_of_a_run_that_wrote_no_report_are_nothing(tmp_path):
    counts = command._counts(tmp_path / "none.xml")

    assert counts == {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}


def test_the_closing_line_adds_up_all_stages(capsys):
    rows = [
        ("pure", {"tests": 5, "failures": 1, "errors": 0, "skipped": 0}),
        ("bare", {"tests": 3, "failures": 0, "errors": 1, "skipped": 0}),
    ]

    code = command._conclude(rows, ["pure", "bare"], 1.5)

    assert code == 1
    assert capsys.readouterr().out == "==== 2 failed, 6 passed in 1.50s ====\n"


def test_a_stage_that_does_not_exist_is_named():
    with pytest.raises(Failure, match="No test stage 'pur'"):
        command._choose(command.STAGES, ["pur"])


def test_stages_are_picked_and_the_rest_goes_to_pytest():
    stages, extra = command._choose(command.STAGES, ["pure", "-k", "aging"])

    assert [stage.name for stage in stages] == ["pure"]
    assert extra == ["-k", "aging"]
