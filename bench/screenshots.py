"""`make screenshots`: every page as each role, wide and narrow, into var/screenshots/.

The demo clinic is made in a database of its own, which is gone afterwards; the pages come from a
real web server and are drawn by a real browser. Needs DATABASE_URL and REDIS_URL, as
`python -m clinic.local.with_services -- ...` gives them.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Page as Tab

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from clinic.local.browser import HOW_TO, executable  # noqa: E402 - found through the path above
from clinic.local.ports import LOOPBACK, accepts  # noqa: E402
from clinic.local.ports import remembered as free_port  # noqa: E402
from clinic.local.processes import wait_until  # noqa: E402

if TYPE_CHECKING:
    from bench.page import Page

DATABASE: Final = "milia_screenshots"
FOLDER: Final = ROOT / "var" / "screenshots"
SIZES: Final = ((1440, 900), (390, 844))
TABLET: Final = (1024, 768)
ON_TABLET: Final = (
    *("today", "assessment-draft", "decide", "screening-ask-first", "consent-sign"),
    *("visit-log", "visit-record", "photos-take", "results"),
)
DARK: Final = (
    *("today", "calendar-day-people", "patient-middle", "series"),
    *("assessment-draft", "visit-log", "plan-together", "results"),
)
STRANGER: Final = "stranger@milia.example"


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """An empty database on the server of DATABASE_URL; dropped at the end."""
    given = urlsplit(os.environ["DATABASE_URL"])
    drop = f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)'
    with psycopg.connect(urlunsplit(given), autocommit=True) as session:
        session.execute(drop)
        session.execute(f'CREATE DATABASE "{DATABASE}"')
        try:
            yield urlunsplit(given._replace(path=f"/{DATABASE}"))
        finally:
            session.execute(drop)


@contextlib.contextmanager
def web(port: int) -> Iterator[str]:
    """The web process of the product; the address of its first page."""
    options = ["--worker-class", "gthread", "--threads", "4", "--bind", f"{LOOPBACK}:{port}"]
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", *options, "clinic.wsgi"]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        if not wait_until(lambda: accepts(port), seconds=60):
            raise RuntimeError("the web server does not start")
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.terminate()
        server.wait()


def signed_in(browser: Browser, base: str, email: str, size: tuple[int, int], dark: bool) -> Tab:
    """A window of this size in which this member of staff has signed in."""
    width, height = size
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    tab = context.new_page()
    tab.goto(f"{base}/account/login/")
    tab.fill("input[type=email]", email)
    tab.fill("input[type=password]", _password())
    tab.click("main button[type=submit]")
    # the first page with its scripts: a press before they run opens another page instead of a panel
    tab.wait_for_url(lambda url: "/account/login" not in url)
    return tab


def _password() -> str:
    from treatments.demo.places import PASSWORD  # noqa: PLC0415 - after setup

    return PASSWORD


class Camera:
    """Takes the pictures and keeps a list of them, and of what a page complained about."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.taken: list[str] = []
        self.trouble: list[str] = []

    def shoot(self, tab: Tab, name: str, width: int, dark: bool = False) -> None:
        tab.wait_for_load_state("networkidle")
        file = FOLDER / f"{name}-{width}{'-dark' if dark else ''}.png"
        tab.screenshot(path=file, full_page=True)
        self.taken.append(file.name)
        over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            self.trouble.append(f"{file.name}: {over} px wider than the window")

    def visit(self, tab: Tab, page: "Page", name: str, width: int, dark: bool = False) -> None:
        answer = tab.goto(self.base + page.path)
        if answer is None or answer.status != page.status:
            self.trouble.append(f"{name}: answered {answer and answer.status}, not {page.status}")
        self.shoot(tab, name, width, dark)

    def open(self, email: str, size: tuple[int, int], dark: bool = False) -> Tab:
        tab = signed_in(self.browser, self.base, email, size, dark)
        tab.on("console", lambda line: self._note(tab, line.type, line.text))
        tab.on("pageerror", lambda error: self._note(tab, "error", str(error)))
        return tab

    def _note(self, tab: Tab, kind: str, text: str) -> None:
        # the browser itself reports every status above 399 like this
        if kind == "error" and "the server responded with a status of" not in text:
            self.trouble.append(f"{tab.url}: {text}")


