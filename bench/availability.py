"""When a visit fits: our whole request against the least program, one person to twenty.

Both answer the same question from the same database under the same web server, in turns; their
answers are compared before anything is timed. Then the pure function against the bare sweep, the
same requests with a long history, and django-appointment on the same visits.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import history, workload
from bench.peer import peer_of
from bench.reference_site.sweep import sweep
from bench.reference_site.urls import busy as busy_rows
from bench.results import Figure
from bench.servers import ROOT, Site, medians, serving
from bench.workload import Workload
from clinic.accounts.models import User
from clinic.accounts.roles import FRONT_DESK
from clinic.local.ports import LOOPBACK
from clinic.queries import free_starts
from clinic.queries.facts import Wanted, busy, facts
from clinic.queries.locations import SESSION_KEY
from clinic.scheduling.wishes import Wishes

PEOPLE, DAYS = (1, 5, 20), (30, 90)
ROUNDS, PEER_ROUNDS = 40, 3
OURS, REFERENCE = "clinic.wsgi", "bench.reference_site.wsgi"
SHORT, LONG = 10_000, 1_000_000
PLANS = ROOT / "var" / "bench" / "plans"


def measure() -> list[Figure]:
    clinics = {people: workload.build(people) for people in PEOPLE}
    everywhere = list(clinics.values())
    workload.write(workload.past(everywhere, SHORT))
    desk = _desk()
    figures = [*_requests(clinics, desk), *_pure(clinics), *_peer(clinics, desk)]
    return [*figures, *_by_history(clinics, desk)]


# Our request and the least program ----------------------------------------------------------------


def _requests(clinics: dict[int, Workload], desk: User) -> Iterator[Figure]:
    with serving(OURS) as ours, serving(REFERENCE) as reference:
        for people, clinic in clinics.items():
            browser = _signed_in(desk, clinic)
            ours.headers = _cookie(browser)
            for days in DAYS:
                asked = (ours, _our_path(clinic, days)), (reference, _plain_path(clinic, days))
                _same(*asked)
                yield from _request(f"{people} x {days}", medians(asked, ROUNDS), people == 1)
                yield _queries(f"{people} x {days}", browser, asked[0][1])


def _request(size: str, took: list[float], alone: bool) -> Iterator[Figure]:
    """The least program does so little for one person that our sign-in weighs more there."""
    most, (ours, least) = 3 if alone else 2, took
    yield Figure(
        f"availability, people x days {size}: request",
        round(ours, 2),
        f"<= {most} x reference",
        ours <= most * least,
        round(least, 2),
        "ms",
    )


def _queries(size: str, browser: Client, path: str) -> Figure:
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(path).status_code == 200, path
    number = len(caught)
    return Figure(f"availability, people x days {size}: queries", number, "<= 5", number <= 5)


def _same(ours: tuple[Site, str], reference: tuple[Site, str]) -> None:
    """Both have the same free starts on every day. Raises AssertionError."""
    (site, path), (other, plain) = ours, reference
    found, expected = json.loads(site.get(path)[0])["free"], json.loads(other.get(plain)[0])
    assert found == expected, f"{path}: the answers differ"


def _our_path(clinic: Workload, days: int) -> str:
    asked = {"service": clinic.service, "first": clinic.first, "days": days}
    return f"/availability/?{urlencode(asked)}"


def _plain_path(clinic: Workload, days: int) -> str:
    people, rooms = (",".join(map(str, ids)) for ids in (clinic.people, clinic.rooms))
    asked = {"people": people, "rooms": rooms, "first": clinic.first, "days": days}
    return f"/?{urlencode(asked)}"


def _desk() -> User:
    user = User.objects.create(email="desk@bench.example", name="Desk")
    user.groups.add(Group.objects.get(name=FRONT_DESK))
    return user


def _signed_in(user: User, clinic: Workload) -> Client:
    """A browser of the front desk that works at this clinic and is no longer new."""
    browser = Client(SERVER_NAME=LOOPBACK)
    browser.force_login(user)
    session = browser.session
    session[SESSION_KEY] = clinic.location
    session.save()
    browser.get(_our_path(clinic, 1))
    return browser


def _cookie(browser: Client) -> dict[str, str]:
    return {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"}


# The pure function and the bare sweep -------------------------------------------------------------


def _pure(clinics: dict[int, Workload]) -> Iterator[Figure]:
    for people, clinic in clinics.items():
        for days in DAYS:
            ours, least = _alternating(_function(clinic, days), _sweep(clinic, days))
            yield Figure(
                f"availability, people x days {people} x {days}: pure function",
                round(ours, 3),
                "<= 3 x bare sweep",
                ours <= 3 * least,
                round(least, 3),
                "ms",
            )


def _function(clinic: Workload, days: int) -> Callable[[], Any]:
    until, now = clinic.first + timedelta(days=days), timezone.now()
    place = facts(clinic.location, clinic.first, until, Wanted(serving=clinic.service))
    shape = place.shape
    assert shape is not None
    ways = free_starts.ways_to_serve(place, shape, {})
    booked = busy([*clinic.people, *clinic.rooms], place.window, now)
    return lambda: dict(free_starts.times(place, shape, ways, booked, Wishes(), now))


def _sweep(clinic: Workload, days: int) -> Callable[[], Any]:
    rows = busy_rows([*clinic.people, *clinic.rooms], clinic.first, days)
    return lambda: sweep(clinic.people, clinic.rooms, rows, clinic.first, days)


def _alternating(*functions: Callable[[], Any]) -> list[float]:
    """The median milliseconds of each, called in turns."""
    times = [[_milliseconds(each) for each in functions] for _ in range(ROUNDS)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def _milliseconds(function: Callable[[], Any]) -> float:
    started = time.perf_counter()
    function()
    return (time.perf_counter() - started) * 1000


# A peer -------------------------------------------------------------------------------------------


def _peer(clinics: dict[int, Workload], desk: User) -> Iterator[Figure]:
    """A month of one person, and of five; the peer is not asked about rooms."""
    clinic = clinics[5]
    with peer_of(clinic) as peer, serving(OURS) as ours:
        ours.headers = _cookie(_signed_in(desk, clinic))
        one = f"{_our_path(clinic, 30)}&person={clinic.people[0]}"
        for people, path in ((1, one), (5, _our_path(clinic, 30))):
            asked = {"people": people, "first": clinic.first, "days": 30}
            theirs = f"/?{urlencode(asked)}"
            rows = busy_rows(clinic.people, clinic.first, 30)
            expected = sweep(clinic.people[:people], [], rows, clinic.first, 30)
            assert json.loads(peer.get(theirs)[0]) == expected, "the peer answers otherwise"
            mine, other = medians([(ours, path), (peer, theirs)], PEER_ROUNDS)
            yield Figure(
                f"availability, people x days {people} x 30: beside django-appointment",
                round(mine, 2),
                "< its own time",
                mine < other,
                round(other, 2),
                "ms",
            )


# A long history -----------------------------------------------------------------------------------


def _by_history(clinics: dict[int, Workload], desk: User) -> Iterator[Figure]:
    """Two databases that differ in the number of past visits alone, asked in turns."""
    cookies, sizes = {}, ((1, 30), (5, 30), (20, 90))
    for people, clinic in clinics.items():
        browser = _signed_in(desk, clinic)
        cookies[people] = _cookie(browser)
        queries = _statements(browser, _our_path(clinic, DAYS[-1]))
    past = workload.past(list(clinics.values()), LONG, SHORT)
    with (
        history.copy_with(past) as address,
        serving(OURS) as short,
        serving(OURS, DATABASE_URL=address) as long,
    ):
        for people, days in sizes:
            short.headers = long.headers = cookies[people]
            path = _our_path(clinics[people], days)
            assert short.get(path)[0] == long.get(path)[0], "the past changes the answer"
            yield _history(f"{people} x {days}", medians([(short, path), (long, path)], ROUNDS))
        addresses = {"10-thousand": os.environ["DATABASE_URL"], "1-million": address}
        history.write_plans(queries, addresses, PLANS)


def _statements(browser: Client, path: str) -> list[str]:
    """What a request asks the database, values included."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, values: Any, *rest: Any) -> Any:
        operations: Any = connection.ops
        found.append(operations.compose_sql(sql, values))
        return execute(sql, values, *rest)

    with connection.execute_wrapper(note):
        browser.get(path)
    return found


def _history(size: str, took: list[float]) -> Figure:
    before, after = took
    return Figure(
        f"availability, people x days {size}: after {LONG:,} visits beside {SHORT:,}",
        round(after, 2),
        "<= 1.2 x",
        after <= 1.2 * before,
        round(before, 2),
        "ms",
    )
