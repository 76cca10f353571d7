"""Agreeing a course with a patient, from the screen."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess
from clinic.models import Location, Resource, WeeklyHours
from clinic.queries.locations import SESSION_KEY
from patients.models import Patient
from tests.conftest import Cast
from tests.treatments.test_series_views import words
from treatments.models import Course, Protocol

As = Callable[[Any], Client]


def url(cast: Cast) -> str:
    return reverse("course-create", args=[cast.ada.pk])


def agreed(cast: Cast, **more: Any) -> dict[str, Any]:
    """What the browser sends for five glycolic sessions."""
    numbers = {f"sessions_{each.pk}": each.sessions_default for each in Protocol.objects.all()}
    numbers[f"sessions_{cast.glycolic.pk}"] = 5
    return numbers | {"protocol": cast.glycolic.pk, "location": cast.harbour.pk} | more


def errors(page: Any) -> dict[str, list[str]]:
    return {name: list(found) for name, found in page.context["form"].errors.items()}


def test_the_form_shows_every_treatment_in_words(cast: Cast, as_: As) -> None:
    page = as_(cast.fern).get(url(cast))
    text = words(page.content.decode())
    assert "Glycolic peel 21 days apart (14–28) · 45 minutes, then 30 each" in text
    assert "Extraction 28 days apart (14 or more) · 20 minutes" in text
    assert "Retinoid course 30 minutes 1 session" in text
    chosen = {
        protocol.name: (sessions.value(), [value for value, _label in sessions.field.choices])
        for protocol, sessions, _is_chosen in page.context["form"].cards
    }
    assert chosen["Glycolic peel"] == (6, [4, 5, 6])
    assert chosen["Salicylic peel"] == (5, [4, 5, 6])


def test_a_course_is_started_and_its_dates_follow(cast: Cast, as_: As) -> None:
    sent = agreed(
        cast,
        practitioner=cast.dr_cole.pk,
        uses_retinoid="yes",
        antiviral_ordered="on",
    )
    page = as_(cast.fern).post(url(cast), sent)
    course = Course.objects.get()
    assert (page.status_code, page.headers["Location"]) == (
        302,
        reverse("series", args=[course.pk]),
    )
    assert (course.plan.patient, course.plan.agreed_by) == (cast.ada, cast.fern)
    assert (course.protocol, course.location, course.practitioner) == (
        cast.glycolic,
        cast.harbour,
        cast.dr_cole,
    )
    assert (course.uses_retinoid, course.antiviral_ordered, course.priming_ordered) == (
        True,
        True,
        False,
    )
    assert list(course.sessions.order_by("number").values_list("number", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
    ]
    assert list(RecordAccess.objects.values_list("record", "record_id", "action")) == [
        ("treatments.course", Course.objects.get().pk, "change")
    ]


@pytest.mark.parametrize(("answer", "kept"), [("yes", True), ("no", False), ("", None)])
def test_the_answer_about_retinoids_is_kept_as_given(
    answer: str, kept: bool | None, cast: Cast, as_: As
) -> None:
    as_(cast.fern).post(url(cast), agreed(cast, uses_retinoid=answer))
    assert Course.objects.get().uses_retinoid is kept


def test_the_default_number_of_sessions_is_the_protocols(cast: Cast, as_: As) -> None:
    as_(cast.fern).post(url(cast), agreed(cast) | {f"sessions_{cast.glycolic.pk}": 6})
    assert Course.objects.get().sessions.count() == 6


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"protocol": ""}, {"protocol": ["Choose a treatment."]}),
        (
            {"protocol": "999"},
            {"protocol": ["This treatment is no longer offered. Choose another."]},
        ),
        ({"location": ""}, {"location": ["Choose where."]}),
        ({"location": "x" * 3000}, {"location": ["Choose where."]}),
        ({"practitioner": "999"}, {"practitioner": ["Choose somebody from the list."]}),
        ({"uses_retinoid": "perhaps"}, {"uses_retinoid": ["Choose one of the answers."]}),
    ],
    ids=str,
)
def test_what_cannot_be_agreed_is_said_at_the_field(
    sent: dict[str, str], said: dict[str, list[str]], cast: Cast, as_: As
) -> None:
    page = as_(cast.fern).post(url(cast), agreed(cast) | sent)
    assert (page.status_code, errors(page)) == (422, said)
    text = words(page.content.decode())
    assert "The course is not started yet. What you chose is still here." in text
    assert not Course.objects.exists()


@pytest.mark.parametrize("number", ["3", "7", "", "-1", "1" * 400])
def test_a_number_of_sessions_outside_the_protocol_is_refused(
    number: str, cast: Cast, as_: As
) -> None:
    page = as_(cast.fern).post(url(cast), agreed(cast) | {f"sessions_{cast.glycolic.pk}": number})
    assert errors(page) == {
        f"sessions_{cast.glycolic.pk}": ["Glycolic peel takes 4 to 6 sessions."]
    }


def test_a_second_running_course_of_one_treatment_is_refused(cast: Cast, as_: As) -> None:
    client = as_(cast.fern)
    client.post(url(cast), agreed(cast))
    page = client.post(url(cast), agreed(cast))
    assert page.status_code == 422
    assert errors(page) == {
        "__all__": ["Ada Lindqvist has a running course of Glycolic peel already."]
    }


def test_nobody_who_died_starts_a_course(cast: Cast, as_: As) -> None:
    Patient.objects.filter(pk=cast.ada.pk).update(deceased=True)
    page = as_(cast.fern).post(url(cast), agreed(cast))
    assert errors(page) == {"__all__": ["Ada Lindqvist is recorded as deceased."]}


def test_the_form_begins_at_the_location_where_one_works(cast: Cast, as_: As) -> None:
    quay = Location.objects.create(name="Quay Road", time_zone="Europe/London", phone="1")
    person = Resource.objects.create(kind="person", name="Dr Ilves", location=quay)
    WeeklyHours.objects.create(
        resource=person, location=quay, weekday=1, opens=time(9), closes=time(12)
    )
    client = as_(cast.fern)
    session = client.session
    session[SESSION_KEY] = quay.pk
    session.save()
    form = client.get(url(cast)).context["form"]
    assert form["location"].value() == quay.pk
    assert [label for _value, label in form.fields["practitioner"].choices[1:][0][1]] == [
        "Dr Cole",
        "Nurse Nora",
    ]
    page = client.post(url(cast), agreed(cast, practitioner=person.pk))
    assert errors(page) == {"practitioner": ["This person does not work at that location."]}


def test_starting_a_course_needs_the_right_to(cast: Cast, as_: As) -> None:
    cast.fern.groups.clear()
    assert as_(cast.fern).get(url(cast)).status_code == 403


def test_a_course_for_nobody_is_not_found(cast: Cast, as_: As) -> None:
    assert as_(cast.fern).get(reverse("course-create", args=[999_999])).status_code == 404
