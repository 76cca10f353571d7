"""Deciding and agreeing from the screen: from a signed assessment to a plan, who may, bad input."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess
from clinic.models import Appointment, Booking, Service
from tests.conftest import NOW, Cast
from tests.treatments.deciding import FAILED_EXTRACTION, MANY, decided, signed
from tests.treatments.test_series_views import words
from treatments.models import Assessment, Course, Decision, DecisionOption, Plan
from treatments.queries import guidance

As = Callable[[Any], Client]


def form_of(made: Assessment, *chosen: str, way: str = "treat", **more: Any) -> dict[str, Any]:
    """What the browser sends."""
    seen = guidance.advise(made, NOW.date()).guidance.fingerprint
    return {"chosen": chosen, "way": way, "key": str(uuid.uuid4()), "seen": seen} | more


def decide_url(made: Assessment) -> str:
    return reverse("assessment-decide", args=[made.pk])


def agreed(cast: Cast, **more: Any) -> dict[str, Any]:
    """What the browser sends for a peel series with a retinoid, as it is filled in."""
    return {
        "location": cast.harbour.pk,
        "sessions_glycolic": 6,
        "agent": "tretinoin",
        "strength_percent": "0.025",
        "vehicle": "cream",
        "amount": "Pea-sized, for the whole face",
        "starts_on": "2026-11-30",
    } | more


def combined(cast: Cast) -> Decision:
    return decided(cast, signed(cast, *MANY, episodes_a_year=2), "glycolic", "retinoid")


def test_the_page_shows_all_six_with_what_is_proposed_chosen(cast: Cast, as_: As) -> None:
    made = signed(cast, *MANY, episodes_a_year=2)
    page = as_(cast.cole).get(reverse("assessment-decision", args=[made.pk]))
    cards = [(way.modality, chosen) for way, chosen, _reason in page.context["form"].cards]
    assert cards == [
        ("glycolic", True),
        ("retinoid", True),
        ("salicylic", False),
        ("extraction", False),
        ("cryo", False),
        ("laser", False),
    ]
    text = words(page.content.decode())
    assert "19 milia over 3 regions: a series of peels treats the whole area." in text
    assert "The health questions were not asked yet" in text
    assert list(RecordAccess.objects.values_list("record", "record_id", "action")) == [
        ("patients.patient", cast.ada.pk, "read")
    ]


def test_from_the_assessment_to_a_plan_in_three_presses(cast: Cast, as_: As) -> None:
    made = signed(cast, *MANY, episodes_a_year=2)
    client = as_(cast.cole)
    client.get(reverse("assessment-decision", args=[made.pk]))
    answer = client.post(decide_url(made), form_of(made, "glycolic", "retinoid"))
    decision = Decision.objects.get()
    assert answer.headers["Location"] == reverse("plan-create", args=[decision.pk])
    answer = client.post(answer.headers["Location"], agreed(cast))
    plan = Plan.objects.get()
    assert answer.headers["Location"] == reverse("plan", args=[plan.pk])
    peel, cream = plan.courses.order_by("pk")
    assert [peel.protocol.modality, cream.protocol.modality] == ["glycolic", "retinoid"]
    assert (peel.sessions.count(), peel.uses_retinoid, cream.uses_retinoid) == (6, True, None)
    assert (cream.regimen.strength_percent, cream.regimen.pause_for_series) == (
        Decimal("0.025"),
        False,
    )
    text = words(client.get(answer.headers["Location"]).content.decode())
    assert "21 days after session 3 (14–28)" in text
    assert "Tretinoin 0.025 %, cream" in text
    assert "After session 4: go on, change or stop." in text
    assert "Pregnancy, or planning one." in text


@pytest.mark.parametrize(
    ("who", "shown", "may"), [("nora", 200, 403), ("fern", 403, 403), ("mina", 403, 403)]
)
def test_a_clinician_decides(cast: Cast, as_: As, who: str, shown: int, may: int) -> None:
    made, client = signed(cast), as_(getattr(cast, who))
    assert client.get(reverse("assessment-decision", args=[made.pk])).status_code == shown
    assert client.post(decide_url(made), form_of(made, "extraction")).status_code == may
    assert not Decision.objects.exists()
    decision = decided(cast, made, "extraction")
    assert client.get(reverse("plan-create", args=[decision.pk])).status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"chosen": ["sandblasting"]}, "Choose among these six."),
        ({"chosen": []}, "Choose a treatment, or leave the skin alone, or refer."),
        ({"way": ""}, "Press what follows: treat, watch or refer."),
        ({"way": "pray"}, "Press what follows: treat, watch or refer."),
        ({"key": "x"}, "Reload the page."),
        ({"seen": "0" * 16}, "has changed since this page was opened"),
        ({"note": "n" * 301}, "300"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    cast: Cast, as_: As, sent: dict[str, Any], said: str
) -> None:
    made = signed(cast)
    page = as_(cast.cole).post(decide_url(made), form_of(made, "extraction", note="mine") | sent)
    assert page.status_code == 422
    assert said in words(page.content.decode())
    assert not Decision.objects.exists()


def test_a_block_asks_for_its_reason_at_its_card(cast: Cast, as_: As) -> None:
    made = signed(cast, ("lower_eyelid", 1), tried=FAILED_EXTRACTION, size_mm="4.0")
    page = as_(cast.cole).post(decide_url(made), form_of(made, "cryo"))
    assert page.status_code == 422
    assert page.context["form"].errors["reason_cryo"] == [
        "Write why it is done in spite of the block."
    ]
    sent = form_of(made, "cryo", reason_cryo="shielded")
    assert as_(cast.cole).post(decide_url(made), sent).status_code == 302
    assert DecisionOption.objects.get(chosen=True).override_reason == "shielded"


def test_a_form_sent_twice_decides_once(cast: Cast, as_: As) -> None:
    made = signed(cast)
    sent, client = form_of(made, "extraction"), as_(cast.cole)
    first = client.post(decide_url(made), sent).headers["Location"]
    assert client.post(decide_url(made), sent).headers["Location"] == first


@pytest.mark.parametrize(("way", "said"), [("observe", "Leave alone"), ("refer", "Biopsy")])
def test_to_watch_or_refer_leads_to_the_decision(cast: Cast, as_: As, way: str, said: str) -> None:
    made = signed(cast)
    page = as_(cast.cole).post(decide_url(made), form_of(made, way=way), follow=True)
    assert page.redirect_chain[-1][0] == reverse("decision", args=[Decision.objects.get().pk])
    assert said in words(page.content.decode())


def test_a_decided_assessment_shows_its_decision(cast: Cast, as_: As) -> None:
    decision = decided(cast, signed(cast), "extraction")
    url = reverse("assessment-decision", args=[decision.assessment_id])
    assert as_(cast.nora).get(url).headers["Location"] == reverse("decision", args=[decision.pk])
    assert as_(cast.cole).get(f"{url}?again=1").status_code == 200
    text = words(as_(cast.nora).get(reverse("decision", args=[decision.pk])).content.decode())
    assert "3 milia, one by one: extraction is the first choice, and immediate." in text
    assert "Decided and signed by Dr Cole" in text


def test_a_draft_has_no_decision_page(cast: Cast, as_: As) -> None:
    made = Assessment.objects.create(
        patient=cast.ada, started_at=NOW, started_by=cast.cole, saved_at=NOW
    )
    url = reverse("assessment-decision", args=[made.pk])
    assert as_(cast.cole).get(url).status_code == 404


# The plan ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"sessions_glycolic": "9"}, "sessions_glycolic", "Glycolic peel takes 4 to 6 sessions."),
        ({"sessions_glycolic": ""}, "sessions_glycolic", "Glycolic peel takes 4 to 6 sessions."),
        ({"strength_percent": "5"}, "strength_percent", "Tretinoin comes in 0.025 to 0.1 %."),
        ({"strength_percent": "a lot"}, "strength_percent", "Write it in percent, such as 0.025."),
        ({"agent": "lotion"}, "agent", "Choose one."),
        ({"starts_on": "2026-11-29"}, "starts_on", "The first evening is today or later."),
        ({"starts_on": "2028-11-29"}, "starts_on", "That is more than a year away."),
        ({"starts_on": "soon"}, "starts_on", "Choose a day."),
        ({"location": "999"}, "location", "Choose where."),
        ({"amount": ""}, "amount", "Write how much."),
    ],
)
def test_a_plan_that_cannot_be_agreed(
    cast: Cast, as_: As, sent: dict[str, Any], field: str, said: str
) -> None:
    url = reverse("plan-create", args=[combined(cast).pk])
    page = as_(cast.cole).post(url, agreed(cast, **sent))
    assert page.status_code == 422
    assert list(page.context["form"].errors[field]) == [said]
    assert not Plan.objects.exists()


def test_a_decision_with_a_plan_leads_to_it(cast: Cast, as_: As) -> None:
    url = reverse("plan-create", args=[combined(cast).pk])
    as_(cast.cole).post(url, agreed(cast))
    again = as_(cast.cole).post(url, agreed(cast))
    assert again.headers["Location"] == reverse("plan", args=[Plan.objects.get().pk])


def test_what_runs_already_goes_on_as_it_is(cast: Cast, as_: As) -> None:
    first = combined(cast)
    as_(cast.cole).post(reverse("plan-create", args=[first.pk]), agreed(cast))
    second = decided(cast, first.assessment, "glycolic", "extraction")
    url = reverse("plan-create", args=[second.pk])
    text = words(as_(cast.cole).get(url).content.decode())
    assert "Glycolic peel is running already and goes on as it is." in text
    as_(cast.cole).post(url, {"location": cast.harbour.pk, "sessions_extraction": 1})
    assert second.plan.courses.get().protocol.modality == "extraction"
    third = decided(cast, first.assessment, "glycolic")
    empty = as_(cast.cole).get(reverse("plan-create", args=[third.pk]))
    assert "Nothing is left to agree" in words(empty.content.decode())


def test_the_visit_of_the_assessment_may_be_the_beginning(cast: Cast, as_: As) -> None:
    visit = Appointment.objects.create(
        booking=Booking.objects.create(actor=cast.fern, content_hash=""),
        patient=cast.ada,
        service=Service.objects.get(key="assessment"),
        location=cast.harbour,
        during=(NOW - timedelta(minutes=30), NOW),
        status=Appointment.Status.IN_ROOM,
    )
    decision = decided(cast, signed(cast, *MANY, appointment=visit), "retinoid")
    url = reverse("plan-create", args=[decision.pk])
    sent = {key: value for key, value in agreed(cast, begins="visit").items() if "sess" not in key}
    assert as_(cast.cole).get(url).context["form"]["begins"].value() == "visit"
    assert as_(cast.cole).post(url, sent).status_code == 302
    course = Course.objects.get()
    assert course.sessions.get().appointment == visit
    assert course.status == "active"


def test_the_record_lists_plans_and_what_waits(cast: Cast, as_: As) -> None:
    made = signed(cast)
    url = reverse("patient-plans", args=[cast.ada.pk])
    text = words(as_(cast.cole).get(url).content.decode())
    assert "No plan is running" in text
    assert "nothing is decided on it yet" in text
    decided(cast, made, "extraction")
    text = words(as_(cast.cole).get(url).content.decode())
    assert "Decided without a plan" in text
    assert "Plan it" in text
    assert as_(cast.fern).get(url).status_code == 200


def test_queries_of_the_pages_do_not_grow(
    cast: Cast, as_: As, django_assert_num_queries: Any
) -> None:
    decision = combined(cast)
    client = as_(cast.cole)
    client.post(reverse("plan-create", args=[decision.pk]), agreed(cast))
    plan = Plan.objects.get()
    client.get(reverse("plan", args=[plan.pk]))
    decide = reverse("assessment-decision", args=[decision.assessment_id])
    pages = {
        reverse("plan", args=[plan.pk]): 12,
        reverse("patient-plans", args=[cast.ada.pk]): 13,
        reverse("decision", args=[decision.pk]): 10,
        f"{decide}?again=1": 14,
    }
    for path, number in pages.items():
        with django_assert_num_queries(number):
            client.get(path)


# The clinic's numbers ---------------------------------------------------------------------------


def numbers(**more: Any) -> dict[str, Any]:
    return {
        "small_max": 5, "moderate_max": 15, "broad_regions": 3, "large_mm": "3.0",
        "stubborn_months": 12, "recurrent_months": 6, "recurrent_episodes": 2,
        "second_layer": ["A1", "A2", "A3", "A4", "A5", "A6", "A8", "A9", "A10"],
    } | more  # fmt: skip


def test_the_manager_sets_the_numbers(cast: Cast, as_: As) -> None:
    url, client = reverse("guidance-settings"), as_(cast.mina)
    assert "Nobody has changed the shipped numbers yet" in words(client.get(url).content.decode())
    client.post(url, numbers())
    assert guidance.newest_settings() is None
    client.post(url, numbers(moderate_max=20, second_layer=["A7"]))
    found = guidance.newest_settings()
    assert found is not None
    assert (found.moderate_max, found.second_layer, found.changed_by) == (20, ["A7"], cast.mina)
    assert "Last changed by Mina" in words(client.get(url).content.decode())


@pytest.mark.parametrize("who", ["cole", "nora", "fern"])
def test_only_the_manager_sets_them(cast: Cast, as_: As, who: str) -> None:
    assert as_(getattr(cast, who)).get(reverse("guidance-settings")).status_code == 403


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"small_max": "15"}, "moderate_max", "A moderate number is larger than a small one."),
        ({"small_max": ""}, "small_max", "Write a number."),
        ({"large_mm": "huge"}, "large_mm", "Write a number."),
        ({"second_layer": ["A11"]}, "second_layer", "One of these rules is not known."),
    ],
)
def test_numbers_that_cannot_be(
    cast: Cast, as_: As, sent: dict[str, Any], field: str, said: str
) -> None:
    page = as_(cast.mina).post(reverse("guidance-settings"), numbers(**sent))
    assert page.status_code == 422
    assert list(page.context["form"].errors[field]) == [said]
    assert guidance.newest_settings() is None


@pytest.mark.parametrize("sent", [{"small_max": "0"}, {"moderate_max": "900"}, {"large_mm": "99"}])
def test_numbers_out_of_range(cast: Cast, as_: As, sent: dict[str, Any]) -> None:
    assert as_(cast.mina).post(reverse("guidance-settings"), numbers(**sent)).status_code == 422