def photograph(camera: Camera) -> None:
    """All pages in all sizes, then what only a press of a button shows."""
    from bench.link_pages import link_pages  # noqa: PLC0415 - after setup
    from bench.page import EVERYBODY  # noqa: PLC0415
    from bench.pages import bookable, pages  # noqa: PLC0415
    from treatments.demo.places import STAFF  # noqa: PLC0415 - after setup

    emails = {each.role: each.email for each in reversed(STAFF)}
    listed = pages()
    for size in SIZES:
        door = camera.browser.new_page(viewport={"width": size[0], "height": size[1]})
        door.goto(f"{camera.base}/account/login/")
        camera.shoot(door, "sign-in", size[0])
        for role in EVERYBODY:
            tab = camera.open(emails[role], size)
            for page in listed:
                if role in page.roles:
                    first = role == page.roles[0]
                    name = page.name if first else f"{page.name}-{role.replace(' ', '-')}"
                    camera.visit(tab, page, name, size[0])
        refused = camera.open(STRANGER, size)
        camera.shoot(refused, "not-allowed", size[0])
        for page in link_pages():
            patient = camera.browser.new_page(viewport={"width": size[0], "height": size[1]})
            camera.visit(patient, page, page.name, size[0])
    for page in listed:
        if page.name in ON_TABLET:
            tablet = camera.open(emails[page.roles[0]], TABLET)
            camera.visit(tablet, page, page.name, TABLET[0])
        if page.name in DARK:
            dark = camera.open(emails[page.roles[0]], SIZES[0], dark=True)
            camera.visit(dark, page, page.name, SIZES[0][0], dark=True)
    _press(camera, emails[EVERYBODY[0]], bookable())


def _press(camera: Camera, email: str, courses: tuple[str, str]) -> None:
    """The panel of a visit, the list under the search, the keys, and a series just booked."""
    for size in SIZES:
        tab = camera.open(email, size)
        tab.click("main a[href^='/appointments/']")
        tab.wait_for_selector("#panel .panel-head")
        camera.shoot(tab, "visit-panel", size[0])
        tab.goto(camera.base)
        tab.keyboard.press("?")
        camera.shoot(tab, "keys", size[0])
    for (width, height), path in zip(SIZES, courses, strict=True):
        tab = camera.open(email, (width, height))
        tab.goto(camera.base + path)
        tab.click(".proposal.is-best button[type=submit]")
        camera.shoot(tab, "after-booking", width)


def main() -> int:
    if executable() is None:
        print(HOW_TO, file=sys.stderr)
        return 1
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port(folder / "port")
        os.environ |= {
            "DATABASE_URL": stack.enter_context(own_database()),
            "CLINIC_VAR": str(folder),
            "LOCAL": "true",
            "LOG_LEVEL": "WARNING",
            "BASE_URL": f"http://{LOOPBACK}:{port}",
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
            # Playwright's event loop lives in this thread; no query runs inside one of its turns
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        prepare = [sys.executable, "-m", "clinic.local.prepare"]
        subprocess.run(prepare, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        django.setup()
        _add_stranger()
        FOLDER.mkdir(parents=True, exist_ok=True)
        base = stack.enter_context(web(port))
        play = stack.enter_context(sync_playwright())
        browser = play.chromium.launch(executable_path=executable(), args=["--lang=en-GB"])
        camera = Camera(browser, base)
        photograph(camera)
        browser.close()
        django.db.connections.close_all()
    print("\n".join(sorted(camera.taken)))
    print("\n".join(dict.fromkeys(camera.trouble)), file=sys.stderr)
    return 1 if camera.trouble else 0


def _add_stranger() -> None:
    """Somebody with an account and no role: sees that nothing may be seen."""
    from clinic.accounts.models import User  # noqa: PLC0415 - after setup

    User.objects.create_user(STRANGER, _password(), name="Sam New")


if __name__ == "__main__":
    raise SystemExit(main())
