"""Booking by pointing at the calendar: what is offered, what is refused, what is booked."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from clinic.models import Appointment, Rearrangement, Resource, Service
from clinic.queries import one_start
from clinic.scheduling.clock import to_minute
from patients.actions import delivery
from patients.models import Message
from tests.conftest import NOW, Cast, resource
from tests.factories.clinic import AbsenceFactory, AppointmentFactory, ServiceFactory
from tests.smtp import Postbox

pytestmark = pytest.mark.django_db

As = Callable[[User], Client]
NEW = reverse("visit-new")
PATIENTS = reverse("visit-new-patients")
HTMX = {"HX-Request": "true"}
START = "2026-12-01T10:30"


def ask(client: Client, cast: Cast, **more: Any) -> Any:
    return client.get(NEW, {"patient": cast.ada.pk, "start": START} | more)


def offer(client: Client, cast: Cast, **more: Any) -> Any:
    return ask(client, cast, **more).context["offer"]


def press(client: Client, cast: Cast, value: str, **more: Any) -> Any:
    form = {"patient": cast.ada.pk, "start": START, "time": value}
    return client.post(NEW, form | more)


def second_doctor(cast: Cast) -> Resource:
    return resource(cast.harbour, "person", "Dr Two", "assess")


def test_first_the_patient_is_asked_for(cast: Cast, as_: As) -> None:
    shown = as_(cast.fern).get(NEW, {"start": START, "resource": cast.dr_cole.pk}, headers=HTMX)
    text = shown.content.decode()
    assert "Tue 1 Dec 2026, 10:30 · Dr Cole" in text
    assert "Who is it for?" in text
    assert "<html" not in text


def test_patients_found_lead_back_to_the_panel(cast: Cast, as_: As) -> None:
    asked = {"q": "lindq", "start": START, "resource": cast.dr_cole.pk}
    answer = as_(cast.fern).get(PATIENTS, asked, headers=HTMX)
    ((line, url),) = answer.context["choices"]
    assert line.patient == cast.ada
    assert url == f"{NEW}?start=2026-12-01T10%3A30&resource={cast.dr_cole.pk}&patient={cast.ada.pk}"
    assert "next=%2Fvisits%2Fnew%2F%3Fstart" in answer.context["add_url"]


def test_without_scripts_the_search_keeps_the_time(cast: Cast, as_: As) -> None:
    client, asked = as_(cast.fern), {"start": START, "resource": cast.dr_cole.pk}
    page = client.get(NEW, asked).content.decode()
    (form,) = re.findall(r'<form class="find find-patient".*?</form>', page, re.DOTALL)
    assert f'action="{NEW}"' in form
    assert f'name="start" value="{START}"' in form
    assert f'name="resource" value="{cast.dr_cole.pk}"' in form
    found = client.get(NEW, asked | {"q": "lindqvist"})
    ((line, url),) = found.context["choices"]
    assert line.name == "Ada Lindqvist"
    assert f'href="{url.replace("&", "&amp;")}"' in found.content.decode()
    assert client.get(url).context["offer"].value
    nobody = client.get(NEW, asked | {"q": "zzz"}).content.decode()
    assert "Nobody matches “zzz”." in nobody


def test_whoever_is_registered_on_the_way_comes_back_with_the_time(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    found = client.get(PATIENTS, {"q": "Zita Berg", "start": START}, headers=HTMX)
    person = {
        "given_name": "Zita",
        "family_name": "Berg",
        "birth_date": "1990-02-01",
        "sex": "unknown",
        "language": "en-gb",
        "time_zone": "Europe/London",
        "email_consent": "not_asked",
    }
    answer = client.post(found.context["add_url"], person)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{NEW}?start=2026-12-01T10%3A30&patient=")
    assert "Zita Berg" in client.get(answer["Location"]).content.decode()


def test_registering_never_leads_elsewhere(cast: Cast, as_: As) -> None:
    url = reverse("patient-create") + "?next=https://evil.example/"
    person = {
        "given_name": "Zita",
        "family_name": "Berg",
        "birth_date": "1990-02-01",
        "sex": "unknown",
        "language": "en-gb",
        "time_zone": "Europe/London",
        "email_consent": "not_asked",
    }
    assert as_(cast.fern).post(url, person)["Location"].startswith("/patients/")


def test_a_free_start_is_offered_with_who_and_where(cast: Cast, as_: As) -> None:
    found = offer(as_(cast.fern), cast)
    assert found.service.key == "assessment"
    assert (f"{found.starts_at:%H:%M}", f"{found.ends_at:%H:%M}") == ("10:30", "11:00")
    assert found.names == ("Dr Cole", "Peel room 1")
    assert (found.objections, found.others, found.note) == ((), (), "")
    assert found.value


def test_the_resource_that_was_pointed_at_is_preferred(cast: Cast, as_: As) -> None:
    two = second_doctor(cast)
    assert offer(as_(cast.fern), cast).names[0] == "Dr Cole"
    assert offer(as_(cast.fern), cast, resource=two.pk).names[0] == "Dr Two"


def test_who_cannot_do_it_is_replaced_and_it_is_said(cast: Cast, as_: As) -> None:
    found = offer(as_(cast.fern), cast, resource=cast.nurse_nora.pk)
    assert found.names == ("Dr Cole", "Peel room 1")
    assert found.note == "Nurse Nora is not needed for this or cannot do it: Assessment."


def test_who_is_not_free_is_replaced_and_it_is_said(cast: Cast, as_: As) -> None:
    two = second_doctor(cast)
    AppointmentFactory(
        location=cast.harbour,
        service=ServiceFactory(minutes=30, needs=[("assess", 0, 30)]),
        start=datetime(2026, 12, 1, 10, 30, tzinfo=UTC),
        holding=[two],
        patient=cast.ben,
    )
    found = offer(as_(cast.fern), cast, resource=two.pk)
    assert found.names[0] == "Dr Cole"
    assert found.note == "Dr Two is not free then."


def test_a_passed_start_leads_to_the_next_free_ones_and_a_far_one_to_none(
    cast: Cast, as_: As
) -> None:
    past = offer(as_(cast.fern), cast, start="2026-06-01T10:30")
    assert past.objections == ("Mon 1 Jun, 10:30 is in the past.",)
    assert others(past) == ["Mon 10:30", "Tue 10:30"]
    assert past.others[0].starts_at.date() == NOW.date()
    assert offer(as_(cast.fern), cast, start="2026-06-01").others[0].starts_at.date() == NOW.date()
    far = offer(as_(cast.fern), cast, start="2029-12-03T10:30")
    assert (far.objections, far.others) == (("3 Dec 2029 is too far ahead to book.",), ())


def test_one_press_books_and_tells_once(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    form = {"patient": cast.ada.pk, "start": START, "time": offer(client, cast).value}
    answer = client.post(NEW, form, headers=HTMX)
    client.post(NEW, form, headers=HTMX)
    made = Appointment.objects.get()
    assert made.during.lower == datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
    assert [each.resource for each in made.reservations.order_by("need__position")] == [
        cast.dr_cole,
        cast.peel_room,
    ]
    assert answer["HX-Trigger-After-Swap"] == "appointment-changed"
    text = answer.content.decode()
    assert "Assessment is booked for Tue 1 Dec, 10:30." in text
    assert "The confirmation goes to ada@patient.example." in text


def letters(cast: Cast) -> list[tuple[str, str]]:
    return list(Message.objects.filter(patient=cast.ada).values_list("kind", "status"))


def test_the_confirmation_waits_until_it_can_no_longer_be_taken_back(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    press(client, cast, offer(client, cast).value)
    (letter,) = Message.objects.filter(patient=cast.ada, kind="booked")
    assert letter.due_at == NOW + timedelta(seconds=settings.UNDO_SECONDS)
    made = Rearrangement.objects.get()
    client.post(reverse("rearrangement-undo", args=[made.pk]))
    assert Appointment.objects.get().status == "cancelled"
    assert sorted(letters(cast)) == [("booked", "withdrawn"), ("tomorrow", "withdrawn")]


def test_the_confirmation_tells_of_the_new_visit(cast: Cast, as_: As, postbox: Postbox) -> None:
    client = as_(cast.fern)
    press(client, cast, offer(client, cast).value)
    later = NOW + timedelta(minutes=5)
    delivery.deliver_due(now=later)
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("ada@patient.example", "Your visit is booked")


def test_booking_without_telling_sends_nothing(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    form = {"patient": cast.ada.pk, "start": START, "quiet": offer(client, cast).value}
    text = client.post(NEW, form, headers=HTMX).content.decode()
    assert "Assessment is booked for Tue 1 Dec, 10:30. No e-mail goes out." in text
    assert [kind for kind, _status in letters(cast) if kind == "booked"] == []


def test_a_press_repeated_after_it_was_taken_back_books_nothing(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    form = {"patient": cast.ada.pk, "start": START, "time": offer(client, cast).value}
    client.post(NEW, form)
    client.post(reverse("rearrangement-undo", args=[Rearrangement.objects.get().pk]))
    answer = client.post(NEW, form, headers=HTMX)
    assert "was booked and given up again since" in answer.content.decode()
    assert Appointment.objects.filter(blocks_time=True).count() == 0


def test_without_scripts_the_day_is_shown_afterwards(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    found = client.get(NEW, {"patient": cast.ada.pk, "start": START}).context["offer"]
    form = {"patient": cast.ada.pk, "start": START, "time": found.value}
    assert client.post(NEW, form)["Location"] == "/calendar/day/?on=2026-12-01"


def test_a_start_that_somebody_took_is_refused_with_reasons(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    value = offer(client, cast).value
    taken = offer(client, cast, patient=cast.ben.pk).value
    assert press(client, cast, taken, patient=cast.ben.pk).status_code == 302
    answer = press(client, cast, value)
    assert answer.status_code == 409
    assert answer.context["reasons"] == [
        "Dr Cole is already booked then.",
        "Peel room 1 is already booked then.",
    ]
    assert answer.context["offer"].objections
    form = {"patient": cast.ada.pk, "start": START, "time": value}
    panel = client.post(NEW, form, headers=HTMX)
    assert (panel.status_code, "<html" in panel.content.decode()) == (409, False)
    assert Appointment.objects.get().patient == cast.ben


@pytest.mark.parametrize("value", ["", "nonsense", "1:2:3"])
def test_a_damaged_value_books_nothing(cast: Cast, as_: As, value: str) -> None:
    answer = press(as_(cast.fern), cast, value)
    assert answer.status_code == 409
    assert answer.context["reasons"] == ["This time is not offered any more. Nothing was booked."]
    assert Appointment.objects.count() == 0


def test_a_value_for_another_patient_books_nothing(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    answer = press(client, cast, offer(client, cast).value, patient=cast.ben.pk)
    assert answer.status_code == 409
    assert Appointment.objects.count() == 0


def others(found: Any) -> list[str]:
    return [f"{each.starts_at:%a %H:%M}" for each in found.others]


def test_a_taken_start_is_explained_and_the_nearest_are_offered(cast: Cast, as_: As) -> None:
    at = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
    service = ServiceFactory(minutes=30, needs=[("assess", 0, 30)])
    AppointmentFactory(
        location=cast.harbour, service=service, start=at, holding=[cast.dr_cole], patient=cast.ben
    )
    found = offer(as_(cast.fern), cast)
    assert found.value == ""
    assert found.objections == ("Dr Cole is already booked then.",)
    assert others(found) == ["Tue 09:45", "Tue 10:00", "Tue 11:00", "Wed 10:30", "Thu 10:30"]


def test_leave_is_told_by_its_name(cast: Cast, as_: As) -> None:
    at = datetime(2026, 12, 1, 8, tzinfo=UTC)
    AbsenceFactory(resource=cast.dr_cole, start=at, minutes=10 * 60)
    found = offer(as_(cast.fern), cast)
    assert found.objections == ("Dr Cole is away then (leave).",)
    assert others(found) == ["Wed 10:30", "Thu 10:30"]


def test_the_patients_own_visit_stands_in_the_way(cast: Cast, as_: As) -> None:
    at = datetime(2026, 12, 1, 10, 15, tzinfo=UTC)
    AppointmentFactory(location=cast.harbour, start=at, patient=cast.ada)
    assert offer(as_(cast.fern), cast).objections == (
        "Ada Lindqvist has another visit then: Glycolic peel, 10:15 to 10:45.",
    )


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("2026-12-01T07:00", "Dr Cole does not work then, or the clinic is closed."),
        ("2026-12-01T10:32", "Visits start every 15 minutes; 10:32 is between."),
        ("2026-11-27T10:30", "Fri 27 Nov, 10:30 is in the past."),
        ("2029-12-03T10:30", "3 Dec 2029 is too far ahead to book."),
        (
            "2027-03-28T01:30",
            "There is no 01:30 on that day: the clocks go forward.",
        ),
        ("soon", "Choose a day and a time."),
        ("2026-12-01T10:30+02:00", "Choose a day and a time."),
        ("9999-12-31T23:59", "Choose a day within the next two years."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    cast: Cast, as_: As, start: str, sentence: str
) -> None:
    found = offer(as_(cast.fern), cast, start=start)
    assert found.value == ""
    assert sentence in found.objections


def test_a_day_without_a_time_offers_its_first_free_starts(cast: Cast, as_: As) -> None:
    found = offer(as_(cast.fern), cast, start="2026-12-01")
    assert (found.value, found.objections) == ("", ())
    assert others(found)[:2] == ["Tue 09:00", "Tue 09:15"]
    assert len(found.others) == 8


def test_nobody_who_can_is_said_at_once(cast: Cast, as_: As) -> None:
    service = Service.objects.create(
        key="scan", name="Scan", patient_name="Visit", minutes=30, stands_alone=True
    )
    service.needs.create(position=1, label="Scanner", capability=_capability(), starts=0, ends=30)
    found = offer(as_(cast.fern), cast, service=service.pk)
    assert found.objections == ("Nobody here can do this: Scan.",)


def _capability() -> Any:
    from tests.factories.clinic import CapabilityFactory  # noqa: PLC0415

    return CapabilityFactory(key="scan")


def test_a_deceased_patient_is_not_booked(cast: Cast, as_: As) -> None:
    cast.ada.deceased = True
    cast.ada.save()
    found = offer(as_(cast.fern), cast)
    assert found.objections == ("Ada Lindqvist is recorded as deceased.",)


@pytest.mark.parametrize(
    "asked", [{"patient": "x"}, {"resource": "-1"}, {"service": "999"}, {"resource": "9" * 30}]
)
def test_any_address_is_answered(cast: Cast, as_: As, asked: dict[str, str]) -> None:
    assert as_(cast.fern).get(NEW, {"start": START} | asked).status_code == 200


def test_a_patient_who_is_not_there_is_not_found(cast: Cast, as_: As) -> None:
    assert as_(cast.fern).get(NEW, {"patient": 999999}).status_code == 404


def test_opening_the_record_in_the_panel_is_noted_once(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    ask(client, cast)
    only_the_offer = HTMX | {"HX-Target": "visit-offer"}
    client.get(NEW, {"patient": cast.ada.pk, "start": START}, headers=only_the_offer)
    reads = RecordAccess.objects.filter(record="patients.patient", record_id=cast.ada.pk)
    assert reads.count() == 1


def test_only_those_who_book_come_in(cast: Cast, as_: As) -> None:
    stranger = User.objects.create_user("nobody@clinic.example", "x", name="Nobody")
    client = as_(stranger)
    assert [client.get(url).status_code for url in (NEW, PATIENTS)] == [403, 403]


def test_the_queries_do_not_grow_with_the_clinic(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            one_start.look(
                patient=cast.ada,
                location=cast.harbour,
                service=Service.objects.get(key="assessment"),
                start=to_minute(datetime(2026, 12, 1, 10, 30, tzinfo=UTC)),
                prefer=cast.dr_cole.pk,
                now=NOW,
            )
        return len(caught)

    before = queries()
    for number in range(5):
        resource(cast.harbour, "person", f"Dr {number}", "assess")
    assert queries() == before <= 9


def hold(client: Client, cast: Cast, value: str, **more: Any) -> Any:
    form = {"patient": cast.ada.pk, "start": START, "hold": value}
    return client.post(NEW, form, **more)


def test_a_start_is_kept_in_the_panel(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    answer = hold(client, cast, offer(client, cast).value, headers=HTMX)
    kept = Appointment.objects.get()
    assert (kept.status, kept.during.lower) == ("held", datetime(2026, 12, 1, 10, 30, tzinfo=UTC))
    assert answer["HX-Trigger-After-Swap"] == "appointment-changed"
    text = answer.content.decode()
    assert "Nobody else can have it for 10 minutes." in text
    assert reverse("hold-confirm", args=[kept.booking_id]) in text
    assert not Message.objects.exists()


def test_without_scripts_the_visit_that_is_kept_opens(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    answer = hold(client, cast, offer(client, cast).value)
    kept = Appointment.objects.get()
    assert answer["Location"] == reverse("appointment-detail", args=[kept.pk])


def test_a_start_that_was_taken_is_not_kept(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    value = offer(client, cast).value
    ben = client.get(NEW, {"patient": cast.ben.pk, "start": START}).context["offer"].value
    press(client, cast, value)
    form = {"patient": cast.ben.pk, "start": START, "hold": ben}
    answer = client.post(NEW, form, headers=HTMX)
    assert answer.status_code == 409
    assert "<p>Dr Cole is already booked then.</p>" in answer.content.decode()
    assert Appointment.objects.count() == 1
