"""The work folder: steps whole or not there, one writer at a time, nothing foreign."""

import os
import signal
import subprocess
import sys
import time

import pytest
from cobranza import work_folder
from cobranza.console import Failure
from cobranza.settings import PROJECT

HOLDER = """
import pathlib, subprocess, sys, types
from cobranza.work_folder import only_one
from cobranza.process import spawn
settings = types.SimpleNamespace(home=pathlib.Path(sys.argv[1]))
with only_one(settings, "trial"):
    if "child" in sys.argv:
        deaf = ["sh", "-c", "trap '' TERM; echo; exec sleep 30"]
        child = spawn(deaf, env={}, stdout=subprocess.PIPE)
        child.stdout.readline()
        print(child.pid)
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def hold(settings):
    """Start another process that takes the lock; it ends when its input is closed."""
    settings.home.mkdir()
    started = []

    def start(*words):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(settings.home), *words],
            env=os.environ | {"PYTHONPATH": str(PROJECT / "tools")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


def test_a_second_process_waits_for_the_first_one_and_says_so(hold):
    first = hold()
    assert first.stdout.readline() == "held\n"
    second = hold()
    notice = second.stderr.readline()
    assert second.poll() is None

    first.stdin.close()

    assert second.stdout.readline() == "held\n"
    assert f"process {first.pid}" in notice


def test_the_lock_of_a_killed_process_does_not_stay(hold):
    first = hold()
    first.stdout.readline()

    first.send_signal(signal.SIGKILL)

    assert hold().stdout.readline() == "held\n"


def test_a_child_that_outlives_its_killed_parent_keeps_the_lock_until_it_ends(hold):
    first = hold("child")
    child, held = first.stdout.readline(), first.stdout.readline()
    assert held == "held\n"
    first.send_signal(signal.SIGKILL)
    second = hold()
    second.stderr.readline()
    time.sleep(0.1)
    assert second.poll() is None

    os.kill(int(child), signal.SIGKILL)

    assert second.stdout.readline() == "held\n"


def test_a_lock_that_children_do_not_share_is_not_handed_to_them(settings):
    settings.home.mkdir()

    with work_folder.only_one(settings, "alone", with_children=False):
        alone = set(work_folder.LOCKS)
    with work_folder.only_one(settings, "shared"):
        shared = set(work_folder.LOCKS)

    assert (len(alone), len(shared), len(work_folder.LOCKS)) == (0, 1, 0)


def test_a_folder_whose_making_failed_is_not_there(tmp_path):
    target = tmp_path / "odoo"

    with pytest.raises(RuntimeError), work_folder.whole_folder(target) as building:
        (building / "half").touch()
        raise RuntimeError

    assert not target.exists()


def test_a_failed_renewal_leaves_the_old_folder(tmp_path):
    target = tmp_path / "odoo"
    target.mkdir()
    (target / "old").touch()

    with pytest.raises(RuntimeError), work_folder.whole_folder(target):
        raise RuntimeError

    assert [path.name for path in target.iterdir()] == ["old"]


def test_a_renewed_folder_holds_nothing_of_the_old_or_of_a_killed_attempt(tmp_path):
    target = tmp_path / "odoo"
    target.mkdir()
    (target / "old").touch()
    (tmp_path / "odoo.building").mkdir()
    (tmp_path / "odoo.building" / "half").touch()

    with work_folder.whole_folder(target) as building:
        (building / "new").touch()

    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["odoo"]


def test_a_step_is_done_only_for_what_it_was_done_from(settings):
    work_folder.open_work_folder(settings)
    work_folder.set_done(settings, "python", "a")

    assert work_folder.is_done(settings, "python", "a")
    assert not work_folder.is_done(settings, "python", "b")
    assert not work_folder.is_done(settings, "odoo", "a")

    work_folder.forget(settings, "python")

    assert not work_folder.is_done(settings, "python", "a")


def test_a_fingerprint_tells_where_one_part_ends(tmp_path):
    assert work_folder.digest("ab", "c") != work_folder.digest("a", "bc")


@pytest.mark.parametrize(
    ("path", "counts"),
    [("models/a.py", True), ("tests/a.py", False), ("__pycache__/a.pyc", False)],
)
def test_a_database_is_renewed_for_code_but_not_for_tests(tmp_path, path, counts):
    before = work_folder.folder_digest(tmp_path)
    file = tmp_path / path
    file.parent.mkdir()
    file.write_text("x")

    assert (work_folder.folder_digest(tmp_path) != before) is counts


def test_a_renamed_file_changes_the_fingerprint(tmp_path):
    (tmp_path / "a").write_text("x")
    before = work_folder.folder_digest(tmp_path)

    (tmp_path / "a").rename(tmp_path / "b")

    assert work_folder.folder_digest(tmp_path) != before


def test_a_folder_with_other_things_in_it_is_neither_used_nor_removed(settings):
    settings.home.mkdir()
    (settings.home / "thesis.odt").touch()

    with pytest.raises(Failure, match="holds other things already: thesis.odt"):
        work_folder.open_work_folder(settings)
    with pytest.raises(Failure, match="holds other things already"):
        work_folder.remove(settings.home)

    assert [path.name for path in settings.home.iterdir()] == ["thesis.odt"]


def test_a_work_folder_is_removed_whole(settings):
    work_folder.open_work_folder(settings)
    (settings.home / "link").symlink_to(PROJECT)

    work_folder.remove(settings.home)

    assert not settings.home.exists()
    assert PROJECT.is_dir()


def test_what_others_could_read_by_passing_through_is_closed_to_them(settings):
    work_folder.open_work_folder(settings)

    for name in ("data", "mail", "logs"):
        assert (settings.home / name).stat().st_mode & 0o077 == 0


def test_a_disk_that_is_short_is_refused_with_both_sizes(settings):
    settings.home.mkdir()

    with pytest.raises(Failure, match=r"GiB free; setting up needs 1e\+09 GiB"):
        work_folder.check_disk(settings, needed_gib=1e9)


def test_children_get_nothing_that_leads_them_to_another_python_odoo_or_server(
    settings, monkeypatch
):
    misleading = {
        "PYTHONPATH": "/x",
        "VIRTUAL_ENV": "/x",
        "PGDATABASE": "x",
        "PGHOSTADDR": "192.0.2.1",
        "ODOO_HTTP_PORT": "1",
        "PIP_TARGET": "/x",
    }
    for name, value in misleading.items():
        monkeypatch.setenv(name, value)

    environment = work_folder.child_environment(settings)

    assert not misleading.keys() & environment.keys()


def test_children_keep_the_password_for_the_person_s_own_server(settings, monkeypatch):
    monkeypatch.setenv("PGHOST", "db.internal.example")
    monkeypatch.setenv("PGPASSWORD", "secret")

    own = type(settings).from_environment()

    assert work_folder.child_environment(own)["PGPASSWORD"] == "secret"


def test_the_tools_of_the_work_folder_stand_once_at_the_head_of_the_path(
    settings, monkeypatch
):
    tools = str(settings.venv / "bin")
    monkeypatch.setenv("PATH", f"/usr/bin:{tools}:/bin")

    path = work_folder.child_environment(settings)["PATH"]

    assert path == f"{tools}:/usr/bin:/bin"
