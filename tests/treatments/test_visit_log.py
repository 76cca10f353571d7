"""The log of a visit as its pages and its actions behave: begun, saved, taken over, signed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from clinic.actions import booking
from clinic.actions.claims import BookingRefused
from clinic.models import Appointment, Service
from tests.agreed import agree
from tests.conftest import NOW, Cast
from tests.treatments.visit_logs import PEEL, appointment, begun, signed
from treatments.actions import visits as actions
from treatments.actions.visits import DraftIsOver, Entry, NotReady, Seen, StaleDraft, VisitRefused
from treatments.models import Assessment, Finding, Lesion, Visit
from treatments.queries.visits import record_of

As = Callable[[User], Client]
DAY = timedelta(days=1)
ACID = {"strength_percent": Decimal(20), "contact_seconds": 120, "endpoint": "pink"}
DONE = ACID | {"neutraliser": "bicarbonate"}


def url(name: str, made: Visit | Appointment) -> str:
    pk = made.appointment_id if isinstance(made, Visit) else made.pk
    return reverse(f"visit-{name}", args=[pk])


def send(client: Client, made: Visit, version: int = 1, tab: str = "", **more: Any) -> Any:
    """What a page that saves itself sends."""
    data = {**PEEL, "version": version, "tab": tab} | more
    return client.post(url("save", made), data, headers={"X-Draft": "1"})


def put(made: Visit, by: User, record: dict[str, Any], version: int = 1, **visit: Any) -> Visit:
    entry = Entry(visit=visit, record=record)
    return actions.save(visit=made, entry=entry, seen=Seen(version), by=by, now=NOW)


def sign(made: Visit, by: User) -> Visit:
    version = Visit.objects.get(pk=made.pk).version
    return actions.sign(visit=made, version=version, by=by, now=NOW)


def chart(cast: Cast) -> list[Lesion]:
    """Three lesions of Ada's: a cheek, a chin, under an eye."""
    made = Assessment.objects.create(
        patient=cast.ada,
        skin_type=3,
        kind="primary",
        arrangement="discrete",
        started_at=NOW - 9 * DAY,
        started_by=cast.cole,
        saved_at=NOW - 9 * DAY,
    )
    places = (("cheek", "left"), ("chin", "middle"), ("lower_eyelid", "left"))
    lesions = [
        Lesion.objects.create(patient=cast.ada, number=n, site=site, side=side)
        for n, (site, side) in enumerate(places, 1)
    ]
    Finding.objects.bulk_create(
        Finding(assessment=made, lesion=each, x=300, y=500) for each in lesions
    )
    Assessment.objects.filter(pk=made.pk).update(signed_at=NOW - 9 * DAY, signed_by=cast.cole)
    return lesions


# Begun --------------------------------------------------------------------------------------------


def test_one_press_brings_the_patient_into_the_room(cast: Cast, as_: As) -> None:
    visit = appointment(cast, status="arrived")
    agree(cast.ada, cast.fern)
    answer = as_(cast.nora).post(url("start", visit))
    assert answer.headers["Location"] == url("log", visit)
    visit.refresh_from_db()
    made = Visit.objects.get()
    assert (visit.status, made.author, made.patient, made.version) == (
        "in_room", cast.nora, cast.ada, 1,
    )  # fmt: skip
    assert record_of(made).strength_percent == 20


def test_begun_twice_is_one_draft(cast: Cast) -> None:
    made = begun(cast)
    again = actions.start(appointment=made.appointment, by=cast.nora, now=NOW)
    assert (again.pk, again.author) == (made.pk, cast.cole)


@pytest.mark.parametrize("status", ["no_show", "held"])
def test_a_visit_that_does_not_take_place_has_no_log(cast: Cast, as_: As, status: str) -> None:
    visit = appointment(cast, status="booked")
    more = {"held_until": NOW + DAY} if status == "held" else {}
    Appointment.objects.filter(pk=visit.pk).update(status=status, **more)
    page = as_(cast.cole).post(url("start", visit), follow=True).content.decode()
    assert "The log is not begun." in page
    assert not Visit.objects.exists()


