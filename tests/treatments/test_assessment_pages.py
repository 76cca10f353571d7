"""The pages of an assessment: who sees them, what they save, what they refuse, what they cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.accounts.models import User
from tests.conftest import Cast
from tests.treatments.assessing import ONE, entry, known, posted, save, signed, start
from treatments.actions import assessments as act
from treatments.models import Assessment, Finding, Lesion

As = Callable[[User], Client]
DAY = timedelta(days=1)
ASK = {"HTTP_X_DRAFT": "1"}


def record(cast: Cast) -> str:
    return f"/patients/{cast.ada.pk}/assessments/"


@pytest.mark.parametrize(
    ("who", "seen", "edited"), [("cole", 200, 200), ("nora", 200, 403), ("fern", 403, 403)]
)
def test_who_reads_and_who_begins(cast: Cast, as_: As, who: str, seen: int, edited: int) -> None:
    client = as_(getattr(cast, who))
    assert client.get(record(cast)).status_code == seen
    assert client.get(f"{record(cast)}new/").status_code == edited
    tab = client.get(f"/patients/{cast.ada.pk}/details/").content
    assert (b"Assessments" in tab) == (seen == 200)


def test_beginning_opens_the_draft_and_a_second_press_the_same(cast: Cast, as_: As) -> None:
    client = as_(cast.cole)
    answer = client.post(f"{record(cast)}new/")
    draft = Assessment.objects.get()
    assert answer.headers["Location"] == f"/assessments/{draft.pk}/"
    assert client.post(f"{record(cast)}new/").headers["Location"] == f"/assessments/{draft.pk}/"
    assert client.get(f"{record(cast)}new/").headers["Location"] == f"/assessments/{draft.pk}/"
    page = client.get(f"/assessments/{draft.pk}/").content.decode()
    assert f'data-draft="assessment-{draft.pk}"' in page
    assert "Sign assessment" in page
    # forty places to choose from, each drawn too
    assert page.count('class="face-place') == 83


def test_the_open_draft_of_a_colleague_is_shown_with_its_author(
    cast: Cast, as_: As, now: datetime
) -> None:
    draft = start(cast, now, cast.nora)
    client = as_(cast.cole)
    assert "Nora has an open assessment" in client.get(f"{record(cast)}new/").content.decode()
    page = client.get(f"/assessments/{draft.pk}/").content.decode()
    assert "Only Nora changes and signs it." in page
    assert "data-draft=" not in page
    answer = client.post(f"/assessments/{draft.pk}/sign/", posted(draft, ONE), follow=True)
    said = "This is the draft of Nora: only they change and sign it. Nothing was changed."
    assert said in answer.content.decode()
    assert not Assessment.objects.signed().exists()
    assert not Lesion.objects.exists()


def test_a_change_is_saved_by_the_page_itself(cast: Cast, as_: As, now: datetime) -> None:
    draft = start(cast, now)
    client = as_(cast.cole)
    data = posted(draft, ONE, concern="6", considered=["syringoma"], tab="w.1")
    answer = client.post(f"/assessments/{draft.pk}/save/", data, **ASK)
    lesion = Lesion.objects.get()
    assert answer.json() == {"version": 2, "rows": {"lesions-0": [lesion.pk, 1]}}
    draft.refresh_from_db()
    assert (draft.concern, draft.considered, draft.saved_from) == (6, ["syringoma"], "w.1")
    older = posted(draft, ONE, version=1, tab="v.1")
    refused = client.post(f"/assessments/{draft.pk}/save/", older, **ASK)
    assert refused.status_code == 409
    assert refused.json()["sentence"].startswith("This was saved in another window meanwhile.")


WRONG: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"count": -1}, {}, "lesions-0-count", "A cluster has 1 to 200 milia."),
    ({"count": 201}, {}, "lesions-0-count", "A cluster has 1 to 200 milia."),
    ({"count": "many"}, {}, "lesions-0-count", "A cluster has 1 to 200 milia."),
    ({"size_mm": "99"}, {}, "lesions-0-size_mm", "A milium measures between 0.5 and 20 mm."),
    ({"size_mm": "NaN"}, {}, "lesions-0-size_mm", "A milium measures between 0.5 and 20 mm."),
    ({"place": "elbow:left"}, {}, "lesions-0-place", "Choose the place from the list."),
    ({"depth": "abyss"}, {}, "lesions-0-depth", "Choose the depth from the list."),
    ({"state": "asleep"}, {}, "lesions-0-state", "Choose the state from the list."),
    ({"spot": "front:1:1"}, {}, "lesions-0", "This lies outside the face. Press the face where"),
    ({"spot": "front:9999:1"}, {}, "lesions-0-spot", "This lies outside the face."),
    ({"spot": "back:1:1"}, {}, "lesions-0-spot", "This lies outside the face."),
    ({"spot": "x"}, {}, "lesions-0-spot", "This lies outside the face."),
    ({"lesion": "foreign"}, {}, "lesions-0", "This lesion belongs to another patient."),
    ({}, {"concern": "11"}, "", "The concern runs from 0 to 10."),
    ({}, {"present_for_months": "1300"}, "", "Check the number of months or episodes."),
    ({}, {"kind": "warts"}, "kind", "Select a valid choice."),
    ({}, {"note": "x" * 2001}, "note", "Ensure this value has at most 2000 characters"),
]


@pytest.mark.parametrize(("row", "said", "name", "sentence"), WRONG)
def test_bad_input_is_refused_plainly_and_nothing_is_lost(
    cast: Cast,
    as_: As,
    now: datetime,
    row: dict[str, Any],
    said: dict[str, Any],
    name: str,
    sentence: str,
) -> None:
    foreign = Lesion.objects.create(patient=cast.ben, number=1, site="chin", side="middle")
    draft = start(cast, now)
    save(draft, entry("chin:middle"), by=cast.cole, now=now)
    values = {key: foreign.pk if value == "foreign" else value for key, value in row.items()}
    client = as_(cast.cole)
    data = posted(draft, {**ONE, "number": 9, **values}, **said)
    answer = client.post(f"/assessments/{draft.pk}/save/", data, **ASK)
    assert answer.status_code == 422
    assert answer.json()["errors"][name].startswith(sentence)
    assert draft.findings.count() == 1
    # without scripts the same page comes back with what was typed
    page = client.post(f"/assessments/{draft.pk}/save/", data)
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_a_wrong_year_and_a_treatment_without_a_name(cast: Cast, as_: As, now: datetime) -> None:
    draft = start(cast, now)
    data = posted(draft) | {
        "before-TOTAL_FORMS": 2,
        "before-0-modality": "cryo",
        "before-0-year": "2031",
        "before-1-year": "2020",
    }
    errors = as_(cast.cole).post(f"/assessments/{draft.pk}/save/", data, **ASK).json()["errors"]
    assert errors == {
        "before-0-year": "This year has not come yet.",
        "before-1-modality": "Choose which treatment it was.",
    }


def test_signing_saves_what_the_page_holds_and_freezes_it(
    cast: Cast, as_: As, now: datetime
) -> None:
    draft = start(cast, now)
    client = as_(cast.cole)
    answer = client.post(f"/assessments/{draft.pk}/sign/", posted(draft, ONE), follow=True)
    page = answer.content.decode()
    assert "The assessment is signed." in page
    assert "Signed by Dr Cole, Mon 30 Nov 2026, 09:00." in page
    assert f'data-draft-done="assessment-{draft.pk}"' in page
    late = client.post(f"/assessments/{draft.pk}/save/", posted(draft, ONE), **ASK)
    assert (late.status_code, late.json()) == (
        410,
        {"sentence": "This assessment is signed and no longer changes."},
    )
    again = client.post(f"/assessments/{draft.pk}/discard/", follow=True)
    assert "This assessment is signed and no longer changes." in again.content.decode()


def test_a_signature_that_lacks_something_says_what(cast: Cast, as_: As, now: datetime) -> None:
    signed(cast, now, entry())
    draft = start(cast, now)
    client = as_(cast.cole)
    # the lesion of last time is not among the rows: it stays asked about
    data = posted(draft, kind="", skin_type="")
    answer = client.post(f"/assessments/{draft.pk}/sign/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in (
        "Saved, and not signed yet.",
        "Enter the skin type before signing.",
        "Enter the type of milia before signing.",
        "Lesion 1 of last time is not answered: still there or gone?",
    ):
        assert sentence in page


def test_the_signed_page_says_what_changed(cast: Cast, as_: As, now: datetime) -> None:
    signed(cast, now, entry(count=5), entry("chin:middle", 1))
    draft = start(cast, now + DAY)
    one, two = Lesion.objects.order_by("number")
    rows = (known(one, "active", count=2), known(two, "resolved", 1), entry("cheek:right", 2))
    save(draft, *rows, by=cast.cole, now=now)
    act.sign(assessment=draft, by=cast.cole, now=now + DAY)
    client = as_(cast.nora)
    page = client.get(f"/assessments/{draft.pk}/").content.decode()
    for words in (
        "−3, 6 before",
        '<dt class="is-state-new">new</dt><dd>3</dd>',
        '<dt class="is-state-resolved">gone</dt><dd>2</dd>',
        "(5 before)",
        "(1 before)",
    ):
        assert words in page
    listed = client.get(record(cast)).content.decode()
    assert "1 new, 1 gone" in listed
    assert "first assessment" in listed


def test_an_older_page_takes_over_what_a_colleague_signed(
    cast: Cast, as_: As, now: datetime
) -> None:
    draft = start(cast, now)
    signed(cast, now, entry(), by=cast.nora)
    client = as_(cast.cole)
    assert "Take them over" in client.get(f"/assessments/{draft.pk}/").content.decode()
    client.post(f"/assessments/{draft.pk}/catch-up/")
    assert Finding.objects.get(assessment=draft).state == "asked"
    assert "Take them over" not in client.get(f"/assessments/{draft.pk}/").content.decode()


def test_a_draft_is_thrown_away(cast: Cast, as_: As, now: datetime) -> None:
    draft = start(cast, now)
    answer = as_(cast.cole).post(f"/assessments/{draft.pk}/discard/")
    assert answer.headers["Location"] == record(cast)
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("times", [1, 4])
def test_the_queries_of_each_page_are_fixed(
    cast: Cast, as_: As, now: datetime, times: int, django_assert_num_queries: Any
) -> None:
    """However many assessments and lesions there are."""
    signed(cast, now, entry())
    for step in range(1, times):
        draft = start(cast, now + step * DAY)
        rows = [
            known(each.lesion, "active", each.pk)
            for each in draft.findings.select_related("lesion")
        ]
        new = [entry("chin:middle", 900 + number) for number in range(step)]
        save(draft, *rows, *new, by=cast.cole, now=now)
        act.sign(assessment=draft, by=cast.cole, now=now + step * DAY)
    newest = Assessment.objects.order_by("-signed_at")[0]
    draft = start(cast, now + 9 * DAY)
    client = as_(cast.cole)
    client.get("/patients/")
    with django_assert_num_queries(RECORD_QUERIES):
        client.get(record(cast))
    with django_assert_num_queries(SIGNED_QUERIES if times > 1 else SIGNED_QUERIES - 2):
        client.get(f"/assessments/{newest.pk}/")
    with django_assert_num_queries(DRAFT_QUERIES):
        client.get(f"/assessments/{draft.pk}/")


RECORD_QUERIES = 10
SIGNED_QUERIES = 12
DRAFT_QUERIES = 12
