"""RFC as people type them, and as they are compared."""

import re

_NOISE = re.compile(r"[^0-9A-ZÑ&]")
_RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{6}[0-9A-Z&Ñ]{3}")


def normalise_rfc(text: str) -> str:
    """Return an RFC in upper case without blanks, dashes and the prefix MX.

    >>> normalise_rfc("mx ano-120315 qx4"), normalise_rfc("H&E951128469")
    ('ANO120315QX4', 'H&E951128469')
    """
    bare = _NOISE.sub("", (text or "").upper())
    if bare.startswith("MX") and not _RFC.fullmatch(bare) and _RFC.fullmatch(bare[2:]):
        return bare[2:]
    return bare


def spellings(rfc: str) -> list[str]:
    """Return how an RFC is usually written, for a search that an index answers."""
    plain = normalise_rfc(rfc)
    return [plain, f"MX{plain}", plain.lower(), f"MX {plain}"]
