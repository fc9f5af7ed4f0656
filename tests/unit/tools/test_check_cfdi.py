"""``./cobranza check-cfdi``: every file has its row, and the database goes."""

import contextlib
import json
from pathlib import Path

import pytest
from cobranza.commands import check_cfdi as command
from cobranza.console import Failure
from cobranza.setup import Ground


class _Databases:
    """Records what is asked of it."""

    def __init__(self):
        self.calls = []

    def with_addons(self, website):
        return "template"

    def copy(self, source, target):
        self.calls.append(("copy", target))

    def drop(self, name):
        self.calls.append(("drop", name))


@pytest.fixture
def check(settings, tmp_path, monkeypatch, capsys):
    """Run the command on files; ``reported`` are those that the import speaks of."""
    settings.home.mkdir()
    databases = _Databases()

    @contextlib.contextmanager
    def ground(settings, **options):
        yield Ground(settings, {}, databases)

    monkeypatch.setattr(command, "ground", ground)

    def run(files, reported=None, error=None):
        folder = tmp_path / "cfdi"
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("<x/>")

        def run_scripts(settings, base, database, scripts, log, problem):
            if error:
                raise error
            rows = [
                dict.fromkeys(command.COLUMNS, "-") | {"file": name, "reason": "why"}
                for name in (files if reported is None else reported)
            ]
            report = Path(base["COBRANZA_CHECK_REPORT"])
            report.write_text("".join(json.dumps(row) + "\n" for row in rows))
            assert base["COBRANZA_CHECK_FOLDER"] == str(folder)

        monkeypatch.setattr(command.odoo, "run_scripts", run_scripts)
        return command.check_cfdi(settings, [str(folder)]), capsys.readouterr()

    run.databases = databases
    return run


def test_every_file_has_its_row(check):
    code, shown = check(["a.xml", "deep/b.ZIP", "notes.txt"], ["a.xml", "deep/b.ZIP"])

    assert code == 0
    assert [line.split()[0] for line in shown.out.splitlines()] == [
        "a.xml",
        "deep/b.ZIP",
    ]
    assert check.databases.calls == [
        ("copy", command.DATABASE),
        ("drop", command.DATABASE),
    ]


def test_a_lost_file_is_a_failure(check):
    code, shown = check(["a.xml", "b.xml"], ["a.xml"])

    assert code == 1
    assert "b.xml" in shown.err


def test_the_database_goes_even_if_the_import_fails(check):
    with pytest.raises(Failure):
        check(["a.xml"], error=Failure("no"))

    assert check.databases.calls[-1] == ("drop", command.DATABASE)


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--all"], ["/no/such/folder"]])
def test_it_needs_one_folder(settings, arguments):
    with pytest.raises(Failure):
        command.check_cfdi(settings, arguments)


def test_a_folder_without_cfdi_is_said(settings, tmp_path):
    with pytest.raises(Failure, match="no XML"):
        command.check_cfdi(settings, [str(tmp_path)])
