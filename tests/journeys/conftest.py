"""A served sample company, a mail catcher and a real browser for every journey."""

import contextlib
import functools
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from cobranza.databases import ADDONS_PARAMETER
from cobranza.serving import point_links_here, point_mail_to_catcher, start_odoo
from cobranza.settings import PROJECT, Settings
from cobranza.setup import Ground, ground
from fakes.mail_client import MailCatcher
from fakes.process import FakeProcess, free_port
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

SAMPLE = "cobranza_journey"
PASSWORD = "cobranza"  # noqa: S105
BROWSER = {
    "executable_path": os.environ.get("COBRANZA_BROWSER"),
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
}
# Milliseconds that a page on a busy machine may take for one thing.
PATIENCE = 30_000
MEXICO = {"locale": "es-MX", "timezone_id": "America/Mexico_City"}
# Core's own pages ask the Internet for pictures, and Debian's package leaves out one
# library without source; neither is ours to mend.
NOT_OURS = ("ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED", "selfie_segmentation")


@dataclass(frozen=True)
class Site:
    """A running Odoo, its database and the e-mail that left it."""

    url: str
    database: str
    mail: MailCatcher


@pytest.fixture(scope="session")
def here() -> Iterator[Ground]:
    """Return the installed suite with PostgreSQL running."""
    os.environ["COBRANZA_PASSWORD"] = PASSWORD
    with ground(Settings.from_environment()) as ready:
        yield ready


def _sample(here: Ground, website: bool) -> str:
    """Return a database with the sample company and its logins, never served itself."""
    name = SAMPLE if website else f"{SAMPLE}_bare"
    databases = here.databases
    if databases.exists(name) and (
        databases.parameter(name, ADDONS_PARAMETER) != databases.addons_key()
    ):
        databases.drop(name)
    databases.build(name, website=website, sample=True, logins=True)
    return name


@pytest.fixture(scope="session")
def sample(here: Ground) -> str:
    """Return the sample company's database with the website module."""
    return _sample(here, website=True)


@contextlib.contextmanager
def _serving(here: Ground, source: str) -> Iterator[Site]:
    """Serve a copy of the sample ``source``, with its outgoing mail caught."""
    database = f"{source}_run"
    here.databases.copy(source, database)
    port = free_port()
    mail_folder = here.settings.home / f"{database}-mail"
    shutil.rmtree(mail_folder, ignore_errors=True)
    with contextlib.ExitStack() as running:
        fake = running.enter_context(
            FakeProcess("fakes.mail_catcher", "--folder", str(mail_folder))
        )
        point_mail_to_catcher(here, database, fake.ready["smtp_port"])
        point_links_here(here, database, port)
        start_odoo(
            here,
            running,
            database=database,
            port=port,
            log=f"{database}.log",
        )
        yield Site(f"http://127.0.0.1:{port}", database, MailCatcher(fake.ready["url"]))


@pytest.fixture(scope="session")
def site(here: Ground, sample: str) -> Iterator[Site]:
    """Return the sample company with the website module."""
    with _serving(here, sample) as ready:
        yield ready


@pytest.fixture(scope="session")
def bare_site(here: Ground) -> Iterator[Site]:
    """Return the sample company without the website module."""
    with _serving(here, _sample(here, website=False)) as ready:
        yield ready


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return what drives the distribution's Chromium."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Browser:
    """Return the browser of those who do not log in."""
    return playwright.chromium.launch(**BROWSER)


@pytest.fixture(scope="session")
def desk(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Site, str], BrowserContext]:
    """Return a function that gives each person a browser of their own, logged in.

    It stays for all journeys and has a profile on disk, as at work: the client's
    megabytes of script are read once and, in such a profile only, kept compiled.
    """

    @functools.cache
    def of(site: Site, login: str) -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp(login), base_url=site.url, **BROWSER, **MEXICO
        )
        who = {"db": site.database, "login": login, "password": PASSWORD}
        answer = context.request.post("/web/session/authenticate", data={"params": who})
        assert answer.json()["result"]["username"] == login
        return context

    return of


@pytest.fixture
def log_in(
    desk: Callable[[Site, str], BrowserContext],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an empty page in the browser of a logged-in person.

    A script error in any of its pages fails the test; a failed test leaves a
    screenshot in the work folder.
    """
    errors: list[str] = []
    pages: list[Page] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(
            known in message.text for known in NOT_OURS
        ):
            errors.append(message.text)

    def open_as(
        login: str, width: int = 1280, height: int = 900, at: Site | None = None
    ) -> Page:
        site = at or request.getfixturevalue("site")
        page = desk(site, login).new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(PATIENCE)
        page.on("console", note)
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        return page

    yield open_as
    _close(pages, request.node.name)
    assert not errors


def _close(pages: list[Page], name: str) -> None:
    """Close the pages; leave a picture of what each showed last."""
    shots = Path(os.environ["COBRANZA_HOME"]) / "screenshots"
    shots.mkdir(exist_ok=True)
    for number, page in enumerate(pages):
        if not page.is_closed():
            page.screenshot(path=shots / f"{name}-{number}.png")
            page.close()


@pytest.fixture
def new_phone(
    browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Callable[[Site], Page]]:
    """Return a function that opens a phone's browser, logged in as nobody.

    A failed test leaves a screenshot of each in the work folder.
    """
    pages: list[Page] = []

    def open_at(site: Site) -> Page:
        context = browser.new_context(
            base_url=site.url, viewport={"width": 390, "height": 844}, **MEXICO
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        pages.append(page)
        return page

    yield open_at
    _close(pages, f"{request.node.name}-phone")
    for page in pages:
        page.context.close()


@pytest.fixture(scope="session")
def cfdi_builder() -> ModuleType:
    """Return the writer of test CFDI, which belongs to the add-on's own tests."""
    path = PROJECT / "addons" / "mx_sat_sync" / "tests" / "cfdi_builder.py"
    spec = importlib.util.spec_from_file_location("cfdi_builder", path)
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
