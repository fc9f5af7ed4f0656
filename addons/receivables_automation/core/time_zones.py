"""Time zones of Mexico: which clock a company or a debtor lives by."""

CENTRE = "America/Mexico_City"

# States off the central zone, by the state codes of Odoo. Source: Ley de los Husos
# Horarios en los Estados Unidos Mexicanos, articles 3 and 4 (DOF 28 October 2022).
# Border towns keep their neighbour's clock; their contacts carry a zone of their own.
ZONE_BY_STATE = {
    "BCN": "America/Tijuana",
    "BCS": "America/Mazatlan",
    "NAY": "America/Mazatlan",
    "ROO": "America/Cancun",
    "SIN": "America/Mazatlan",
    "SON": "America/Hermosillo",
}


def zone_of_state(state_code: str | None) -> str:
    """Return the zone's name of a Mexican state; the centre's where none is known.

    >>> zone_of_state("SON")
    'America/Hermosillo'
    >>> zone_of_state("NLE")
    'America/Mexico_City'
    """
    return ZONE_BY_STATE.get(state_code or "", CENTRE)