def test_nothing_is_begun_before_its_day(cast: Cast) -> None:
    with pytest.raises(BookingRefused, match="too early"):
        begun(cast, at=NOW + 3 * DAY, status="arrived")
    assert not Visit.objects.exists()


def test_last_time_is_carried_over_but_not_what_is_measured(cast: Cast) -> None:
    signed(cast, DONE | {"ph": Decimal("1.6"), "buffered": True, "coats": 2}, next_note="Chin last")
    record = record_of(begun(cast))
    assert (record.strength_percent, record.ph, record.buffered, record.coats) == (
        20, Decimal("1.6"), True, 2,
    )  # fmt: skip
    assert (record.neutraliser, record.contact_seconds, record.endpoint) == (
        "bicarbonate",
        None,
        "",
    )


def test_the_page_says_last_time_and_proposes_the_next_step(cast: Cast, as_: As) -> None:
    signed(cast, DONE, pain=2, next_note="Chin last")
    page = as_(cast.cole).get(url("log", begun(cast))).content.decode()
    assert "Chin last" in page
    assert "Proposed: 35 %, 2:00." in page
    assert 'data-last="120"' in page or 'data-last="2:00"' in page


def test_a_nurse_is_proposed_no_more_than_she_may_apply(cast: Cast, as_: As) -> None:
    signed(cast, DONE, pain=2)
    page = as_(cast.nora).get(url("log", begun(cast, by=cast.nora))).content.decode()
    assert "Proposed: 20 %, 2:30." in page


def test_a_visit_that_is_no_treatment_says_so(cast: Cast, as_: As) -> None:
    visit = appointment(cast)
    Appointment.objects.filter(pk=visit.pk).update(service=_assessment())
    page = as_(cast.cole).get(url("log", visit)).content.decode()
    assert "This visit is no treatment: it has no log." in page


def _assessment() -> int:
    return Service.objects.get(key="assessment").pk


# Saved --------------------------------------------------------------------------------------------


def test_what_is_typed_is_saved(cast: Cast, as_: As) -> None:
    made = begun(cast)
    answer = send(as_(cast.cole), made, tab="w.1", note="calm", product_0_name="Acid",
                  product_0_lot="L1", event_redness="mild")  # fmt: skip
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    made.refresh_from_db()
    record = record_of(made)
    assert (made.pain, made.note, made.saved_from) == (3, "calm", "w.1")
    assert (record.contact_seconds, record.endpoint, record.neutraliser) == (
        120, "pink", "bicarbonate",
    )  # fmt: skip
    assert [(each.name, each.lot) for each in made.products.all()] == [("Acid", "L1")]
    assert [(each.kind, each.severity) for each in made.adverse_events.all()] == [
        ("redness", "mild")
    ]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("ph", "15", "The pH of a peel lies between 0 and 7."),
        ("contact_seconds", "-3", "A peel stays on for 0 to 20 minutes."),
        ("contact_seconds", "soon", "Write minutes and seconds as 2:30, or seconds as 150."),
        ("strength_percent", "400 %", "A peel has between 1 and 70 %."),
        ("strength_percent", "NaN", "Write a number. A peel has between 1 and 70 %."),
        ("strength_percent", "20.55", "At most 1 digits after the point."),
        ("coats", "2.5", "Write a whole number."),
        ("pain", "11", "Pain runs from 0 to 10."),
        ("endpoint", "black", None),
        ("product_0_lot", "L1", None),
    ],
)
def test_what_cannot_be_is_refused_and_the_rest_is_saved(
    cast: Cast, as_: As, field: str, typed: str, sentence: str | None
) -> None:
    made = begun(cast)
    answer = send(as_(cast.cole), made, tab="w.3", note="calm", **{field: typed})
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert len(errors) == 1
    if sentence:
        assert errors == {field: sentence}
    made.refresh_from_db()
    # the number before: the window still holds what could not be saved
    assert (made.note, made.saved_from) == ("calm", "w.2")


