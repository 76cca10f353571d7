"""The life of a protocol's versions, and that running courses keep theirs."""

from datetime import timedelta
from typing import Any

import pytest

from clinic.actions import booking
from clinic.actions.claims import Claim
from patients.models import Message
from tests.conftest import NOW, Cast
from treatments.actions import course_messages, plans, protocol_versions
from treatments.actions.plans import CourseTerms
from treatments.actions.protocol_versions import Edit, ProtocolRefused, StaleDraft, unsourced
from treatments.models import Course, Protocol
from treatments.protocol_data.sections import GAPS, with_source
from treatments.queries import protocol_versions as queries
from treatments.queries.protocols import to_choose_from

LATER = NOW + timedelta(hours=1)


def begin(cast: Cast) -> Protocol:
    return protocol_versions.start_draft(modality="glycolic", by=cast.mina, now=NOW)


def wider(draft: Protocol) -> Edit:
    """The longest gap a week longer, with a source of its own; the letter of day 1 on day 2."""
    source = with_source(draft.source, GAPS, "clinic meeting")
    check = draft.steps.get(kind="check_1")
    return Edit(
        {"gap_max": 35, "source": source, "change_note": "longer rest"},
        {check.position: {"day": 2, "source": "clinic meeting"}},
    )


def save(cast: Cast, draft: Protocol, edit: Edit, revision: int = 1) -> Protocol:
    return protocol_versions.save_draft(
        draft=draft, edit=edit, revision=revision, by=cast.mina, now=LATER
    )


def approve(cast: Cast, draft: Protocol, revision: int) -> Protocol:
    return protocol_versions.approve(protocol=draft, revision=revision, by=cast.cole, now=LATER)


def publish(cast: Cast, draft: Protocol, revision: int) -> Protocol:
    return protocol_versions.publish(draft=draft, revision=revision, by=cast.mina, now=LATER)


def version_two(cast: Cast) -> Protocol:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    approve(cast, draft, 2)
    return publish(cast, draft, 2)


def plain(protocol: Protocol) -> dict[str, Any]:
    """Every column that is medicine."""
    life = {"id", "version", "published", "based_on_id", "change_note", "revision"}
    stamps = {
        f"{what}_{end}"
        for what in ("approved", "saved", "published", "discarded")
        for end in ("at", "by_id")
    }
    row = Protocol.objects.filter(pk=protocol.pk).values()[0]
    return {name: value for name, value in row.items() if name not in life | stamps}


def letters(protocol: Protocol) -> list[dict[str, Any]]:
    rows = list(protocol.steps.order_by("position").values())
    return [{k: v for k, v in row.items() if k not in ("id", "protocol_id")} for row in rows]


def test_a_draft_is_a_copy_of_what_is_published(cast: Cast) -> None:
    draft = begin(cast)
    assert (draft.version, draft.published, draft.based_on) == (2, False, cast.glycolic)
    assert plain(draft) == plain(cast.glycolic)
    assert letters(draft) == letters(cast.glycolic)
    assert (draft.saved_by, draft.approved_by, draft.published_by) == (cast.mina, None, None)
    assert begin(cast) == draft
    assert to_choose_from()[3].version == 1


def test_saving_changes_the_draft_and_nothing_else(cast: Cast) -> None:
    before = plain(cast.glycolic), letters(cast.glycolic)
    draft = begin(cast)
    saved = save(cast, draft, wider(draft))
    assert (saved.revision, saved.gap_max, saved.saved_at) == (2, 35, LATER)
    assert saved.steps.get(kind="check_1").day == 2
    assert saved.steps.count() == len(before[1])
    assert (plain(cast.glycolic), letters(cast.glycolic)) == before


def test_two_letters_may_change_places(cast: Cast) -> None:
    draft = protocol_versions.start_draft(modality="retinoid", by=cast.mina, now=NOW)
    reviews = {step.day: step.position for step in draft.steps.filter(kind="regimen_review")}
    edit = Edit({}, {reviews[42]: {"day": 84}, reviews[84]: {"day": 42}})
    save(cast, draft, edit)
    days = {s.position: s.day for s in draft.steps.filter(kind="regimen_review")}
    assert (days[reviews[42]], days[reviews[84]]) == (84, 42)


def test_a_draft_that_somebody_else_saved_is_not_written_over(cast: Cast) -> None:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    with pytest.raises(StaleDraft) as refused:
        save(cast, draft, Edit({"gap_max": 40}), revision=1)
    assert refused.value.draft.revision == 2
    draft.refresh_from_db()
    assert draft.gap_max == 35


def test_a_clinician_approves_before_the_manager_publishes(cast: Cast) -> None:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    with pytest.raises(ProtocolRefused, match="A clinician approves the version"):
        publish(cast, draft, 2)
    approve(cast, draft, 2)
    published = publish(cast, draft, 2)
    assert (published.approved_by, published.published_by) == (cast.cole, cast.mina)
    assert cast.glycolic == published
    with pytest.raises(ProtocolRefused, match="was published meanwhile"):
        save(cast, draft, Edit({"gap_max": 40}), revision=2)


