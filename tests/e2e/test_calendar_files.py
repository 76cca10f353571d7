"""The calendar files of letters, read by the parser of a real calendar and kept as clients do."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from clinic.actions import rearranging
from clinic.actions.claims import Claim
from clinic.actions.rearranging import Cancel, Move, Wanted
from clinic.calendar_files import calendar_file
from clinic.models import Appointment, Rearrangement
from patients.actions import delivery
from tests.conftest import NOW, Cast
from tests.e2e.calendar_clients import CLIENTS, Calendar, Event, File, by_the_book, files_of
from tests.factories.clinic import AppointmentFactory, LocationFactory
from tests.flows.series import STARTS, Series, book
from tests.patients.stories import plan
from tests.smtp import Postbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LETTERS_GO = timedelta(minutes=2)
EACH_CLIENT = pytest.mark.parametrize("client", sorted(CLIENTS))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def uid(visit: Appointment) -> str:
    return f"appointment-{visit.pk}@milia.example"


def utc(moment: datetime) -> str:
    return f"UTC {moment:%Y-%m-%dT%H:%M:%S}.000Z"


# A series, through all that may happen to it -----------------------------------------------------


class Story:
    """Five peels of Ada, changed hour after hour; each change sends one letter."""

    def __init__(self, cast: Cast, page: Page, postbox: Postbox) -> None:
        self.cast, self.page, self.postbox = cast, page, postbox
        self.series: Series = book(cast)
        self.now = NOW

    def visit(self, number: int) -> Appointment:
        return self.series.visit(number)

    def sent(self) -> list[File]:
        """The files of the one letter that goes out now."""
        before = len(self.postbox.raw)
        self.now += LETTERS_GO
        delivery.deliver_due(now=self.now)
        (mail,) = self.postbox.mails[before:]
        self.now += HOUR
        return files_of(self.page, mail)

    def move(self, visits: list[Appointment], by: timedelta) -> list[File]:
        moves = tuple(Move(each, self._claim(each, by)) for each in visits)
        self._change(Wanted(self.cast.ada, self.cast.harbour, moves=moves))
        return self.sent()

    def cancel(self, visits: list[Appointment]) -> tuple[list[File], list[Rearrangement]]:
        cancels = tuple(Cancel(each) for each in visits)
        made = self._change(Wanted(self.cast.ada, self.cast.harbour, cancels=cancels))
        return self.sent(), made

    def undo(self, made: list[Rearrangement]) -> list[File]:
        key = uuid.uuid4()
        rearranging.undo(rearrangements=made, by=self.cast.fern, now=self.now, key=key)
        return self.sent()

    def _change(self, wanted: Wanted) -> list[Rearrangement]:
        return rearranging.rearrange(wanted=[wanted], by=self.cast.fern, now=self.now)

    def _claim(self, visit: Appointment, by: timedelta) -> Claim:
        held = visit.reservations.order_by("need__position")
        resources = tuple(each.resource_id for each in held)
        return Claim(visit.service, visit.during.lower + by, resources)


@pytest.fixture
def story(cast: Cast, page: Page, postbox: Postbox) -> Story:
    return Story(cast, page, postbox)


def sequences(files: list[File]) -> list[tuple[str, list[int]]]:
    return [(each.method, [event.sequence for event in each.events]) for each in files]


@EACH_CLIENT
def test_a_calendar_follows_a_series_through_everything(story: Story, client: str) -> None:
    calendar = Calendar(CLIENTS[client])
    visits = [story.visit(number) for number in range(1, 6)]
    uids = [uid(each) for each in visits]

    booked = story.sent()
    calendar.receive(booked)
    assert calendar.times == dict(zip(uids, map(utc, STARTS), strict=True))
    assert sequences(booked) == [("PUBLISH", [2])] * 5

    moved = story.move([story.visit(3), story.visit(4)], by=2 * DAY)
    calendar.receive(moved)
    starts = [*STARTS[:2], STARTS[2] + 2 * DAY, STARTS[3] + 2 * DAY, STARTS[4]]
    assert calendar.times == dict(zip(uids, map(utc, starts), strict=True))
    assert sequences(moved) == [("PUBLISH", [4])] * 2

    again = story.move([story.visit(3)], by=-DAY)
    calendar.receive(again)
    starts[2] -= DAY
    assert calendar.times == dict(zip(uids, map(utc, starts), strict=True))
    assert sequences(again) == [("PUBLISH", [6])]
    # what comes late, or is opened once more, changes nothing
    calendar.receive([*booked, *moved])
    assert calendar.times == dict(zip(uids, map(utc, starts), strict=True))

    cancelled, made = story.cancel([story.visit(4), story.visit(5)])
    calendar.receive(cancelled)
    assert calendar.times == dict(zip(uids[:3], map(utc, starts[:3]), strict=True))
    assert sequences(cancelled) == [("CANCEL", [5]), ("CANCEL", [3])]

    back = story.undo(made)
    calendar.receive(back)
    assert calendar.times == dict(zip(uids, map(utc, starts), strict=True))
    assert sequences(back) == [("PUBLISH", [6]), ("PUBLISH", [4])]

    gone, _made = story.cancel([story.visit(number) for number in range(1, 6)])
    calendar.receive(gone)
    assert calendar.events == {}
    assert sequences(gone) == [("CANCEL", [each]) for each in (3, 3, 7, 7, 5)]


def test_whatever_order_letters_come_in_the_calendar_ends_the_same(story: Story) -> None:
    letters = [
        story.sent(),
        story.move([story.visit(3)], by=DAY),
        story.move([story.visit(3)], by=DAY),
        story.cancel([story.visit(3)])[0],
    ]
    expected = {uid(story.visit(number)): utc(STARTS[number - 1]) for number in (1, 2, 4, 5)}
    for order in permutations(letters):
        calendar = Calendar(by_the_book)
        for files in order:
            calendar.receive(files)
        assert calendar.times == expected


def test_each_event_says_all_that_a_client_needs(story: Story) -> None:
    first = story.visit(1)
    file = story.sent()[0]
    assert file == File(
        "visit-2026-12-08-1500.ics",
        "PUBLISH",
        (
            Event(
                uid=uid(first),
                sequence=2,
                stamp=utc(NOW + LETTERS_GO),
                starts=utc(STARTS[0]),
                ends=utc(STARTS[0] + 45 * MINUTE),
                summary="Milia Clinic: Visit",
                location="Harbour Street, 1 Harbour Street, London",
                status="CONFIRMED",
                organizer="mailto:reception@milia.example",
                attendees=0,
            ),
        ),
    )
    gone, _made = story.cancel([first])
    assert gone == [
        File(
            "cancelled-2026-12-08-1500.ics",
            "CANCEL",
            (
                replace(
                    file.events[0], sequence=3, stamp=gone[0].events[0].stamp, status="CANCELLED"
                ),
            ),
        )
    ]


# Words, clocks, places ---------------------------------------------------------------------------


def letter(cast: Cast, page: Page, postbox: Postbox, visit: Appointment) -> list[File]:
    """The files of the letter that says that this visit is booked."""
    plan(cast, "booked", subject=f"booking:{visit.booking_id}", transactional=True)
    delivery.deliver_due(now=NOW)
    return files_of(page, postbox.mails[-1])


# every special character of RFC 5545, and folds that fall between the bytes of one character
AWKWARD = {
    "de": (
        "Hautärzte Köln, Süd; Praxis „Grün“ \\ Haus B",
        "Säurepeeling, mild; für Gesicht & Hals, äußere Schicht: größte Sorgfalt",
        "Überseequartier; Ärztehaus",
        "Hafenstraße 12, 3. Stock; Klingel „Dr. Öz“\r\n20457 Hamburg, Zugang über den Hof: Tür 2",
    ),
    "es": (
        "Clínica Peña; piel, niños y más",
        "Limpieza ácida, suave; cara y cuello: ¿primera vez? ¡Año 2027 \\ señales!",
        "Señorío, planta 2ª; ascensor",
        "Calle Núñez de Balboa, 114; 1.º izq.\n28006 Madrid, junto a «Café Comercial»",
    ),
}
FILES = {"de": "termin-2026-12-01-1500.ics", "es": "cita-2026-12-01-1500.ics"}


@pytest.mark.parametrize("language", sorted(AWKWARD))
def test_every_character_arrives(
    cast: Cast, page: Page, postbox: Postbox, settings: Any, language: str
) -> None:
    clinic, service_name, name, address = AWKWARD[language]
    settings.CLINIC_NAME = clinic
    cast.ada.language = language
    cast.ada.save()
    service = cast.glycolic.service_of(1)
    service.patient_name = service_name
    service.save()
    cast.harbour.name, cast.harbour.address = name, address
    cast.harbour.save()
    visit = AppointmentFactory(
        patient=cast.ada, location=cast.harbour, service=service, start=NOW + DAY + 6 * HOUR
    )
    (file,) = letter(cast, page, postbox, visit)
    (event,) = file.events
    assert file.name == FILES[language]
    assert event.summary == f"{clinic}: {service_name}"
    assert event.location == f"{name}, {address}".replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("start", "name"),
    [
        # an hour is left out while it lasts, and an hour comes twice
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), "visit-2027-03-28-0030.ics"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "visit-2027-10-31-0130.ics"),
    ],
)
def test_a_visit_over_a_change_of_clocks_keeps_its_instants(
    cast: Cast, page: Page, postbox: Postbox, start: datetime, name: str
) -> None:
    service = cast.glycolic.service_of(1)
    visit = AppointmentFactory(
        patient=cast.ada, location=cast.harbour, service=service, start=start
    )
    (file,) = letter(cast, page, postbox, visit)
    (event,) = file.events
    assert (file.name, event.starts) == (name, utc(start))
    assert event.ends == utc(start + service.minutes * MINUTE)


def test_visits_at_two_places_stand_side_by_side(cast: Cast, page: Page, postbox: Postbox) -> None:
    far = LocationFactory(far=True, name="Hill Road")
    calendar, service = Calendar(CLIENTS["Thunderbird"]), cast.glycolic.service_of(1)
    for place, start in ((cast.harbour, NOW + DAY), (far, NOW + 30 * DAY)):
        visit = AppointmentFactory(patient=cast.ada, location=place, service=service, start=start)
        calendar.receive(letter(cast, page, postbox, visit))
    assert [(each.location, each.starts) for each in calendar.events.values()] == [
        ("Harbour Street, 1 Harbour Street, London", utc(NOW + DAY)),
        ("Hill Road", utc(NOW + 30 * DAY)),
    ]


def test_a_service_without_a_name_for_patients_is_the_clinic_alone(cast: Cast) -> None:
    service = cast.glycolic.service_of(1)
    service.patient_name = ""
    visit = AppointmentFactory.build(pk=1, patient=cast.ada, location=cast.harbour, service=service)
    assert b"\r\nSUMMARY:Milia Clinic\r\n" in calendar_file(visit, now=NOW).content
