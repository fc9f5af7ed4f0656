import zoneinfo

import pytest

from odoo.addons.receivables_automation.core.time_zones import (
    CENTRE,
    ZONE_BY_STATE,
    zone_of_state,
)


@pytest.mark.parametrize("zone", sorted({CENTRE, *ZONE_BY_STATE.values()}))
def test_every_zone_exists(zone):
    assert zoneinfo.ZoneInfo(zone)


@pytest.mark.parametrize(
    ("state", "zone"),
    [
        ("BCN", "America/Tijuana"),
        ("SON", "America/Hermosillo"),
        ("ROO", "America/Cancun"),
        ("NLE", CENTRE),
        ("", CENTRE),
        (None, CENTRE),
    ],
)
def test_state_keeps_its_clock(state, zone):
    assert zone_of_state(state) == zone
