"""The commands of ``./cobranza``, in the order in which they are listed."""

from collections.abc import Callable
from dataclasses import dataclass

from ..settings import Settings
from . import bench, check_cfdi, develop, lint, make, run, segments, test, translate


@dataclass(frozen=True)
class Command:
    """A command's function, how it is called, and what it does in a line."""

    run: Callable[[Settings, list[str]], int | None]
    usage: str
    summary: str


COMMANDS = {
    "run": Command(run.run, "run", "install and start the sample company"),
    "test": Command(test.test, "test [STAGE…]", "install and run every test"),
    "soak": Command(test.soak, "soak [STAGE…]", "run the long tests"),
    "lint": Command(lint.lint, "lint [--fix]", "check style, manifests, XML and PO"),
    "translate": Command(
        translate.translate, "translate", "renew the .pot and .po from the code"
    ),
    "update": Command(make.update, "update", "update the add-ons in DB"),
    "shell": Command(develop.shell, "shell [<SCRIPT]", "Odoo's shell on DB"),
    "env": Command(develop.env, "env", 'for eval "$(./cobranza env)": same tools here'),
    "db": Command(make.db, "db NAME [--website]", "make a database with the add-ons"),
    "sample": Command(
        make.sample,
        "sample NAME [--website]",
        "such a database with the sample company",
    ),
    "check-cfdi": Command(
        check_cfdi.check_cfdi, "check-cfdi DIR", "what the import makes of a folder"
    ),
    "bench": Command(
        bench.bench, "bench [--full] [--keep]", "measure on a generated ledger"
    ),
    "segments": Command(
        segments.segments,
        "segments [--seeds N] [--noise X]",
        "do segments tell simulated debtors apart?",
    ),
    "stop": Command(develop.stop, "stop", "stop the PostgreSQL that env left running"),
    "reset": Command(
        make.reset, "reset [--all]", "remove DB (--all: the whole work folder)"
    ),
}

__all__ = ["COMMANDS", "Command"]
