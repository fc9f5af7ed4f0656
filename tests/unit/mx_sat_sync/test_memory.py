"""Hostile and large uploads cost a bounded amount of memory on top of themselves.

Each is read in a process of its own, by its highest resident size: what libxml2 takes
is none of Python's, so Python's own counting would not see it.
"""

import base64
import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cfdi_builder import build

from odoo.addons.mx_sat_sync.core.archive import Limits
from odoo.addons.mx_sat_sync.core.xml_reader import MAX_MARKUP

UNIT = Path(__file__).resolve().parents[1]
MB = 2**20
# The 10 MB that one member may have, held while it grows and once more as bytes, and
# what the allocator keeps.
ONE_MEMBER_MB = 30
# As measured where `MAX_MARKUP` is explained.
WORST_TREE_MB = 150
READ = """
import json, sys
sys.path.insert(0, sys.argv[1])
import conftest
from odoo.addons.mx_sat_sync.core.archive import Member, open_files
from odoo.addons.mx_sat_sync.core.cfdi import parse
from odoo.addons.mx_sat_sync.core.errors import InvalidInput

def status(name):
    with open("/proc/self/status") as lines:
        [line] = [line for line in lines if line.startswith(name)]
    return int(line.split()[1]) * 1024

with open(sys.argv[2], "rb") as file:
    content = file.read()
before = status("VmRSS")
codes = {}
for part in open_files([(sys.argv[2], content)]):
    code = "" if isinstance(part, Member) else part.reason.code
    if not code:
        try:
            parse(part.content)
        except InvalidInput as refusal:
            code = refusal.code
    codes[code] = codes.get(code, 0) + 1
# Not getrusage: its maximum is also that of whoever started this process.
print(json.dumps([codes, status("VmHWM") - before]))
"""


def _read(path: Path) -> tuple[dict[str, int], float]:
    """Return ({refusal or '': files}, MB on top of the upload) of reading a file."""
    answer = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", READ, str(UNIT), str(path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    codes, extra = json.loads(answer.stdout)
    print(path.name, codes, f"{extra / MB:.1f} MB")
    return codes, extra / MB


def _zip(path: Path, members) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def _laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 50}">' for n in range(9)
    )
    return f"<!DOCTYPE a [{entities}]><a>&l8;</a>".encode()


@pytest.mark.soak
def test_zip_bomb_costs_no_more_than_one_member(tmp_path):
    bomb = _zip(tmp_path / "bomb.zip", [("a.xml", b"<a>" + b" " * (300 * MB))])

    codes, extra = _read(bomb)

    assert codes == {"file_too_big": 1}
    assert extra < ONE_MEMBER_MB


def test_many_bombs_cost_no_more_than_one(tmp_path):
    inside = b"<a>" + b" " * (20 * MB)
    bomb = _zip(tmp_path / "bombs.zip", [(f"{n}.xml", inside) for n in range(10)])

    codes, extra = _read(bomb)

    assert codes == {"archive_ratio": 10}
    assert extra < ONE_MEMBER_MB


@pytest.mark.soak
def test_file_that_is_too_big_costs_no_more_than_the_limit(tmp_path):
    noise = base64.b64encode(random.Random(1).randbytes(12 * MB))
    big = _zip(tmp_path / "big.zip", [("a.xml", b"<a>" + noise + b"</a>")])

    codes, extra = _read(big)

    assert codes == {"file_too_big": 1}
    assert extra < ONE_MEMBER_MB


def test_entity_bomb_is_not_unfolded(tmp_path):
    path = tmp_path / "laughs.xml"
    path.write_bytes(_laughs())

    codes, extra = _read(path)

    assert codes == {"xml_dtd": 1}
    assert extra < 5


def test_more_elements_than_a_cfdi_has_are_not_built(tmp_path):
    path = tmp_path / "wide.xml"
    path.write_bytes(b"<a>" + b"<b/>" * MAX_MARKUP + b"</a>")

    codes, extra = _read(path)

    assert codes == {"xml_too_complex": 1}
    assert extra < 5


def test_the_widest_tree_that_is_built_stays_within_its_bound(tmp_path):
    path = tmp_path / "wide.xml"
    path.write_bytes(b"<a>" + b'<b c="1"/>' * (MAX_MARKUP // 2 - 1) + b"</a>")

    codes, extra = _read(path)

    assert codes == {"cfdi_not": 1}
    assert extra < WORST_TREE_MB


def test_more_members_than_allowed_are_refused_before_they_are_listed(tmp_path):
    members = ((f"{n}.xml", b"<a/>") for n in range(Limits().members + 1))
    many = _zip(tmp_path / "many.zip", members)

    codes, extra = _read(many)

    assert codes == {"archive_too_many": 1}
    assert extra < 5


@pytest.mark.soak
def test_as_many_members_as_are_allowed(tmp_path):
    members = ((f"{n}.xml", b"<a/>") for n in range(Limits().members))
    many = _zip(tmp_path / "many.zip", members)

    codes, extra = _read(many)

    # Python's directory of a ZIP keeps about a kilobyte per member.
    assert codes == {"cfdi_not": Limits().members}
    assert extra < 80


@pytest.mark.soak
def test_sixty_megabytes_of_cfdi(tmp_path):
    source = random.Random(60)
    cfdi = build()
    path = tmp_path / "month.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        number = 0
        while archive.fp.tell() < 60 * MB:
            seal = base64.b64encode(source.randbytes(2000))
            archive.writestr(
                f"{number}.xml", cfdi.replace(b'Sello="', b'Sello="' + seal)
            )
            number += 1

    codes, extra = _read(path)

    assert codes == {"": number}
    assert extra < ONE_MEMBER_MB
