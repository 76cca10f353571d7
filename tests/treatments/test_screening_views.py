"""The pages of the health questions: who may do what, what a bad form answers, what is shown."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from clinic.models import Appointment
from patients.models import Allergy, Clearance, Medication, Screening
from patients.questionnaire import GROUPS, YES, Answer
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.health import asked

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
TODAY = date(2026, 11, 30)
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)
KEY = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
HTMX = {"HX-Request": "true"}
NONE = {f"none_{group.key}": "on" for group in GROUPS}


@pytest.fixture
def peel(cast: Cast) -> Appointment:
    return AppointmentFactory(
        location=cast.harbour, patient=cast.ada, service=cast.glycolic.first_service, start=SOON
    )


def url(name: str, cast: Cast) -> str:
    return reverse(f"patient-screening{name}", args=[cast.ada.pk])


def send(client: Client, cast: Cast, **data: Any) -> Any:
    return client.post(url("-ask", cast), {"key": KEY} | data)


def test_no_to_everything_is_six_ticks_and_one_press(cast: Cast, as_: SignIn) -> None:
    answer = send(as_(cast.fern), cast, **NONE)
    assert answer.url == url("", cast)
    made = Screening.objects.get()
    assert (made.outcome, made.recorded_by) == ("answered", cast.fern)
    assert set(made.answers.values_list("value", flat=True)) == {"no"}


def test_a_form_sent_twice_writes_once(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    for _ in range(2):
        assert send(client, cast, **NONE).status_code == 302
    assert Screening.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"isotretinoin": "yes"}, "Not answered yet."),
        ({"isotretinoin": "yes", "isotretinoin_on": "2026-12-01"}, "This day is still to come."),
        ({"isotretinoin": "yes", "isotretinoin_on": "1992-01-01"}, "before the patient was born"),
        ({"isotretinoin": "yes", "isotretinoin_on": "soon"}, "Write the day like 2026-11-30."),
        (
            {"isotretinoin": "yes", "isotretinoin_on": "2026-11-01", "isotretinoin_on_still": "on"},
            "Give the day or tick one of these, not both.",
        ),
        ({"tan": "perhaps"}, "Choose one of the answers."),
    ],
)
def test_a_bad_answer_is_said_and_nothing_typed_is_lost(
    cast: Cast, as_: SignIn, data: dict[str, str], sentence: str
) -> None:
    answer = send(as_(cast.fern), cast, **NONE, **data, note="Fainted once")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert "Not saved yet. What was answered is still here." in page
    assert 'value="Fainted once"' in page
    if "isotretinoin_on" in data:
        assert f'value="{data["isotretinoin_on"]}"' in page
    assert Screening.objects.count() == 0


def test_half_answered_names_every_question_that_is_left(cast: Cast, as_: SignIn) -> None:
    half = dict.fromkeys(list(NONE)[:-1], "on")
    form = send(as_(cast.fern), cast, **half).context["form"]
    assert set(form.errors) == {"event", "sun", "expectation", "body_image"}


def test_a_form_without_its_number_is_refused(cast: Cast, as_: SignIn) -> None:
    assert as_(cast.fern).post(url("-ask", cast), NONE).status_code == 200
    assert Screening.objects.count() == 0


def test_what_records_say_is_shown_and_not_answered_for_the_patient(
    cast: Cast, as_: SignIn
) -> None:
    Medication.objects.create(
        patient=cast.ada, text="Isotretinoin 20 MG", status="stopped", recorded_at=NOW
    )
    Allergy.objects.create(patient=cast.ada, text="Salicylate", status="active")
    client = as_(cast.fern)
    page = client.get(url("-ask", cast)).content.decode()
    assert "On the medication list: Isotretinoin 20 MG (no longer taken, written down" in page
    assert "On the list of allergies: Salicylate" in page
    form = send(client, cast, **NONE).context["form"]
    assert set(form.errors) == {"isotretinoin", "salicylate_allergy"}
    send(client, cast, **NONE, isotretinoin="no", salicylate_allergy="yes")
    said = dict(Screening.objects.get().answers.values_list("question", "value"))
    assert (said["isotretinoin"], said["salicylate_allergy"]) == ("no", "yes")


def test_nothing_has_changed_is_one_press(cast: Cast, as_: SignIn) -> None:
    first = asked(cast.ada, cast.fern, date(2026, 11, 9), keloid=Answer(YES))
    send(as_(cast.fern), cast, unchanged=first.pk)
    newest = Screening.objects.latest("pk")
    assert newest != first
    assert newest.valid_until == date(2026, 12, 7)
    assert all(newest.answers.values_list("taken_over", flat=True))
    assert newest.answers.get(question="keloid").holds_until == date(2027, 11, 9)


def test_what_was_yes_and_no_longer_holds_is_asked_again(cast: Cast, as_: SignIn) -> None:
    first = asked(cast.ada, cast.fern, date(2026, 11, 9), wound=Answer(YES))
    client = as_(cast.fern)
    form = send(client, cast, unchanged=first.pk).context["form"]
    assert set(form.errors) == {"wound"}
    assert [each.question.key for each in form.now] == ["wound"]
    send(client, cast, unchanged=first.pk, wound="no")
    assert not Screening.objects.latest("pk").answers.exclude(value="no").exists()


def test_somebody_else_asked_meanwhile(cast: Cast, as_: SignIn) -> None:
    first = asked(cast.ada, cast.fern, TODAY)
    asked(cast.ada, cast.nora, TODAY)
    page = send(as_(cast.fern), cast, unchanged=first.pk).content.decode()
    assert "Other answers were recorded meanwhile. The page was older than that." in page
    assert Screening.objects.count() == 2


# At the desk --------------------------------------------------------------------------------------


def test_a_refused_arrival_leads_to_the_questions_and_they_check_in(
    cast: Cast, as_: SignIn, peel: Appointment
) -> None:
    client = as_(cast.fern)
    panel = client.post(reverse("appointment-check-in", args=[peel.pk]), headers=HTMX)
    assert panel.context["outcome"].settle_url == reverse("visit-health", args=[peel.pk])
    onward = client.get(panel.context["outcome"].settle_url)
    assert onward.url == f"{url('-ask', cast)}?visit={peel.pk}&arrive=1"
    answer = send(client, cast, **NONE, visit=peel.pk, arrive="1")
    assert answer.url == "/?on=2026-11-30"
    peel.refresh_from_db()
    assert peel.status == Appointment.Status.ARRIVED


def test_a_cold_sore_is_not_checked_in_and_says_what_to_do(
    cast: Cast, as_: SignIn, peel: Appointment
) -> None:
    client = as_(cast.fern)
    sore = {"cold_sore": "yes", "cold_sore_on_still": "on"}
    answer = send(client, cast, **NONE, **sore, visit=peel.pk, arrive="1")
    assert answer.url == f"{url('', cast)}?visit={peel.pk}"
    page = client.get(answer.url).content.decode()
    assert "Cold sore, going on: the infection may spread over the face." in page
    assert "A clinician clears it with a reason, or the visit is moved." in page
    assert "Clear for Glycolic peel" not in page
    peel.refresh_from_db()
    assert peel.status == Appointment.Status.BOOKED
    assert client.get(reverse("visit-health", args=[peel.pk])).url == answer.url


def test_a_visit_of_somebody_else_is_not_checked_in(cast: Cast, as_: SignIn) -> None:
    of_ben = AppointmentFactory(location=cast.harbour, patient=cast.ben, start=SOON)
    answer = send(as_(cast.fern), cast, **NONE, visit=of_ben.pk, arrive="1")
    assert answer.url == url("", cast)
    of_ben.refresh_from_db()
    assert of_ben.status == Appointment.Status.BOOKED


# Clearing -----------------------------------------------------------------------------------------


def clear(client: Client, cast: Cast, seen: Screening, **data: Any) -> Any:
    usual = {"seen": seen.pk, "modality": "glycolic", "row": 9, "reason": "Test spot first"}
    return client.post(url("-clear", cast), usual | data, follow=True)


def test_a_clinician_clears_with_name_and_reason(cast: Cast, as_: SignIn) -> None:
    seen = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    page = clear(as_(cast.cole), cast, seen).content.decode()
    assert "Cleared by Dr Cole, Mon 30 Nov, 09:00: Test spot first" in page
    found = Clearance.objects.get()
    assert (found.row, found.modality, found.level) == (9, "glycolic", "B")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"reason": " "}, "Write why it is safe. Nothing was changed."),
        ({"row": 25}, "That no longer stands in the answers."),
        ({"row": 99}, "This button is not known here: reload the page. Nothing was changed."),
        ({"modality": "leeches"}, "This button is not known here: reload the page."),
    ],
)
def test_clearing_is_refused_plainly(
    cast: Cast, as_: SignIn, data: dict[str, Any], sentence: str
) -> None:
    seen = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    assert sentence in clear(as_(cast.cole), cast, seen, **data).content.decode()
    assert Clearance.objects.count() == 0


@pytest.mark.parametrize("who", ["fern", "nora", "mina"])
def test_nobody_else_clears_a_block(cast: Cast, as_: SignIn, who: str) -> None:
    seen = asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    assert clear(as_(getattr(cast, who)), cast, seen).status_code == 403
    assert Clearance.objects.count() == 0


@pytest.mark.parametrize(("who", "status"), [("cole", 200), ("nora", 200), ("fern", 403)])
def test_whoever_treats_reads_cautions(cast: Cast, as_: SignIn, who: str, status: int) -> None:
    seen = asked(cast.ada, cast.fern, TODAY, pregnant=Answer(YES))
    data = {"seen": seen.pk, "modality": "glycolic", "row": [2]}
    page = reverse("screening-cautions", args=[cast.ada.pk])
    answer = as_(getattr(cast, who)).post(page, data, follow=True)
    assert answer.status_code == status
    assert Clearance.objects.count() == (status == 200)


def test_answers_of_somebody_else_are_not_found(cast: Cast, as_: SignIn) -> None:
    of_ben = asked(cast.ben, cast.fern, TODAY, keloid=Answer(YES))
    assert clear(as_(cast.cole), cast, of_ben).status_code == 404


# The page -----------------------------------------------------------------------------------------


def test_reading_is_noted_on_the_record(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.fern)
    for name in ("", "-ask"):
        client.get(url(name, cast))
    read = RecordAccess.objects.filter(user=cast.fern, record_id=cast.ada.pk, action="read")
    assert read.count() == 2


@pytest.mark.parametrize("askings", [1, 8])
def test_the_page_takes_the_same_queries_however_often_somebody_was_asked(
    cast: Cast,
    as_: SignIn,
    peel: Appointment,
    askings: int,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    for _ in range(askings):
        asked(cast.ada, cast.fern, TODAY, keloid=Answer(YES))
    client = as_(cast.cole)
    page = f"{url('', cast)}?visit={peel.pk}"
    client.get(page)
    with django_assert_num_queries(17):
        client.get(page)
    with django_assert_num_queries(11):
        client.get(url("-ask", cast))
