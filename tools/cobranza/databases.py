"""Databases: built under another name, renamed when whole, so no kill leaves half."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from . import odoo
from .console import Failure, step
from .odoo_source import source_key
from .postgres import sql
from .settings import ADDONS, PROJECT, Settings
from .work_folder import digest, folder_digest

SCRIPTS = Path(__file__).parent / "scripts"

# What a Mexican company that sells on credit has before ours: kept as a template.
CORE = ("account_payment", "contacts", "l10n_mx", "portal", "sale_management", "sms")
SITE = ("website",)
TEMPLATE = "cobranza_template"

# What a database was made with, kept in its own system parameters.
ADDONS_PARAMETER = "cobranza.addons"
LOGINS_PARAMETER = "cobranza.logins"


class Databases:
    """The databases of one server, with their filestores."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self.environment = environment

    def _admin(self, query: str) -> str:
        return sql(self.settings, self.environment, "postgres", query)

    def _filestore(self, name: str) -> Path:
        return self.settings.data_dir / "filestore" / name

    def names(self) -> list[str]:
        """Return every database of the server."""
        return self._admin("SELECT datname FROM pg_database").splitlines()

    def exists(self, name: str) -> bool:
        return name in self.names()

    def drop(self, name: str) -> None:
        """Remove a database and its files; connections to it are closed."""
        self._admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self._filestore(name), ignore_errors=True)

    def copy(self, source: str, target: str) -> None:
        """Make ``target`` as ``source`` is, files included.

        :raises Failure: somebody is connected to ``source``.
        """
        self.drop(target)
        self._admin(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        if self._filestore(source).is_dir():
            shutil.copytree(
                self._filestore(source), self._filestore(target), dirs_exist_ok=True
            )

    def rename(self, source: str, target: str) -> None:
        """Give a finished database its name; its files go first, so a kill is seen."""
        if self._filestore(source).is_dir():
            shutil.rmtree(self._filestore(target), ignore_errors=True)
            self._filestore(source).rename(self._filestore(target))
        self._admin(f'ALTER DATABASE "{source}" RENAME TO "{target}"')

    def parameter(self, name: str, key: str) -> str:
        """Return a system parameter of a database, '' if it is not set."""
        quoted = key.replace("'", "''")
        query = f"SELECT value FROM ir_config_parameter WHERE key = '{quoted}'"
        return sql(self.settings, self.environment, name, query)

    def stop_autovacuum(self, name: str) -> None:
        """Keep the statistics of a test database as they are.

        Its tests take everything back, so a table is always empty when it is looked
        at, and the planner then reads thousands of rows as if there were none.
        """
        sql(
            self.settings,
            self.environment,
            name,
            "DO $$ DECLARE name regclass; BEGIN"
            " FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace LOOP"
            " EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', name);"
            " END LOOP; END $$",
        )

    # --- templates -----------------------------------------------------------------

    def _template_key(self, modules: tuple[str, ...]) -> str:
        script = (SCRIPTS / "company.py").read_text()
        return digest(source_key(self.settings), *modules, script)[:8]

    def template(self, website: bool) -> str:
        """Return the database with Odoo's own modules that others are copied from."""
        bare = f"{TEMPLATE}_{self._template_key(CORE)}"
        if not self.exists(bare):
            self._drop_old_templates(keep=bare)
            self._build_bare(bare)
        if not website:
            return bare
        site = f"{bare}_site"
        if not self.exists(site):
            building = f"{site}_building"
            with step("Preparing a database with website") as progress:
                self.copy(bare, building)
                self.install(building, SITE, progress)
                self._run_scripts(building, "company")
                self.rename(building, site)
        return site

    def _drop_old_templates(self, keep: str) -> None:
        for name in self.names():
            if name.startswith(TEMPLATE) and not name.startswith(keep):
                self.drop(name)

    def _build_bare(self, name: str) -> None:
        building = f"{name}_building"
        with step("Preparing a Mexican company (once)") as progress:
            self.drop(building)
            # The country is there before accounting comes: so it takes Mexico's chart.
            odoo.run(
                self.settings,
                self.environment,
                "database-init",
                *("db", "init", "--country", "MX", "--language", "es_MX", building),
                problem="Odoo could not make a database.",
                on_line=odoo.show_modules(progress),
            )
            self.install(building, CORE, progress)
            self._run_scripts(building, "company")
            self.rename(building, name)

    def _run_scripts(self, database: str, *scripts: str) -> None:
        names = " and ".join(scripts)
        odoo.run_scripts(
            self.settings,
            self.environment,
            database,
            [SCRIPTS / f"{script}.py" for script in scripts],
            f"database-{'-'.join(scripts)}",
            problem=f"Not done in {database}: {names} (files in {SCRIPTS}).",
        )

    def install(self, name: str, modules: tuple[str, ...], progress=None) -> None:
        """Install modules; :raises Failure: one did not install."""
        odoo.run(
            self.settings,
            self.environment,
            "database-install",
            *("-d", name, "-i", ",".join(modules), "--no-http", "--stop-after-init"),
            problem=f"{', '.join(modules)} could not be installed in {name}.",
            on_line=progress and odoo.show_modules(progress),
        )
        self._check_installed(name, modules)

    def _check_installed(self, name: str, modules: tuple[str, ...]) -> None:
        # Odoo ends with exit code 0 even where a module was left out.
        quoted = ", ".join(f"'{module}'" for module in modules)
        query = (
            "SELECT name FROM ir_module_module"
            f" WHERE state = 'installed' AND name IN ({quoted})"
        )
        there = sql(self.settings, self.environment, name, query).splitlines()
        if missing := sorted(set(modules) - set(there)):
            raise Failure(
                f"Not installed in {name}: {', '.join(missing)}.",
                f"See {self.settings.logs / 'database-install.log'}.",
            )

    # --- databases with our add-ons --------------------------------------------------

    def addons_key(self) -> str:
        """Return a fingerprint of our add-ons as they stand in the project."""
        return folder_digest(PROJECT / "addons")

    def with_addons(self, website: bool) -> str:
        """Return a template in which our add-ons, as they are now, are installed."""
        base = self.template(website)
        name = f"{base}_{self.addons_key()[:8]}"
        if not self.exists(name):
            for other in self.names():
                is_older = other.startswith(f"{base}_") and "_site" not in (
                    other.removeprefix(base)
                )
                if is_older:
                    self.drop(other)
            building = f"{base}_building"
            site = " and website" if website else ""
            with step(f"Installing the three add-ons{site}") as progress:
                self.copy(base, building)
                self.install(building, ADDONS, progress)
                self.rename(building, name)
        return name

    def build(self, name: str, *, website: bool, sample: bool, logins: bool) -> bool:
        """Make the database ``name`` if it is not there; return whether it was made.

        A Mexican company in MXN with the chart ``mx``, in es_MX, with our add-ons.
        """
        if self.exists(name):
            return False
        building = f"{name}_building"
        key = self.addons_key()
        self.copy(self.with_addons(website), building)
        scripts = ["identity"]
        if sample:
            with step("Installing the test payment provider") as progress:
                self.install(building, ("payment_demo",), progress)
            scripts.append("sample")
        if logins:
            scripts += ["logins", "first_page"]
            self.set_parameter(building, LOGINS_PARAMETER, self._logins_key())
        with step(f"Running in {name}: {', '.join(scripts)}"):
            self._run_scripts(building, *scripts)
        self.set_parameter(building, ADDONS_PARAMETER, key)
        shutil.rmtree(self._filestore(name), ignore_errors=True)
        self.rename(building, name)
        return True

    def _logins_key(self) -> str:
        script = (SCRIPTS / "logins.py").read_text()
        return digest(self.settings.password, script)

    def renew_logins(self, name: str) -> bool:
        """Bring the sample's logins to today's password; return whether there are any.

        A database without the sample company has none, and its own are not ours to
        touch.
        """
        query = (
            "SELECT 1 FROM ir_model_data WHERE module = 'receivables_sample' LIMIT 1"
        )
        if not sql(self.settings, self.environment, name, query):
            return False
        if self.parameter(name, LOGINS_PARAMETER) != self._logins_key():
            with step("Renewing the logins"):
                self._run_scripts(name, "logins")
            self.set_parameter(name, LOGINS_PARAMETER, self._logins_key())
        return True

    def set_parameter(self, name: str, key: str, value: str) -> None:
        """Set a system parameter of a database that no server has open."""
        query = (
            "INSERT INTO ir_config_parameter (key, value, create_date, write_date)"
            f" VALUES ('{key}', '{value}', now(), now())"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value"
        )
        sql(self.settings, self.environment, name, query)

    def update(self, name: str, only_if_changed: bool = True) -> bool:
        """Bring a database to the add-ons as they are; return whether that was due."""
        key = self.addons_key()
        if only_if_changed and self.parameter(name, ADDONS_PARAMETER) == key:
            return False
        with step(f"Updating the add-ons in {name}") as progress:
            odoo.run(
                self.settings,
                self.environment,
                "database-update",
                *("-d", name, "-u", ",".join(ADDONS), "--no-http"),
                "--stop-after-init",
                problem=f"The add-ons could not be updated in {name}.",
                on_line=odoo.show_modules(progress),
            )
        self._check_installed(name, ADDONS)
        self.set_parameter(name, ADDONS_PARAMETER, key)
        return True