def test_an_expired_product_is_refused(cast: Cast, as_: As) -> None:
    made = begun(cast)
    answer = send(as_(cast.cole), made, product_0_name="Acid", product_0_expires_on="2026-11-29")
    assert answer.json()["errors"] == {
        "product_0_expires_on": "Expired on 29 Nov 2026: take another pack. "
        "This one is not to be used."
    }
    assert not made.products.exists()
    answer = send(as_(cast.cole), made, version=2, product_0_name="Acid",
                  product_0_expires_on="2026-11-30")  # fmt: skip
    assert answer.status_code == 200


def test_a_page_that_is_older_saves_nothing(cast: Cast, as_: As) -> None:
    made, client = begun(cast), as_(cast.cole)
    assert send(client, made, tab="one.1", note="first").status_code == 200
    answer = send(client, made, tab="two.1", note="second")
    assert answer.status_code == 409
    assert "was saved in another window" in answer.json()["sentence"]
    made.refresh_from_db()
    assert (made.note, made.version) == ("first", 2)


def test_a_change_whose_answer_was_lost_is_written_once(cast: Cast, as_: As) -> None:
    made, client = begun(cast), as_(cast.cole)
    send(client, made, tab="one.1", note="first")
    assert send(client, made, tab="one.1", note="first").json()["version"] == 2
    assert send(client, made, tab="one.2", note="more").json()["version"] == 3


def test_somebody_elses_draft_is_read_and_not_written(cast: Cast, as_: As) -> None:
    made = begun(cast)
    client = as_(cast.nora)
    page = client.get(url("log", made)).content.decode()
    assert "Dr Cole is writing this log." in page
    assert "Sign visit" not in page
    answer = send(client, made, note="mine")
    assert answer.status_code == 409
    assert answer.json()["sentence"].startswith("Dr Cole is writing this log.")


def test_a_draft_is_taken_over_by_a_press(cast: Cast, as_: As) -> None:
    made = begun(cast)
    as_(cast.nora).post(url("take-over", made))
    made.refresh_from_db()
    assert (made.author, made.taken_over_from, made.taken_over_at, made.version) == (
        cast.nora, cast.cole, NOW, 2,
    )  # fmt: skip
    with pytest.raises(VisitRefused, match="Nora is writing this log"):
        put(made, cast.cole, {}, 2)


def test_a_draft_of_the_wrong_visit_is_thrown_away(cast: Cast, as_: As) -> None:
    made = begun(cast)
    assert as_(cast.nora).post(url("throw-away", made)).headers["Location"] == url("log", made)
    assert Visit.objects.exists()
    as_(cast.cole).post(url("throw-away", made))
    assert not Visit.objects.exists()
    answer = send(as_(cast.cole), made)
    assert (answer.status_code, "thrown away" in answer.json()["sentence"]) == (410, True)


# Signed -------------------------------------------------------------------------------------------


def test_signing_freezes_the_record_and_closes_the_visit(cast: Cast, as_: As) -> None:
    made = begun(cast)
    answer = as_(cast.cole).post(url("sign", made), {**PEEL, "version": 1})
    made.refresh_from_db()
    assert answer.headers["Location"] == reverse("visit-record", args=[made.pk])
    assert (made.signed_by, made.signed_at) == (cast.cole, NOW)
    assert Appointment.objects.get().status == "done"
    page = as_(cast.nora).get(reverse("visit-record", args=[made.pk])).content.decode()
    assert "20 %, 2:00, pink" in page


