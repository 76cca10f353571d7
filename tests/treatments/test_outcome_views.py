"""Results on the screen: recording them, what is refused, who may, what it costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess
from clinic.models import Appointment
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.treatments.resulting import before, counted, judged, treated
from tests.treatments.test_series_views import words
from treatments.actions import outcomes
from treatments.actions.outcomes import Judgement, OutcomeRefused
from treatments.models import Course, Outcome

As = Callable[[Any], Client]
PAGE_QUERIES = 11


def url(cast: Cast) -> str:
    return reverse("patient-outcomes", args=[cast.ada.pk])


def record_url(cast: Cast) -> str:
    return reverse("outcome-record", args=[cast.ada.pk])


def said(course: Course, **more: Any) -> dict[str, Any]:
    """What the browser sends of a form that is filled in."""
    return {
        "course": course.pk,
        "gais_clinician": "2",
        "gais_patient": "3",
        "satisfaction": "8",
        "late_effects": ["scar", "pih"],
        "note": "Likes it.",
    } | more


def look(client: Client, cast: Cast) -> str:
    answer = client.get(url(cast))
    assert answer.status_code == 200
    return words(answer.content.decode())


# Recording ----------------------------------------------------------------------------------------


def test_a_result_is_recorded_beside_the_last_assessment(cast: Cast, as_: As) -> None:
    course, last = treated(cast, 30, 9), counted(cast, 4, 2)
    answer = as_(cast.cole).post(record_url(cast), said(course))
    assert (answer.status_code, answer.headers["Location"]) == (302, url(cast))
    made = Outcome.objects.get()
    assert (made.course, made.assessment, made.recorded_by, made.recorded_at) == (
        course,
        last,
        cast.cole,
        NOW,
    )
    assert (made.gais_clinician, made.gais_patient, made.satisfaction) == (2, 3, 8)
    assert (made.late_effects, made.note) == (["pih", "scar"], "Likes it.")
    assert list(RecordAccess.objects.values_list("record", "record_id", "action")) == [
        ("patients.patient", cast.ada.pk, "change")
    ]
    text = look(as_(cast.cole), cast)
    assert "Clinician Much improved Patient Improved Satisfaction 8 of 10" in text
    assert "Left behind Dark mark, Scar" in text
    assert "beside the assessment of 28 Nov 2026" in text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"gais_clinician": "1"}, (1, None, None)),
        ({"gais_patient": "5"}, (None, 5, None)),
        ({"satisfaction": "0"}, (None, None, 0)),
    ],
)
def test_one_judgement_is_enough(
    cast: Cast, as_: As, sent: dict[str, str], kept: tuple[int | None, ...]
) -> None:
    course = treated(cast, 30)
    as_(cast.cole).post(record_url(cast), {"course": course.pk} | sent)
    assert list(Outcome.objects.values_list("gais_clinician", "gais_patient", "satisfaction")) == [
        kept
    ]
    assert Outcome.objects.get().late_effects == []


def test_a_second_press_is_one_result(cast: Cast, as_: As) -> None:
    course, client = treated(cast, 30), as_(cast.cole)
    for _press in range(2):
        assert client.post(record_url(cast), said(course)).status_code == 302
    assert Outcome.objects.count() == 1
    client.post(record_url(cast), said(course, satisfaction="7"))
    assert Outcome.objects.count() == 2, "another judgement is another row"


def test_the_same_words_later_or_of_somebody_else_are_another_look(cast: Cast) -> None:
    course, judgement = treated(cast, 30), Judgement(satisfaction=8)
    for by, at in (
        (cast.cole, NOW),
        (cast.nora, NOW),
        (cast.cole, NOW + timedelta(minutes=2)),
    ):
        outcomes.record(course=course, judgement=judgement, by=by, now=at)
    assert Outcome.objects.count() == 3


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (
            {"gais_clinician": "", "gais_patient": "", "satisfaction": ""},
            "Say at least one: as you see it, as they see it, or 0 to 10.",
        ),
        ({"satisfaction": "11"}, "Satisfaction, 0 to 10: Write a number from 0 to 10."),
        ({"satisfaction": "-1"}, "Write a number from 0 to 10."),
        ({"satisfaction": "ten"}, "Write a number from 0 to 10."),
        ({"gais_clinician": "6"}, "Improvement, as you see it:"),
        ({"late_effects": ["tan"]}, "Left behind by the treatment:"),
        ({"course": "0"}, "Choose one of this patient’s courses with a session done."),
        ({"course": ""}, "Choose a course."),
        ({"note": "Likes it." + "!" * 500}, "500"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    cast: Cast, as_: As, sent: dict[str, Any], problem: str
) -> None:
    course = treated(cast, 30)
    page = as_(cast.cole).post(record_url(cast), said(course) | sent)
    html = page.content.decode()
    assert page.status_code == 422
    assert "Not saved yet. What you typed is still here." in words(html)
    assert problem in words(html)
    assert "Likes it." in html
    assert 'value="scar" id="id_late_effects_3" checked' in html or "late_effects" in sent
    assert not Outcome.objects.exists()
    assert not RecordAccess.objects.filter(action="change").exists()


def test_a_course_of_somebody_else_is_not_judged(cast: Cast, as_: As) -> None:
    course = treated(cast, 30)
    Patient.objects.filter(pk=cast.ben.pk).update(skin_type=2)
    page = as_(cast.cole).post(reverse("outcome-record", args=[cast.ben.pk]), said(course))
    assert page.status_code == 422
    assert "Choose one of this patient’s courses with a session done." in words(
        page.content.decode()
    )
    assert not Outcome.objects.exists()


def test_before_a_session_is_done_there_is_nothing_to_judge(cast: Cast, as_: As) -> None:
    course, client = treated(cast), as_(cast.cole)
    text = look(client, cast)
    assert "No result yet It can be recorded once the first session of a course is done." in text
    assert "Record a result" not in text
    with pytest.raises(OutcomeRefused, match="No session of this course is done yet"):
        judged(cast, course)


def test_a_page_gone_stale_keeps_what_was_typed(cast: Cast, as_: As) -> None:
    """The session was taken back while the form was open."""
    course = treated(cast, 30)
    Appointment.objects.filter(session__course=course).update(status="in_room")
    page = as_(cast.cole).post(record_url(cast), said(course))
    html = page.content.decode()
    assert page.status_code == 422
    assert "Choose one of this patient’s courses with a session done." in words(html)
    assert "Likes it." in html


def test_nobody_judges_for_somebody_who_has_died(cast: Cast, as_: As) -> None:
    course = treated(cast, 30)
    Patient.objects.filter(pk=cast.ada.pk).update(deceased=True)
    assert "Record a result" not in look(as_(cast.cole), cast)
    page = as_(cast.cole).post(record_url(cast), said(course))
    assert page.status_code == 422
    assert "Ada Lindqvist is recorded as deceased." in words(page.content.decode())
    assert not Outcome.objects.exists()


def test_an_empty_judgement_is_refused_by_the_action_too(cast: Cast) -> None:
    with pytest.raises(OutcomeRefused, match="Record at least one of the three judgements"):
        judged(cast, treated(cast, 30), note="Fine.")


def test_two_courses_of_one_treatment_are_told_apart(cast: Cast, as_: As) -> None:
    old, new = treated(cast, 400, status="completed"), treated(cast, 30)
    form = as_(cast.cole).get(url(cast)).context["form"]
    assert form.fields["course"].choices == [
        (str(new.pk), "Glycolic peel, begun 31 Oct 2026"),
        (str(old.pk), "Glycolic peel, begun 26 Oct 2025"),
    ]


def test_the_last_five_looks_stand_open_and_the_earlier_behind_them(cast: Cast, as_: As) -> None:
    course = treated(cast, 30)
    for ago in range(7):
        judged(cast, course, before(ago), satisfaction=ago)
    text = look(as_(cast.cole), cast)
    assert "Recorded 7" in text
    assert "Earlier ones 2" in text
    found = [text.index(f"Satisfaction {each} of 10") for each in range(7)]
    assert found == sorted(found)
    assert found[4] < text.index("Earlier ones 2") < found[5]


# Who may, and what it costs -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "shown", "recorded"),
    [("cole", 200, 302), ("nora", 200, 302), ("fern", 403, 403), ("mina", 403, 403)],
)
def test_who_sees_and_who_records(cast: Cast, as_: As, who: str, shown: int, recorded: int) -> None:
    course, client = treated(cast, 30), as_(getattr(cast, who))
    assert client.get(url(cast)).status_code == shown
    assert client.post(record_url(cast), said(course)).status_code == recorded
    assert Outcome.objects.count() == (recorded == 302)


def test_methods(cast: Cast, as_: As) -> None:
    client = as_(cast.cole)
    assert client.post(url(cast)).status_code == 405
    assert client.get(record_url(cast)).status_code == 405
    assert client.get(reverse("patient-outcomes", args=[0])).status_code == 404
    assert client.post(reverse("outcome-record", args=[0])).status_code == 404


def test_opening_results_is_written_down(cast: Cast, as_: As) -> None:
    look(as_(cast.nora), cast)
    assert list(RecordAccess.objects.values_list("user", "record", "record_id", "action")) == [
        (cast.nora.pk, "patients.patient", cast.ada.pk, "read")
    ]


@pytest.mark.parametrize("years", [1, 5])
def test_five_years_of_results_cost_what_one_costs(
    cast: Cast, as_: As, years: int, django_assert_num_queries: Any
) -> None:
    for year in reversed(range(years)):
        ago = 365 * year + 100
        counted(cast, 10, ago + 10)
        status = "completed" if year else "active"
        course = treated(cast, *range(ago, ago - 84, -21), sessions=4, status=status)
        counted(cast, 3, ago - 80)
        judged(cast, course, before(ago - 81))
    client = as_(cast.cole)
    client.get("/patients/")
    with django_assert_num_queries(PAGE_QUERIES):
        page = client.get(url(cast))
    results = page.context["results"]
    assert (len(results.courses), len(results.rows), len(results.recorded)) == (
        years,
        2 * years,
        years,
    )
    assert [each.change for each in results.courses] == ["−70 %"] * years
    assert page.context["results"].milia.total.last.says == "3"
