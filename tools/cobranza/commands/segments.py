"""``./cobranza segments``: do the shipped segments tell debtors' causes apart?"""

import sys

from ..console import Failure
from ..settings import PROJECT, Settings

OPTIONS = {"--seeds": "5", "--noise": "0.1"}


def segments(settings: Settings, arguments: list[str]) -> None:
    """Print single facts' overlap and the shipped conditions' confusion matrices.

    On debtors simulated from causes (`tests/simulator`), without a database.

    :raises Failure: an option is unknown, or its value no number in its range.
    """
    given = _options(arguments)
    # It is no part of the tools: the tests of the add-on use it too.
    sys.path.insert(0, str(PROJECT / "tests"))
    from simulator.report import report

    print(report(int(given["--seeds"]), float(given["--noise"])))


def _options(arguments: list[str]) -> dict[str, str]:
    """Return each option with its value, as a number that can be used."""
    given = dict(OPTIONS)
    rest = list(arguments)
    while rest:
        name = rest.pop(0)
        if name not in OPTIONS or not rest:
            raise Failure(
                f"{name} is no option with a value.",
                "./cobranza segments --seeds 5 --noise 0.1",
            )
        given[name] = rest.pop(0)
    if not given["--seeds"].isdigit() or not int(given["--seeds"]):
        raise Failure(f"--seeds is {given['--seeds']!r}.", "Give a whole number.")
    try:
        is_share = 0 < float(given["--noise"]) < 1
    except ValueError:
        is_share = False
    if not is_share:
        raise Failure(
            f"--noise is {given['--noise']!r}.", "Give a share between 0 and 1: 0.1."
        )
    return given