def test_pressed_twice_it_is_signed_once(cast: Cast, as_: As) -> None:
    made, client = begun(cast), as_(cast.cole)
    first = client.post(url("sign", made), {**PEEL, "version": 1})
    again = client.post(url("sign", made), {**PEEL, "version": 1})
    assert first.headers["Location"] == again.headers["Location"]


def test_what_is_missing_is_named_and_nothing_is_lost(cast: Cast, as_: As) -> None:
    made = begun(cast)
    sent = PEEL | {"neutraliser": "", "endpoint": "", "note": "calm", "version": 1}
    answer = as_(cast.cole).post(url("sign", made), sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "endpoint": ["Say how the skin looked at the end."],
        "neutraliser": ["Glycolic acid is neutralised: say with what."],
    }
    made.refresh_from_db()
    assert (made.note, made.signed_at) == ("calm", None)


def test_unusual_values_wait_for_a_reason_and_stay(cast: Cast) -> None:
    made = put(begun(cast), cast.cole, DONE | {"contact_seconds": 400})
    with pytest.raises(NotReady) as refused:
        sign(made, cast.cole)
    assert refused.value.errors == {
        "range_reason": "Longer than is usual for this strength. Say why."
    }
    put(made, cast.cole, {}, 2, range_reason="Thick, oily skin")
    assert record_of(sign(made, cast.cole)).contact_seconds == 400


@pytest.mark.parametrize(
    ("modality", "record", "field"),
    [
        ("glycolic", DONE | {"strength_percent": Decimal(35)}, "strength_percent"),
        ("cryo", {"method": "swab", "uncharted": 1}, ""),
        ("laser", {"mode": "cw", "power_watts": 3, "eye_shield": "goggles", "passes": 1,
                   "uncharted": 1, "plume_extraction": True}, ""),
        ("retinoid", {"agent": "tretinoin", "strength_percent": Decimal("0.025"), "dryness": 0,
                      "redness": 0, "peeling": 0, "stinging": 0, "nights_per_week": 2,
                      "next_step": "hold"}, "agent"),
    ],
)  # fmt: skip
def test_a_nurse_does_not_sign_what_a_doctor_does(
    cast: Cast, modality: str, record: dict[str, Any], field: str
) -> None:
    made = begun(cast, modality, by=cast.nora)
    put(made, cast.nora, record, range_reason="told")
    with pytest.raises(NotReady) as refused:
        sign(made, cast.nora)
    assert list(refused.value.errors) == [field]
    assert refused.value.errors[field].endswith("Who may sign this: Dr Cole.")
    actions.take_over(visit=made, by=cast.cole, now=NOW)
    assert sign(made, cast.cole).signed_by == cast.cole


def test_somebody_elses_draft_is_not_signed(cast: Cast) -> None:
    made = put(begun(cast), cast.cole, DONE)
    with pytest.raises(VisitRefused, match="Dr Cole is writing this log"):
        sign(made, cast.nora)


def test_a_page_that_is_older_signs_nothing(cast: Cast, as_: As) -> None:
    made, client = put(begun(cast), cast.cole, DONE), as_(cast.cole)
    answer = client.post(url("sign", made), {**PEEL, "version": 1, "note": "old"}, follow=True)
    assert answer.redirect_chain == [(url("log", made), 302)]
    page = answer.content.decode()
    assert "was saved in another window" in page
    assert 'name="version" value="2"' in page
    made.refresh_from_db()
    assert (made.signed_at, made.note) == (None, "")


def test_what_was_not_seen_is_not_signed(cast: Cast) -> None:
    made = put(begun(cast), cast.cole, DONE)
    with pytest.raises(StaleDraft):
        actions.sign(visit=made, version=1, by=cast.cole, now=NOW)


def test_a_patient_nobody_received_is_received_by_the_door_and_its_rules(cast: Cast) -> None:
    made = put(begun(cast), cast.cole, DONE)
    Appointment.objects.update(status="booked")
    with pytest.raises(BookingRefused, match="health questions"):
        sign(made, cast.cole)
    made.refresh_from_db()
    assert (made.signed_at, record_of(made).contact_seconds) == (None, 120)


