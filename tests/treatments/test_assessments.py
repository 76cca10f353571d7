"""Assessments as actions: lesions keep their identity, drafts their author, signatures stand."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinic.accounts.models import RecordAccess
from tests.conftest import Cast
from tests.treatments.assessing import ON, SIZE, entry, known, save, signed, start
from treatments.actions import assessments as act
from treatments.actions.assessments import NotReadyToSign
from treatments.actions.drafts import DraftOver, DraftRefused, DraftStale, Seen
from treatments.actions.lesions import MOST
from treatments.face_chart import Place, Spot, place_at
from treatments.models import Assessment, Finding, Lesion, PreviousTreatment
from treatments.queries import assessments

DAY = timedelta(days=1)


def states(draft: Assessment) -> dict[int, str]:
    rows = draft.findings.order_by("lesion__number")
    return dict(rows.values_list("lesion__number", "state"))


def test_a_first_assessment_from_start_to_signature(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    cast.ada.skin_type = 2
    cast.ada.save()
    said = {"kind": "primary", "arrangement": "discrete", "skin_type": 4, "note": "Firm, white."}
    tried = {"modality": "cryo", "year": 2024, "finished": True, "result": "none", "note": ""}
    rows = (
        entry(spot=ON["cheek:left"], size_mm=SIZE),
        entry("chin:middle", 1, spot=ON["chin:middle"], count=7, depth="deep"),
    )
    saved = save(draft, *rows, by=cast.cole, now=now, treatments=[tried], **said)
    assert [(row, each.number) for row, each in saved.rows.items()] == [
        ("lesions-0", 1),
        ("lesions-1", 2),
    ]
    act.sign(assessment=draft, by=cast.cole, now=now + DAY)
    cast.ada.refresh_from_db()
    assert (cast.ada.skin_type, cast.ada.edited_at, cast.ada.edited_by) == (4, now + DAY, cast.cole)
    found = assessments.latest(cast.ada)
    assert found is not None
    assert (found.signed_at, found.signed_by, found.note) == (now + DAY, cast.cole, "Firm, white.")
    assert [t.modality for t in found.previous_treatments.all()] == ["cryo"]
    marks = assessments.marks(found.findings.all())
    assert [(m.number, m.site, m.side, m.x, m.count, m.size_mm, m.depth) for m in marks] == [
        (1, "cheek", "left", 720, 1, Decimal("1.5"), "superficial"),
        (2, "chin", "middle", 500, 7, None, "deep"),
    ]
    changes = RecordAccess.objects.filter(action="change", record_id=cast.ada.pk, user=cast.cole)
    assert changes.count() == 2


def test_the_next_one_asks_about_what_was_there(cast: Cast, now: datetime) -> None:
    first = signed(cast, now, entry(), entry("chin:middle", 1, count=4), entry("cheek:right", 2))
    draft = start(cast, now + DAY)
    assert (draft.based_on, draft.kind, draft.skin_type, draft.note) == (first, "primary", 3, "")
    assert states(draft) == {1: "asked", 2: "asked", 3: "asked"}
    one, two, three = Lesion.objects.order_by("number")
    save(
        draft,
        known(one, "resolved"),
        known(two, "active", 1, count=2),
        known(three, "treated", 2),
        entry("lower_eyelid:left", 3),
        by=cast.cole,
        now=now + DAY,
    )
    second = act.sign(assessment=draft, by=cast.cole, now=now + DAY)
    assert states(second) == {1: "resolved", 2: "active", 3: "treated", 4: "new"}
    assert [each.number for each in assessments.active_lesions(cast.ada)] == [2, 3, 4]
    assert [each.number for each in assessments.gone_lesions(cast.ada)] == [1]
    over_time = assessments.counts_over_time(cast.ada)
    assert [each.total for each in over_time] == [6, 3]
    assert over_time[0].by_site == {"chin": 4, "cheek": 2}
    assert over_time[1].by_place == {Place("chin", "middle"): 2, Place("lower_eyelid", "left"): 1}
    third = start(cast, now + 2 * DAY)
    assert states(third) == {2: "asked", 3: "asked", 4: "asked"}
    save(
        third,
        known(one, "recurred"),
        *(known(each.lesion, "active", each.pk) for each in third.findings.all()),
        by=cast.cole,
        now=now + 2 * DAY,
    )
    assert states(third) == {1: "recurred", 2: "active", 3: "active", 4: "active"}
    # what came back by the draft's own word is taken out again; the others stay
    save(third, by=cast.cole, now=now + 2 * DAY)
    assert states(third) == {2: "active", 3: "active", 4: "active"}


def test_an_unanswered_lesion_keeps_it_from_being_signed(cast: Cast, now: datetime) -> None:
    signed(cast, now, entry(), entry("chin:middle", 1))
    draft = start(cast, now + DAY)
    with pytest.raises(NotReadyToSign) as refused:
        act.sign(assessment=draft, by=cast.cole, now=now)
    assert refused.value.sentences == [
        "Lesions 1, 2 of last time are not answered: still there or gone?"
    ]
    assert not Assessment.objects.get(pk=draft.pk).is_signed


def test_what_is_missing_is_named_at_once(cast: Cast, now: datetime) -> None:
    cast.ada.skin_type = None
    cast.ada.save()
    draft = start(cast, now)
    with pytest.raises(NotReadyToSign) as refused:
        act.sign(assessment=draft, by=cast.cole, now=now)
    assert refused.value.sentences == [
        "Enter the skin type before signing.",
        "Enter the type of milia before signing.",
        "Enter the arrangement before signing.",
    ]


def test_a_colleague_neither_changes_nor_signs_a_draft(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    theirs = "This is the draft of Dr Cole: only they change and sign it. Nothing was changed."
    with pytest.raises(DraftRefused, match=theirs):
        save(draft, entry(), by=cast.nora, now=now)
    with pytest.raises(DraftRefused, match=theirs):
        act.sign(assessment=draft, by=cast.nora, now=now)
    with pytest.raises(DraftRefused, match=theirs):
        act.discard(assessment=draft, by=cast.nora, now=now)
    assert not Lesion.objects.exists()


def test_a_second_start_leads_to_the_open_draft(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    assert start(cast, now + DAY) == draft
    other = start(cast, now, cast.nora)
    assert other != draft
    assert assessments.open_drafts(cast.ada) == [draft, other]


def test_nobody_assesses_the_dead(cast: Cast, now: datetime) -> None:
    cast.ada.deceased = True
    cast.ada.save()
    with pytest.raises(DraftRefused, match="Ada Lindqvist is recorded as deceased"):
        start(cast, now)


def test_two_windows_lose_nothing(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    save(draft, entry(), by=cast.cole, now=now, seen=Seen(1, "first.1"))
    with pytest.raises(DraftStale, match="saved in another window meanwhile"):
        save(draft, by=cast.cole, now=now, seen=Seen(1, "second.1"))
    assert Lesion.objects.count() == 1
    # the answer was lost on the way: the same window goes on with the version it knows
    save(
        draft,
        entry(number=1),
        entry("chin:middle", 1),
        by=cast.cole,
        now=now,
        seen=Seen(1, "first.2"),
    )
    assert states(draft) == {1: "new", 2: "new"}
    # and what it saved already is not saved over
    late = save(draft, by=cast.cole, now=now, seen=Seen(1, "first.2"))
    assert (late.rows, late.draft.version) == ({}, 3)
    assert states(draft) == {1: "new", 2: "new"}


def test_what_is_signed_or_gone_is_not_saved(cast: Cast, now: datetime) -> None:
    done = signed(cast, now, entry())
    with pytest.raises(DraftOver, match="signed and no longer changes"):
        save(done, by=cast.cole, now=now)
    draft = start(cast, now)
    act.discard(assessment=draft, by=cast.cole, now=now)
    with pytest.raises(DraftOver, match="was thrown away"):
        act.discard(assessment=draft, by=cast.cole, now=now)
    assert Lesion.objects.count() == 1


def test_throwing_away_takes_only_what_the_draft_made(cast: Cast, now: datetime) -> None:
    signed(cast, now, entry())
    draft = start(cast, now)
    (one,) = Lesion.objects.all()
    save(draft, known(one, "active"), entry("chin:middle", 1), by=cast.cole, now=now)
    assert Lesion.objects.count() == 2
    act.discard(assessment=draft, by=cast.cole, now=now)
    assert list(Lesion.objects.values_list("number", flat=True)) == [1]


def test_a_new_lesion_is_moved_and_removed_a_signed_one_stays(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    save(draft, entry(spot=ON["cheek:left"]), entry("chin:middle", 1), by=cast.cole, now=now)
    one = Lesion.objects.get(number=1)
    moved = entry("cheek:right", lesion=one.pk, spot=ON["cheek:right"])
    save(draft, moved, by=cast.cole, now=now)
    assert list(Lesion.objects.values_list("number", "side")) == [(1, "right")]
    save(draft, moved, by=cast.cole, now=now, kind="primary", arrangement="discrete")
    act.sign(assessment=draft, by=cast.cole, now=now)
    again = start(cast, now + DAY)
    elsewhere = entry("chin:middle", lesion=one.pk, state="active")
    with pytest.raises(DraftRefused, match="Lesion 1 was signed at another place and stays there"):
        save(again, elsewhere, by=cast.cole, now=now)
    # it is answered, not left out
    save(again, by=cast.cole, now=now)
    assert states(again) == {1: "asked"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"spot": Spot("front", 10, 10)}, "This lies outside the face"),
        ({"state": "active"}, "Lesion 2 was not seen before: it is new"),
    ],
)
def test_bad_entries_are_refused_whole(
    cast: Cast, now: datetime, wrong: dict[str, Any], sentence: str
) -> None:
    draft = start(cast, now)
    with pytest.raises(DraftRefused, match=sentence):
        save(draft, entry("chin:middle", 1), entry(**wrong), by=cast.cole, now=now)
    assert not Lesion.objects.exists()


@pytest.mark.parametrize("place", ["elbow:left", "chin:left", "cheek:middle"])
def test_an_unknown_place_is_refused(cast: Cast, now: datetime, place: str) -> None:
    draft = start(cast, now)
    with pytest.raises(DraftRefused, match="Choose the place from the list"):
        save(draft, entry(place), by=cast.cole, now=now)


def test_a_lesion_of_another_patient_is_refused(cast: Cast, now: datetime) -> None:
    foreign = Lesion.objects.create(patient=cast.ben, number=1, site="chin", side="middle")
    draft = start(cast, now)
    with pytest.raises(DraftRefused, match="belongs to another patient"):
        save(draft, entry("chin:middle", lesion=foreign.pk), by=cast.cole, now=now)


def test_the_same_lesion_twice_and_too_many_are_refused(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    save(draft, entry(), by=cast.cole, now=now)
    one = Lesion.objects.get()
    twice = (entry(lesion=one.pk), entry(row=1, lesion=one.pk))
    with pytest.raises(DraftRefused, match="Lesion 1 is entered twice"):
        save(draft, *twice, by=cast.cole, now=now)
    many = [entry(row=row) for row in range(MOST + 1)]
    with pytest.raises(DraftRefused, match="holds 60 entries"):
        save(draft, *many, by=cast.cole, now=now)


def test_lesions_that_were_named_lie_apart_on_their_place(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    save(draft, *(entry("lower_eyelid:left", row) for row in range(8)), by=cast.cole, now=now)
    points = {(each.view, each.x, each.y) for each in Finding.objects.all()}
    assert len(points) == 8
    under_the_eye = Place("lower_eyelid", "left")
    assert {place_at("front", x, y) for _view, x, y in points} == {under_the_eye}


def test_what_a_colleague_signed_meanwhile_is_taken_over_first(cast: Cast, now: datetime) -> None:
    signed(cast, now, entry())
    (one,) = Lesion.objects.all()
    draft = start(cast, now + DAY)
    save(draft, known(one, "active"), entry("chin:middle", 1), by=cast.cole, now=now + DAY)
    theirs = start(cast, now + DAY, cast.nora)
    save(theirs, known(one, "active"), entry("cheek:right", 1), by=cast.nora, now=now + DAY)
    newer = act.sign(assessment=theirs, by=cast.nora, now=now + DAY)
    # both made a lesion at the same time: each has a number of its own
    assert list(Lesion.objects.values_list("number", flat=True).order_by("number")) == [1, 2, 3]
    with pytest.raises(NotReadyToSign, match="Nora signed another assessment since you began"):
        act.sign(assessment=draft, by=cast.cole, now=now + 2 * DAY)
    act.catch_up(assessment=draft, by=cast.cole, now=now + 2 * DAY)
    assert states(draft) == {1: "active", 2: "new", 3: "asked"}
    draft.refresh_from_db()
    assert draft.based_on == newer


def refusal(name: str) -> Any:
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("treatments_assessment_one_draft_each", {}),
        ("treatments_assessment_signed_at_with_by", {"signed_at": "now"}),
        ("treatments_assessment_signed_by_its_author", {"signed_at": "now", "signed_by": "nora"}),
        ("treatments_assessment_signed_when_complete", {"signed_at": "now", "signed_by": "cole"}),
        ("treatments_assessment_skin_type_one_to_six", {"skin_type": 7}),
        ("treatments_assessment_concern_to_ten", {"concern": 11}),
        ("treatments_assessment_cause_only_if_secondary", {"kind": "primary", "cause": "drug"}),
        ("treatments_assessment_durations_believable", {"present_for_months": 1201}),
        ("treatments_assessment_durations_believable", {"new_within_months": 1201}),
        ("treatments_assessment_durations_believable", {"episodes_a_year": 53}),
    ],
)
def test_the_database_holds_the_rules_of_an_assessment(
    cast: Cast, now: datetime, name: str, fields: dict[str, Any]
) -> None:
    start(cast, now)
    by = cast.cole if name.endswith("one_draft_each") else cast.nora
    people: dict[Any, Any] = {"now": now, "cole": cast.cole, "nora": cast.nora}
    values = {key: people.get(value, value) for key, value in fields.items()}
    if values.get("signed_by") == cast.cole or name.endswith("signed_at_with_by"):
        by, _gone = cast.cole, Assessment.objects.all().delete()
    if name.endswith("its_author"):
        by, _gone = cast.cole, Assessment.objects.all().delete()
        values |= {"skin_type": 3, "kind": "primary", "arrangement": "discrete"}
    with refusal(name), transaction.atomic():
        Assessment.objects.create(
            patient=cast.ada, started_at=now, saved_at=now, started_by=by, **values
        )


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("treatments_lesion_number_once", {"number": 1}),
        ("treatments_lesion_number_believable", {"number": 1000}),
        ("treatments_lesion_side_of_its_site", {"number": 2, "site": "cheek", "side": "middle"}),
        ("treatments_lesion_side_of_its_site", {"number": 2, "site": "chin", "side": "left"}),
    ],
)
def test_the_database_holds_the_rules_of_a_lesion(
    cast: Cast, now: datetime, name: str, fields: dict[str, Any]
) -> None:
    Lesion.objects.create(patient=cast.ada, number=1, site="chin", side="middle")
    values = {"site": "chin", "side": "middle", **fields}
    with refusal(name), transaction.atomic():
        Lesion.objects.create(patient=cast.ada, **values)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("treatments_finding_lesion_once", {"lesion": 1}),
        ("treatments_finding_on_the_drawing", {"x": 1001}),
        ("treatments_finding_count_believable", {"count": 0}),
        ("treatments_finding_count_believable", {"count": 201}),
        ("treatments_finding_size_believable", {"size_mm": Decimal("0.4")}),
        ("treatments_finding_size_believable", {"size_mm": Decimal("20.5")}),
    ],
)
def test_the_database_holds_the_rules_of_a_finding(
    cast: Cast, now: datetime, name: str, fields: dict[str, Any]
) -> None:
    draft = start(cast, now)
    save(draft, entry(), by=cast.cole, now=now)
    other = Lesion.objects.create(patient=cast.ada, number=2, site="chin", side="middle")
    values = {"x": 500, "y": 800, "lesion": other, **fields}
    if values["lesion"] == 1:
        values["lesion"] = Lesion.objects.get(number=1)
    with refusal(name), transaction.atomic():
        Finding.objects.create(assessment=draft, **values)


def test_a_treatment_of_another_century_is_refused(cast: Cast, now: datetime) -> None:
    draft = start(cast, now)
    with refusal("treatments_previoustreatment_year_believable"), transaction.atomic():
        PreviousTreatment.objects.create(assessment=draft, modality="cryo", year=1949)


@pytest.mark.parametrize("change", ["move", "delete"])
def test_a_signed_lesion_stays_where_it_was(cast: Cast, now: datetime, change: str) -> None:
    signed(cast, now, entry())
    rows = Lesion.objects.filter(number=1)
    with refusal("is signed and no longer changes"), transaction.atomic():
        if change == "move":
            rows.update(side="right")
        else:
            rows._raw_delete(rows.db)
    assert rows.get().side == "left"
