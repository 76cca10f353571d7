"""A real headless browser on the real pages, and an ear for what the pages complain about."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from clinic.accounts.models import User
from clinic.local.browser import HOW_TO, executable

# a camera that shows a test picture, and that nobody has to allow
FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = executable()
    if path is None:
        pytest.skip(HOW_TO)
    # Playwright's event loop lives in this thread; no query runs inside one of its turns
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--lang=en-GB", *FAKE_CAMERA]
        )
        yield chromium
        chromium.close()
        # while the loop runs this thread has a connection of the loop's, for the tests after ours
        # too: once the loop is gone nobody finds it to close it
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Window:
    """A browser window with what its pages complained about."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda line: self._note(line.type, line.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        # the browser itself reports an answer with a status above 399 like this; htmx what it
        # asked for an element that was swapped away meanwhile (what fails is a sendError as well)
        usual = ("responded with a status of", "htmx:sendAbort", "htmx:afterRequest")
        if kind == "error" and not any(each in text for each in usual):
            self.complaints.append(f"{self.page.url}: {text}")

    def open(self, path: str) -> int:
        """Go there and wait for what the page itself asks for; the status of the answer.

        What the page before still asks for, after a change of its size, is waited for too: cut off
        by leaving, it would be a complaint of nobody's.
        """
        self._settle()
        answer = self.page.goto(self.base + path)
        assert answer is not None
        self._settle()
        return answer.status

    def _settle(self) -> None:
        expect(self.page.locator(".htmx-request")).to_have_count(0)


@pytest.fixture
def window(browser: Browser, live_server: Any) -> Iterator[Window]:
    """1440 px wide, in London, signed out."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/London"
    )
    context.set_default_timeout(20_000)
    opened = Window(context.new_page(), live_server.url)
    yield opened
    context.close()


@pytest.fixture
def sign_in(window: Window) -> Callable[[User], Window]:
    """Take over the session of this member of staff, without the form."""

    def take_over(user: User) -> Window:
        client = Client()
        client.force_login(user)
        value = client.cookies["sessionid"].value
        window.page.context.clear_cookies()
        window.page.context.add_cookies([{"name": "sessionid", "value": value, "url": window.base}])
        return window

    return take_over
