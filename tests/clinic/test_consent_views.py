"""Signing at a visit and from the record: who may, what is refused, what a refusal keeps."""

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from clinic.models import Appointment, Service
from patients.actions import consent_texts, readiness
from patients.actions.consent_texts import Words
from patients.models import Consent, ConsentDocument, ConsentText
from patients.queries import consent_texts as texts
from tests.conftest import NOW, Cast
from tests.factories.clinic import AppointmentFactory
from tests.health import receive
from tests.patients.signing import DRAWN, sign

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
SOON = datetime(2026, 11, 30, 9, 45, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    return AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=cast.glycolic.first_service,
        start=SOON,
    )


def page_of(visit: Appointment) -> str:
    return reverse("visit-consent-sign", args=[visit.pk])


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "key": uuid.uuid4(),
        "text": texts.current()["glycolic"].pk,
        "explained_by": cast.cole.pk,
        "read": "on",
        "questions": "on",
        "signer": "patient",
        "way": "drawn",
        "strokes": DRAWN,
        "name": "",
    } | changes


def test_the_page_shows_what_the_visit_waits_for(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    answer = as_(cast.fern).get(page_of(visit))
    page = answer.content.decode()
    assert answer.context["text"].scope == "glycolic"
    assert "Glycolic acid peel" in page
    assert "Ada Lindqvist" in page
    assert "14 March 1992" in page
    # nothing of other patients, no way to them
    assert "patient-search" not in page
    assert RecordAccess.objects.filter(record_id=cast.ada.pk, action="read").exists()


def test_whoever_treats_explains_unless_the_one_signed_in_does(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    assert as_(cast.nora).get(page_of(visit)).context["form"].initial["explained_by"] == cast.nora
    assert as_(cast.fern).get(page_of(visit)).context["form"].initial["explained_by"] is None


def test_signed_by_hand_the_tablet_is_handed_back(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    answer = as_(cast.fern).post(page_of(visit), filled(cast), follow=True)
    made = Consent.objects.get()
    assert answer.redirect_chain == [
        (f"{reverse('consent-signed', args=[made.pk])}?visit={visit.pk}", 302)
    ]
    assert "Thank you, Ada" in answer.content.decode()
    assert (made.way, made.signer_name, made.place) == (
        "drawn",
        "Ada Lindqvist",
        cast.harbour.name,
    )


def test_signed_by_name_without_scripts(cast: Cast, as_: SignIn, visit: Appointment) -> None:
    data = filled(cast, way="typed", strokes="", name="Ada Lindqvist")
    as_(cast.fern).post(page_of(visit), data)
    assert Consent.objects.get().way == "typed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"strokes": ""}, "Sign in the field, or choose to type the name."),
        ({"strokes": "M10 10L11 11"}, "That is too little for a signature."),
        ({"way": "typed", "name": ""}, "Type the full name of whoever signs."),
        ({"way": "typed", "name": "Ben Okafor"}, "The name typed is not the patient’s"),
        ({"signer": "parent", "name": ""}, "Type the full name of whoever signs."),
        ({"questions": ""}, "Tick this once all questions are answered."),
        ({"read": ""}, "Tick this once the text is read and understood."),
        ({"explained_by": ""}, "Choose who explained it."),
        ({"strokes": "M1 1" * 6000}, "That is more than a signature."),
    ],
)
def test_a_refusal_says_why_and_keeps_the_signature(
    cast: Cast, as_: SignIn, visit: Appointment, changes: dict[str, Any], sentence: str
) -> None:
    answer = as_(cast.fern).post(page_of(visit), filled(cast, **changes))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert sentence in page
    if "strokes" not in changes and changes.get("way") != "typed":
        assert page.count(DRAWN) == 2
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("field", ["key", "text", "explained_by", "way", "signer"])
def test_nonsense_in_a_field_writes_nothing(
    cast: Cast, as_: SignIn, visit: Appointment, field: str
) -> None:
    answer = as_(cast.fern).post(page_of(visit), filled(cast, **{field: "9" * 30}))
    assert answer.status_code in (404, 409)
    assert Consent.objects.count() == 0


def test_the_front_desk_does_not_explain(cast: Cast, as_: SignIn, visit: Appointment) -> None:
    answer = as_(cast.fern).post(page_of(visit), filled(cast, explained_by=cast.fern.pk))
    assert "Choose a name from the list." in answer.content.decode()


def test_a_text_that_was_replaced_meanwhile_is_shown_anew(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    data = filled(cast)
    words = Words("Glycolic acid peel", "Other words.")
    draft = consent_texts.save_draft(
        scope="glycolic", language="en", words=words, by=cast.mina, now=NOW
    )
    consent_texts.publish(draft=draft, seen_at=NOW, by=cast.mina, now=NOW)
    client = as_(cast.fern)
    page = client.post(page_of(visit), data).content.decode()
    assert "There is a newer version of this text." in page
    assert "Other words." in page
    assert f'name="text" value="{draft.pk}"' in page
    client.post(page_of(visit), data | {"text": draft.pk})
    assert Consent.objects.get().text == draft


def test_sent_twice_is_signed_once(cast: Cast, as_: SignIn, visit: Appointment) -> None:
    client, data = as_(cast.fern), filled(cast)
    first, second = (client.post(page_of(visit), data) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert (Consent.objects.count(), ConsentDocument.objects.count()) == (1, 1)


def test_signed_already_the_page_says_so_and_asks_for_nothing(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    sign(cast)
    page = as_(cast.fern).get(f"{page_of(visit)}?scope=glycolic").content.decode()
    assert "Signed already: version 1, Mon 30 Nov 2026, 09:00." in page
    assert "Sign the consent" not in page


def test_then_photographs_are_asked_for(cast: Cast, as_: SignIn, visit: Appointment) -> None:
    sign(cast)
    assert as_(cast.fern).get(page_of(visit)).context["text"].scope == "photos"


def test_a_scope_nobody_knows_is_not_found(cast: Cast, as_: SignIn, visit: Appointment) -> None:
    client = as_(cast.fern)
    assert client.get(f"{page_of(visit)}?scope=tattoo").status_code == 404
    url = reverse("consent-sign", args=[cast.ada.pk, "tattoo"])
    assert client.get(url).status_code == 404


def test_from_the_record_it_comes_back_to_the_record(cast: Cast, as_: SignIn) -> None:
    client, url = as_(cast.fern), reverse("consent-sign", args=[cast.ada.pk, "glycolic"])
    page = client.post(url, filled(cast), follow=True).content.decode()
    assert reverse("patient-consents", args=[cast.ada.pk]) in page


def test_the_signing_page_takes_a_fixed_number_of_queries(
    cast: Cast,
    as_: SignIn,
    visit: Appointment,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = as_(cast.fern)
    client.get(page_of(visit))
    with django_assert_num_queries(14):
        client.get(page_of(visit))


# The panel, and the start -------------------------------------------------------------------------


def test_the_panel_offers_to_sign_and_to_note_paper(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    client, url = as_(cast.fern), reverse("appointment-detail", args=[visit.pk])
    page = client.get(url).content.decode()
    assert f"{page_of(visit)}?scope=glycolic" in page
    assert "Signed on paper" in page
    client.post(reverse("visit-consent", args=[visit.pk]), {"scope": "glycolic"})
    page = client.get(url).content.decode()
    assert "signed on paper" in page
    assert "Consent on paper" in page


def test_a_paper_consent_is_noted_only_for_what_the_visit_is_about(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    url = reverse("visit-consent", args=[visit.pk])
    as_(cast.fern).post(url, {"scope": "laser"}, headers=HTMX)
    assert Consent.objects.count() == 0


def test_no_treatment_starts_without_consent(cast: Cast, as_: SignIn, visit: Appointment) -> None:
    client = as_(cast.fern)
    receive(appointment=visit, by=cast.fern, now=NOW)
    start = reverse("appointment-start", args=[visit.pk])
    answer = client.post(start, headers=HTMX)
    page = answer.content.decode()
    assert "Sign the consent for Glycolic peel first. Nothing was changed." in page
    assert re.search(rf'href="{page_of(visit)}"[^>]*>Sign the consent</a>', page)
    visit.refresh_from_db()
    assert visit.status == "arrived"
    client.post(page_of(visit), filled(cast))
    client.post(start, headers=HTMX)
    visit.refresh_from_db()
    assert visit.status == "in_room"


def test_without_scripts_the_refusal_has_its_way_out_too(
    cast: Cast, as_: SignIn, visit: Appointment
) -> None:
    client = as_(cast.fern)
    receive(appointment=visit, by=cast.fern, now=NOW)
    page = client.post(reverse("appointment-start", args=[visit.pk]), follow=True).content.decode()
    assert re.search(rf'href="{page_of(visit)}"[^>]*>Put it right</a>', page)


# Documents ----------------------------------------------------------------------------------------


def test_the_document_is_answered_as_it_was_made(cast: Cast, as_: SignIn) -> None:
    made = sign(cast)
    answer = as_(cast.nora).get(reverse("consent-document", args=[made.pk]))
    assert hashlib.sha256(answer.content).hexdigest() == made.document.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="consent-{made.pk}.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    noted = RecordAccess.objects.filter(user=cast.nora, record_id=cast.ada.pk, action="read")
    assert noted.count() == 1


@pytest.mark.parametrize("name", ["consent-document", "consent-signed", "patient-consents"])
def test_without_a_role_nothing_is_shown(cast: Cast, as_: SignIn, name: str) -> None:
    made = sign(cast)
    sam = User.objects.create_user("sam@clinic.example", name="Sam")
    assert as_(sam).get(reverse(name, args=[made.pk])).status_code == 403


def test_paper_has_no_document(cast: Cast, as_: SignIn) -> None:
    paper = readiness.record_consent(patient=cast.ada, scope="photos", by=cast.fern, now=NOW)
    assert as_(cast.fern).get(reverse("consent-document", args=[paper.pk])).status_code == 404


def test_the_record_lists_what_stands_and_what_ended(cast: Cast, as_: SignIn) -> None:
    made = sign(cast)
    client, url = as_(cast.fern), reverse("patient-consents", args=[cast.ada.pk])
    page = client.get(url).content.decode()
    assert "version 1, explained by Dr Cole" in page
    client.post(reverse("consent-withdraw", args=[made.pk]), {"end": "withdrawn"})
    page = client.get(url).content.decode()
    assert "Withdrawn by the patient" in page
    assert "recorded by Fern" in page
    assert reverse("consent-document", args=[made.pk]) in page
    client.post(reverse("patient-consent-paper", args=[cast.ada.pk, "photos"]))
    assert Consent.objects.get(scope="photos").way == "paper"


# The manager's texts ------------------------------------------------------------------------------


def test_the_manager_writes_compares_and_publishes(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    text = ConsentText.objects.get(scope="glycolic")
    edit = reverse("consent-text-edit", args=["glycolic", "en"])
    form = client.get(edit).context["form"]
    data = {name: form[name].value() for name in ("title", "body", "sources", "seen")}
    body = data["body"].replace("5 days after a session", "a week after a session")
    answer = client.post(edit, data | {"body": body.replace("\n", "\r\n"), "ends_earlier": "on"})
    draft = ConsentText.objects.get(published_at=None)
    assert answer["Location"] == reverse("consent-text", args=[draft.pk])
    lines = [line for line in text.body.splitlines() if line]
    place = next(n for n, line in enumerate(lines) if "5 days after" in line)
    mark = lines[place - 1], lines[place + 1]
    changes = client.get(answer["Location"]).context["changes"]
    assert [(each.fate, each.text) for each in changes] == [
        ("skipped", ""),
        ("same", mark[0]),
        ("gone", "- Plan nothing important for 5 days after a session."),
        ("new", "- Plan nothing important for a week after a session."),
        ("same", mark[1]),
        ("skipped", ""),
    ]
    seen = {"seen": draft.saved_at.isoformat()}
    client.post(reverse("consent-text-publish", args=[draft.pk]), seen)
    assert texts.current()["glycolic"].pk == draft.pk != text.pk
    assert texts.current()["glycolic"].ends_earlier


def test_refusals_of_the_editor_keep_what_was_written(cast: Cast, as_: SignIn) -> None:
    client, edit = as_(cast.mina), reverse("consent-text-edit", args=["glycolic", "en"])
    answer = client.post(edit, {"title": "My title", "body": " "})
    assert answer.status_code == 409
    assert "Write the text." in answer.content.decode()
    assert "My title" in answer.content.decode()
    text = texts.current()["glycolic"]
    answer = client.post(edit, {"title": text.title, "body": text.body})
    assert "Nothing was changed in the words yet" in answer.content.decode()


def test_a_draft_is_thrown_away_and_a_version_stays(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    words = Words("Glycolic acid peel", "Other words.")
    draft = consent_texts.save_draft(
        scope="glycolic", language="en", words=words, by=cast.mina, now=NOW
    )
    client.post(reverse("consent-text-throw-away", args=[draft.pk]))
    assert not ConsentText.objects.filter(pk=draft.pk).exists()
    text = texts.current()["glycolic"]
    page = client.post(reverse("consent-text-throw-away", args=[text.pk]), follow=True)
    assert "It is published, and stays." in page.content.decode()


def test_only_the_manager_writes_and_everybody_reads(cast: Cast, as_: SignIn) -> None:
    text = texts.current()["glycolic"]
    client = as_(cast.cole)
    assert client.get(reverse("consent-texts")).status_code == 200
    assert client.get(reverse("consent-text", args=[text.pk])).status_code == 200
    assert client.get(reverse("consent-text-edit", args=["glycolic", "en"])).status_code == 403
    for name in ("publish", "throw-away"):
        url = reverse(f"consent-text-{name}", args=[text.pk])
        assert client.post(url).status_code == 403


def test_a_language_nobody_may_prefer_is_not_found(cast: Cast, as_: SignIn) -> None:
    client = as_(cast.mina)
    assert client.get(reverse("consent-text-edit", args=["glycolic", "xx"])).status_code == 404
    assert client.get(reverse("consent-text-edit", args=["glycolic", "de"])).status_code == 200
    assert client.get(reverse("consent-text-edit", args=["tattoo", "en"])).status_code == 404


def test_a_text_is_printed_to_be_signed_on_paper(cast: Cast, as_: SignIn) -> None:
    url = reverse("consent-text-sheet", args=[texts.current()["photos"].pk])
    answer = as_(cast.fern).get(url)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'inline; filename="consent-photos-1.pdf"'


def test_the_list_of_texts_takes_a_fixed_number_of_queries(
    cast: Cast, as_: SignIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    client, url = as_(cast.mina), reverse("consent-texts")
    client.get(url)
    with django_assert_num_queries(4):
        client.get(url)


def test_a_visit_that_treats_nothing_waits_for_photographs_alone(cast: Cast, as_: SignIn) -> None:
    made = AppointmentFactory(
        location=cast.harbour,
        patient=cast.ada,
        service=Service.objects.get(key="assessment"),
        start=SOON,
    )
    assert as_(cast.fern).get(page_of(made)).context["text"].scope == "photos"
