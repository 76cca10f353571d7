"""Results on the screen: recording them, what is refused, what is asked, who may."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess
from clinic.models import Appointment
from patients.models import Patient
from tests.conftest import NOW, Cast
from tests.treatments.resulting import before, counted, judged, risen, treated
from tests.treatments.test_series_views import words
from treatments.actions import outcomes, visits
from treatments.actions.outcomes import Judgement, OutcomeRefused
from treatments.actions.visits import Entry, Seen
from treatments.models import Course, Outcome

As = Callable[[Any], Client]
RISE = "There are more milia than at the start. Peels can cause new ones: look again."
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


# What the page says -------------------------------------------------------------------------------


def test_counts_and_change_of_a_course(cast: Cast, as_: As) -> None:
    counted(cast, 10, 100)
    treated(cast, 90, 69, sessions=4)
    counted(cast, 4, 60)
    text = look(as_(cast.cole), cast)
    assert "Since before the course −60 % from 10 on 22 Aug 2026 to 4 on 1 Oct 2026" in text
    assert "Category Good, 50 to 89 % of the milia gone" in text
    assert "Sat 22 Aug 2026 10 – 10" in text
    assert "Thu 1 Oct 2026 4 −60 % 4" in text


def test_the_chart_says_its_ends_to_those_who_cannot_see_it(cast: Cast, as_: As) -> None:
    counted(cast, 10, 100)
    client = as_(cast.cole)
    html = client.get(url(cast)).content.decode()
    assert 'aria-label="All milia: 10 on Sat 22 Aug 2026"' in html
    counted(cast, 4, 60)
    html = client.get(url(cast)).content.decode()
    assert 'aria-label="All milia: 10 on Sat 22 Aug 2026, 4 on Thu 1 Oct 2026"' in html
    assert 'aria-label="Cheek: 10 on Sat 22 Aug 2026, 4 on Thu 1 Oct 2026"' in html
    assert "style=" not in html


def test_days_are_those_of_the_patient(cast: Cast, as_: As) -> None:
    """Signed at 09:00 in London: late on the day before in Honolulu."""
    Patient.objects.filter(pk=cast.ada.pk).update(time_zone="Pacific/Honolulu")
    counted(cast, 10, 100)
    for page in ("patient-outcomes", "patient-detail"):
        html = as_(cast.cole).get(reverse(page, args=[cast.ada.pk])).content.decode()
        assert "All milia: 10 on Fri 21 Aug 2026" in html


def test_a_course_without_a_baseline_says_so(cast: Cast, as_: As) -> None:
    treated(cast, 30)
    counted(cast, 10, 20)
    text = look(as_(cast.cole), cast)
    assert "not known: nothing was counted before its first session" in text
    assert "Category" not in text


def test_a_course_that_was_not_counted_since_says_so(cast: Cast, as_: As) -> None:
    counted(cast, 10, 40)
    treated(cast, 30)
    assert "not counted since its first session" in look(as_(cast.cole), cast)


def test_a_course_that_began_without_any(cast: Cast, as_: As) -> None:
    counted(cast, 0, 40)
    treated(cast, 30)
    counted(cast, 3, 20)
    assert "Since before the course none before it, 3 on 10 Nov 2026" in look(as_(cast.cole), cast)


def test_nothing_counted_leads_to_the_assessments(cast: Cast, as_: As) -> None:
    text = look(as_(cast.nora), cast)
    assert "Nothing counted yet A signed assessment is the first point of the line." in text


@pytest.mark.parametrize(
    ("again", "last", "change"), [(60, 4, "−80 %"), (220, 10, "−50 %"), (240, 10, "−50 %")]
)
def test_an_old_course_ends_with_half_a_year_or_the_next_one(
    cast: Cast, as_: As, again: int, last: int, change: str
) -> None:
    """Counted once more just before the next treatment, so many days ago."""
    counted(cast, 20, 500)
    treated(cast, 490, 460, 430, 400, sessions=4, status="completed")
    counted(cast, 4, 380)
    counted(cast, 10, again)
    treated(cast, again - 1, modality="salicylic")
    counted(cast, 1, 20)
    new, old = as_(cast.cole).get(url(cast)).context["results"].courses
    assert (old.change, old.series.last.total) == (change, last)
    assert (new.change, new.series.baseline.total) == ("−90 %", 10)


def test_what_came_long_after_a_course_is_not_its_result(cast: Cast, as_: As) -> None:
    counted(cast, 20, 500)
    treated(cast, 490, 460, 430, 400, sessions=4, status="completed")
    counted(cast, 4, 20)
    text = look(as_(cast.cole), cast)
    assert "not counted from its first session to half a year after its last" in text


def test_how_sessions_were_borne(cast: Cast, as_: As) -> None:
    course = treated(cast, 30)
    appointment = course.sessions.get(number=1).appointment
    assert appointment is not None
    Appointment.objects.filter(pk=appointment.pk).update(status="in_room")
    appointment.refresh_from_db()
    visit = visits.start(appointment=appointment, by=cast.cole, now=before(30))
    entry = Entry(
        visit={"pain": 3, "broken_off": True, "broken_off_why": "Stung"},
        record={
            "strength_percent": Decimal(20),
            "contact_seconds": 120,
            "endpoint": "pink",
            "neutraliser": "bicarbonate",
        },
    )
    visit = visits.save(visit=visit, entry=entry, seen=Seen(1), by=cast.cole, now=before(30))
    visits.sign(visit=visit, version=visit.version, by=cast.cole, now=before(30))
    Appointment.objects.filter(pk=appointment.pk).update(status="done")
    text = look(as_(cast.cole), cast)
    assert "1 · Sat 31 Oct 2026 Pain 3 broken off: Stung" in text


# What is asked ------------------------------------------------------------------------------------


def test_a_rise_after_the_third_session_is_asked_about_until_it_is_judged(
    cast: Cast, as_: As
) -> None:
    course, client = risen(cast), as_(cast.cole)
    home = reverse("patient-detail", args=[cast.ada.pk])
    assert f"Glycolic peel, +50 % {RISE}" in look(client, cast)
    assert f"Glycolic peel, +50 % {RISE} Look at the results" in words(
        client.get(home).content.decode()
    )
    client.post(record_url(cast), said(course))
    assert RISE not in look(client, cast)
    assert RISE not in words(client.get(home).content.decode())


def test_a_later_rise_is_asked_about_again(cast: Cast, as_: As) -> None:
    course = risen(cast)
    judged(cast, course, before(19))
    counted(cast, 18, 1)
    assert f"Glycolic peel, +80 % {RISE}" in look(as_(cast.cole), cast)


@pytest.mark.parametrize(
    ("status", "asks"), [("active", True), ("paused", True), ("stopped", False)]
)
def test_a_stopped_course_is_not_asked_about(cast: Cast, as_: As, status: str, asks: bool) -> None:
    course = risen(cast)
    Course.objects.filter(pk=course.pk).update(status=status)
    assert (RISE in look(as_(cast.cole), cast)) is asks


@pytest.mark.parametrize(("days_ago", "asks"), [(100, True), (10, False)])
def test_a_series_that_did_not_help_is_asked_about_for_half_a_year(
    cast: Cast, as_: As, days_ago: int, asks: bool
) -> None:
    """Its last session completes a course: the question comes after that."""
    counted(cast, 10, 320)
    treated(cast, 300, 270, 240, 210, sessions=4, status="completed")
    counted(cast, 8, days_ago)
    text = look(as_(cast.cole), cast)
    assert ("Fewer than half are gone after the whole series: choose anew." in text) is asks


def test_the_cream_is_not_judged_before_its_last_review(cast: Cast, as_: As) -> None:
    counted(cast, 10, 210)
    course = treated(cast, 200, sessions=1, modality="retinoid")
    assert course.protocol.review_days[-1] == 168
    counted(cast, 9, 180)
    words_of = "Fewer than half are gone after the whole series: choose anew."
    assert words_of not in look(as_(cast.cole), cast)
    counted(cast, 9, 20)
    assert words_of in look(as_(cast.cole), cast)


def test_a_review_that_is_due_is_answered_without_a_count(cast: Cast, as_: As) -> None:
    course = treated(cast, 90, 69, 48, 27)
    due = "Review with the patient: go on, change or stop."
    assert due in look(as_(cast.cole), cast)
    judged(cast, course, before(40))
    assert due in look(as_(cast.cole), cast), "judged before the fourth session"
    judged(cast, course, before(27))
    assert due not in look(as_(cast.cole), cast), "judged while the patient was there"


def test_milia_where_none_were_are_on_the_worklist(cast: Cast, as_: As) -> None:
    counted(cast, 0, 100)
    treated(cast, 90, 69, 48)
    counted(cast, 3, 20)
    text = words(as_(cast.cole).get(reverse("worklist")).content.decode())
    assert "Milia, and none before the course" in text
    assert RISE in look(as_(cast.cole), cast)


# On the plan --------------------------------------------------------------------------------------


def test_the_plan_shows_its_line_to_those_who_may_see_counts(cast: Cast, as_: As) -> None:
    course = risen(cast)
    plan, line = reverse("plan", args=[course.plan_id]), "All milia: 10 on Sat 22 Aug 2026, 15 on"
    assert line in as_(cast.nora).get(plan).content.decode()
    html = as_(cast.fern).get(plan).content.decode()
    assert line not in html
    assert "Milia over time" not in html


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
