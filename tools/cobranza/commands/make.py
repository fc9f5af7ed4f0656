"""Commands that make, renew and remove databases."""

from .. import postgres, work_folder
from ..console import Failure, say
from ..settings import Settings, check_database_name
from ..setup import ground


def _name_and_flags(arguments: list[str], *flags: str) -> tuple[str, set[str]]:
    given = {word for word in arguments if word.startswith("-")}
    names = [word for word in arguments if not word.startswith("-")]
    if unknown := given - set(flags):
        raise Failure(
            f"Unknown option: {' '.join(sorted(unknown))}.",
            f"There is: {', '.join(flags)}.",
        )
    if len(names) != 1:
        raise Failure("One database name is needed.", "For example: ./cobranza db x")
    return check_database_name(names[0]), given


def _build(settings: Settings, arguments: list[str], sample: bool) -> None:
    name, flags = _name_and_flags(arguments, "--website")
    with ground(settings) as here, work_folder.only_one(settings, "databases"):
        made = here.databases.build(
            name, website="--website" in flags, sample=sample, logins=False
        )
    if made:
        say(f"The database {name} is ready.")
    else:
        say(
            f"The database {name} is there already; nothing was changed."
            f" (DB={name} ./cobranza reset removes it.)"
        )


def db(settings: Settings, arguments: list[str]) -> None:
    """Make a Mexican company with the add-ons and nothing else."""
    _build(settings, arguments, sample=False)


def sample(settings: Settings, arguments: list[str]) -> None:
    """Make a Mexican company with the add-ons and the sample company's story."""
    _build(settings, arguments, sample=True)


def update(settings: Settings, arguments: list[str]) -> None:
    """Update the add-ons in DB, whether they changed or not."""
    name = settings.database
    with ground(settings) as here, work_folder.only_one(settings, "databases"):
        if not here.databases.exists(name):
            raise Failure(
                f"There is no database {name}.", f"Make it: ./cobranza db {name}"
            )
        here.databases.update(name, only_if_changed=False)
    say(f"The add-ons in {name} are up to date.")


def reset(settings: Settings, arguments: list[str]) -> None:
    """Remove DB, or with ``--all`` everything that the commands ever made."""
    if arguments not in ([], ["--all"]):
        raise Failure("reset takes --all or nothing.")
    if arguments:
        _remove_everything(settings)
        return
    name = settings.database
    if not (settings.pg_host or (settings.home / "pg" / "data").is_dir()):
        say("There are no databases yet.")
        return
    with ground(settings) as here, work_folder.only_one(settings, "databases"):
        here.databases.drop(name)
        here.databases.drop(f"{name}_building")
    say(f"Removed the database {name} and its files.")


def _remove_everything(settings: Settings) -> None:
    if settings.home.is_dir():
        work_folder.check_ours(settings.home)
        if not postgres.stop_kept(settings, work_folder.child_environment(settings)):
            raise Failure(
                f"Another ./cobranza uses {settings.home}.", "End that one first."
            )
        with work_folder.only_one(settings):
            work_folder.remove(settings.home)
    say(f"Removed {settings.home}.")
    if settings.pg_host:
        say(f"The databases on {settings.pg_host} are left as they are.")
