"""What a page of results says of counts, sessions and courses, and what it asks of a clinician."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clinic.models import Appointment
from patients.models import Patient
from tests.conftest import Cast
from tests.treatments.resulting import before, counted, judged, risen, treated
from tests.treatments.test_outcome_views import As, look, record_url, said, url
from tests.treatments.test_series_views import words
from treatments.actions import visits
from treatments.actions.visits import Entry, Seen
from treatments.models import Course

RISE = "There are more milia than at the start. Peels can cause new ones: look again."


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