def test_a_missed_visit_is_not_signed(cast: Cast) -> None:
    made = put(begun(cast), cast.cole, DONE)
    Appointment.objects.update(status="no_show")
    with pytest.raises(VisitRefused, match="marked as no-show"):
        sign(made, cast.cole)


def test_after_signing_the_visit_stays_done(cast: Cast) -> None:
    made = sign(put(begun(cast), cast.cole, DONE), cast.cole)
    found = Appointment.objects.get()
    with pytest.raises(BookingRefused, match="Dr Cole signed the record of this visit"):
        booking.undo_status(appointment=found, by=cast.fern, now=NOW)
    with pytest.raises(DraftIsOver, match="Signed by Dr Cole"):
        put(made, cast.cole, {}, made.version)


def test_a_session_that_was_broken_off_needs_its_reason_only(cast: Cast) -> None:
    acid = {"contact_seconds": 40, "neutraliser": "water"}
    made = put(begun(cast), cast.cole, acid, broken_off=True)
    with pytest.raises(NotReady) as refused:
        sign(made, cast.cole)
    assert refused.value.errors == {"broken_off_why": "Say why it was broken off."}
    put(made, cast.cole, {}, 2, broken_off_why="Burning")
    assert sign(made, cast.cole).broken_off


# Lesions ------------------------------------------------------------------------------------------


def test_lesions_are_ticked_with_their_result(cast: Cast, as_: As) -> None:
    cheek, chin, _eye = chart(cast)
    made = begun(cast, "extraction")
    sent = {"version": 1, "lesion": [cheek.pk, chin.pk], f"result_{chin.pk}": "partly",
            "tool": "lancet", "antiseptic": "alcohol"}  # fmt: skip
    as_(cast.cole).post(url("sign", made), sent)
    rows = made.lesion_treatments.order_by("lesion")
    assert [(each.lesion_id, each.result) for each in rows] == [
        (cheek.pk, "cleared"), (chin.pk, "partly"),
    ]  # fmt: skip
    made.refresh_from_db()
    assert made.is_signed


def test_nothing_near_the_eye_is_frozen(cast: Cast, as_: As) -> None:
    *_others, eye = chart(cast)
    made = begun(cast, "cryo")
    client = as_(cast.cole)
    assert (
        f'value="{eye.pk}" id="lesion-{eye.pk}"'
        not in client.get(url("log", made)).content.decode()
    )
    data = {"version": 1, "tab": "w.1", "lesion": [eye.pk]}
    answer = client.post(url("save", made), data, headers={"X-Draft": "1"})
    assert answer.json()["errors"] == {"lesion": "One of these lesions cannot be treated here."}
    assert not made.lesion_treatments.exists()


def test_a_lesion_of_somebody_else_is_not_ticked(cast: Cast, as_: As) -> None:
    foreign = Lesion.objects.create(patient=cast.ben, number=1, site="chin", side="middle")
    made = begun(cast, "extraction")
    data = {"version": 1, "lesion": [foreign.pk]}
    answer = as_(cast.cole).post(url("save", made), data, headers={"X-Draft": "1"})
    assert answer.status_code == 422
    assert not made.lesion_treatments.exists()


# Afterwards ---------------------------------------------------------------------------------------


def test_addenda_are_added_with_name_and_time(cast: Cast, as_: As) -> None:
    made = signed(cast, DONE)
    client, address = as_(cast.nora), reverse("visit-add", args=[made.pk])
    for _press in range(2):
        client.post(address, {"text": " Rang the next day "})
    assert client.post(address, {"text": " "}).status_code == 422
    rows = made.addenda.values_list("text", "written_by", "written_at")
    assert list(rows) == [("Rang the next day", cast.nora.pk, NOW)]


