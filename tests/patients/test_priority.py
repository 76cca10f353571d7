"""Letters stand back while somebody uses the pages."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from patients.actions import delivery, priority
from patients.models import Message
from patients.queries.served import PAGES, pages_lately
from tests.conftest import NOW, Cast
from tests.flows.running import database_url
from tests.patients.stories import Story, plan, tell
from tests.smtp import Postbox

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).parents[2]
HALF = 0.01


@pytest.fixture
def story() -> Story:
    return tell()


@contextmanager
def connected(name: str, url: str = "") -> Iterator[None]:
    with psycopg.connect(url or database_url(), application_name=name, autocommit=True) as session:
        session.execute("SELECT 1")
        yield


def work() -> None:
    """Use the processor for a hundredth of a second."""
    ends = time.process_time() + HALF
    while time.process_time() < ends:
        pass


def test_pages_are_seen_by_the_name_of_their_connections() -> None:
    assert not pages_lately()
    with connected("a worker"):
        assert not pages_lately()
    with connected(PAGES):
        assert pages_lately()


def test_pages_of_another_database_count_for_nothing() -> None:
    with connected(PAGES, database_url().rpartition("/")[0] + "/postgres"):
        assert not pages_lately()


def test_the_web_server_gives_its_connections_that_name() -> None:
    ask = (
        "import clinic.wsgi\n"
        "from django.db import connection\n"
        "connection.ensure_connection()\n"
        "print(connection.connection.info.parameter_status('application_name'))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == PAGES


def test_nobody_waits_while_no_page_is_asked_for() -> None:
    courtesy = priority.Courtesy()
    work()
    assert courtesy.seconds() == 0


def test_three_parts_of_the_time_are_left_to_pages() -> None:
    courtesy = priority.Courtesy()
    with connected(PAGES):
        work()
        assert courtesy.seconds() >= 3 * HALF
        # what was answered for is not answered for again
        assert courtesy.seconds() < 3 * HALF


def test_letters_for_which_pages_leave_no_time_are_given_back(
    cast: Cast, story: Story, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(priority, "LEFT_TO_PAGES", 10**9)
    plan(cast)
    with connected(PAGES):
        assert delivery.deliver_due(now=NOW) == 0
    assert Message.objects.get().status == Message.Status.PLANNED
    assert postbox.raw == []

    assert delivery.deliver_due(now=NOW) == 1
    assert len(postbox.raw) == 1