def test_only_what_was_seen_is_approved_or_published(cast: Cast) -> None:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    with pytest.raises(StaleDraft):
        approve(cast, draft, 1)
    approve(cast, draft, 2)
    with pytest.raises(ProtocolRefused, match="approved already"):
        approve(cast, draft, 2)
    with pytest.raises(StaleDraft):
        publish(cast, draft, 1)


def test_saving_withdraws_the_approval(cast: Cast) -> None:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    approve(cast, draft, 2)
    saved = save(cast, draft, Edit({"change_note": "more"}), revision=2)
    assert (saved.approved_at, saved.approved_by) == (None, None)
    approve(cast, draft, 3)
    assert protocol_versions.withdraw_approval(draft=draft).approved_at is None


def test_changed_numbers_need_a_source_of_their_own(cast: Cast) -> None:
    draft = begin(cast)
    at = {step.kind: step.position for step in draft.steps.all()}
    edit = Edit({"gap_max": 35}, {at["check_1"]: {"day": 2}, at["flaking_3"]: {"is_on": False}})
    saved = save(cast, draft, edit)
    said = "is changed: write down where the new numbers come from."
    assert unsourced(saved, cast.glycolic) == [
        f"“Days between sessions” {said}",
        f"“Day after” {said}",
    ]
    with pytest.raises(ProtocolRefused, match="Days between sessions"):
        approve(cast, draft, 2)
    saved = save(cast, draft, wider(saved), revision=2)
    assert unsourced(saved, cast.glycolic) == []


def test_a_discarded_draft_can_be_brought_back(cast: Cast) -> None:
    draft = begin(cast)
    protocol_versions.discard(draft=draft, by=cast.mina, now=LATER)
    with pytest.raises(ProtocolRefused, match="was discarded meanwhile"):
        save(cast, draft, wider(draft))
    other = begin(cast)
    assert other.version == 3
    with pytest.raises(ProtocolRefused, match="another draft"):
        protocol_versions.bring_back(draft=draft)
    protocol_versions.discard(draft=other, by=cast.mina, now=LATER)
    assert protocol_versions.bring_back(draft=draft).discarded_at is None
    assert begin(cast) == draft


def test_a_draft_from_before_a_newer_version_stays_away(cast: Cast) -> None:
    draft = begin(cast)
    protocol_versions.discard(draft=draft, by=cast.mina, now=LATER)
    version_two(cast)
    with pytest.raises(ProtocolRefused, match="A newer version was published"):
        protocol_versions.bring_back(draft=draft)


def test_shipped_versions_are_approved_afterwards(cast: Cast) -> None:
    assert approve(cast, cast.glycolic, 1).approved_by == cast.cole
    with pytest.raises(ProtocolRefused, match="approved already"):
        approve(cast, cast.glycolic, 1)


# Running courses ---------------------------------------------------------------------------------


def booked_course(cast: Cast) -> Course:
    terms = CourseTerms(protocol=cast.glycolic, location=cast.harbour, sessions=4)
    course = plans.start_course(patient=cast.ada, terms=terms, by=cast.cole, now=NOW)
    start = NOW + timedelta(days=30, hours=1)
    claim = Claim(cast.glycolic.first_service, start, (cast.dr_cole.pk, cast.peel_room.pk))
    visit = booking.book(
        claim=claim, patient=cast.ada, location=cast.harbour, by=cast.fern, now=NOW
    )
    session = course.sessions.get(number=1)
    session.appointment = visit
    session.save()
    course_messages.replan_of(cast.ada, NOW)
    return course


def test_a_running_course_keeps_its_version_and_its_letters(cast: Cast) -> None:
    course = booked_course(cast)
    before = list(Message.objects.order_by("pk").values())
    assert any(each["subject_key"].startswith("session:") for each in before)
    second = version_two(cast)
    course.refresh_from_db()
    assert course.protocol.version == 1
    assert course_messages.replan_all(now=LATER) == 0
    assert list(Message.objects.order_by("pk").values()) == before
    assert queries.running_courses() == {course.protocol_id: 1}

    terms = CourseTerms(protocol=cast.glycolic, location=cast.harbour, sessions=4)
    other = plans.start_course(patient=cast.ben, terms=terms, by=cast.cole, now=LATER)
    assert other.protocol == second
    line = next(each for each in queries.overview() if each.current == second)
    assert (line.draft, line.running) == (None, [(2, 1), (1, 1)])


def test_a_letter_that_is_turned_off_is_not_planned(cast: Cast) -> None:
    draft = begin(cast)
    at = {step.kind: step.position for step in draft.steps.all()}
    save(cast, draft, Edit({}, {at["precare_14"]: {"is_on": False}}))
    approve(cast, draft, 2)
    publish(cast, draft, 2)
    booked_course(cast)
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert "precare_14" not in kinds
    assert "precare_3" in kinds