def test_a_draft_takes_no_addendum(cast: Cast) -> None:
    with pytest.raises(VisitRefused, match="a draft still"):
        actions.add(visit=begun(cast), text="More", by=cast.cole, now=NOW)


def test_the_list_says_each_visit_in_a_line(cast: Cast, as_: As) -> None:
    signed(cast, DONE, days_ago=21)
    signed(cast, {"tool": "lancet", "antiseptic": "alcohol", "uncharted": 4}, 42, "extraction")
    begun(cast)
    page = as_(cast.nora).get(reverse("patient-visits", args=[cast.ada.pk]))
    assert [each.line for each in page.context["entries"]] == [
        "20 %", "20 %, 2:00, pink", "4 lesions, lancet",
    ]  # fmt: skip


def test_lots_used_last_are_offered_while_they_are_good(cast: Cast, as_: As) -> None:
    for days, lot, expires in ((42, "NEW", date(2027, 5, 1)), (21, "OLD", date(2026, 11, 29))):
        at = NOW - days * DAY
        made = begun(cast, at=at)
        entry = Entry({}, DONE, products=[{"name": "Acid", "lot": lot, "expires_on": expires}])
        made = actions.save(visit=made, entry=entry, seen=Seen(1), by=cast.cole, now=at)
        actions.sign(visit=made, version=2, by=cast.cole, now=at)
    page = as_(cast.cole).get(url("log", begun(cast)))
    assert [each.lot for each in page.context["used"]] == ["NEW"]


# Who may, and what it costs -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["start", "save", "sign", "take-over", "throw-away"])
def test_the_desk_writes_no_log(cast: Cast, as_: As, name: str) -> None:
    made = begun(cast)
    assert as_(cast.fern).post(url(name, made)).status_code == 403
    assert as_(cast.fern).get(url("log", made)).status_code == 403


def test_opening_a_record_is_written_down(cast: Cast, as_: As) -> None:
    made = signed(cast, DONE)
    as_(cast.nora).get(reverse("visit-record", args=[made.pk]))
    rows = RecordAccess.objects.filter(user=cast.nora).values_list("record", "record_id", "action")
    assert list(rows) == [("treatments.visit", made.pk, "read")]


def test_what_the_pages_ask_of_the_database(cast: Cast, as_: As) -> None:
    for n in range(3):
        signed(cast, DONE, days_ago=21 * (n + 1))
    made, client = begun(cast), as_(cast.cole)
    counts = {}
    for name, address in {
        "log": url("log", made),
        "list": reverse("patient-visits", args=[cast.ada.pk]),
        "record": reverse("visit-record", args=[Visit.objects.signed()[0].pk]),
    }.items():
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        counts[name] = len(caught)
    with CaptureQueriesContext(connection) as caught:
        assert send(client, made).status_code == 200
    counts["save"] = len(caught)
    assert counts == {"log": 19, "list": 12, "record": 10, "save": 28}


def test_visits_of_five_years_cost_the_list_no_more(cast: Cast, as_: As) -> None:
    client, address = as_(cast.cole), reverse("patient-visits", args=[cast.ada.pk])
    counts = []
    client.get(address)
    for first in (1, 2):
        for n in range(4):
            signed(cast, DONE, days_ago=21 * (4 * first + n))
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_day_of_the_visit_counts_not_that_of_the_signature(cast: Cast) -> None:
    """Written down three weeks late: what was good then was good."""
    visit = appointment(cast, at=NOW - 21 * DAY)
    made = actions.start(appointment=visit, by=cast.cole, now=NOW)
    good_then = [{"name": "Acid", "lot": "L", "expires_on": date(2026, 11, 20)}]
    entry = Entry({}, DONE, products=good_then)
    actions.save(visit=made, entry=entry, seen=Seen(1), by=cast.cole, now=NOW)
    assert isinstance(sign(made, cast.cole).signed_at, datetime)
