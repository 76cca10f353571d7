"""The ledger: planning again changes nothing, and nothing is planned twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from patients import subjects
from patients.actions import messages
from patients.message_rules import Wanted
from patients.models import Message
from patients.subjects import Facts, Stop
from tests.conftest import NOW, Cast

DAY = timedelta(days=1)


def wanted(occurrence: str, days: int = 1) -> Wanted:
    due = NOW + days * DAY
    return Wanted("tomorrow", occurrence, due, due + DAY)


def test_reconcile_inserts_moves_and_withdraws(cast: Cast) -> None:
    messages.reconcile(
        patient=cast.ada, plans={"story:1": [wanted("a"), wanted("b"), wanted("c")]}, now=NOW
    )
    messages.reconcile(
        patient=cast.ada,
        plans={"story:1": [wanted("a"), wanted("b", days=2)]},
        now=NOW,
        reason="visit cancelled",
    )
    rows = Message.objects.order_by("occurrence")
    assert [(row.occurrence, row.status, row.due_at - NOW, row.reason) for row in rows] == [
        ("a", "planned", DAY, ""),
        ("b", "planned", 2 * DAY, ""),
        ("c", "withdrawn", DAY, "visit cancelled"),
    ]


def test_reconcile_twice_changes_nothing(cast: Cast) -> None:
    plans = {"story:1": [wanted("a")], "story:2": [wanted("a")]}
    messages.reconcile(patient=cast.ada, plans=plans, now=NOW)
    assert not any(messages.reconcile(patient=cast.ada, plans=plans, now=NOW))
    assert Message.objects.count() == 2


def test_reconcile_needs_the_same_queries_for_one_subject_and_for_ten(cast: Cast) -> None:
    def queries(plans: dict[str, list[Wanted]]) -> int:
        with CaptureQueriesContext(connection) as caught:
            messages.reconcile(patient=cast.ada, plans=plans, now=NOW)
        return len(caught)

    assert queries({"one:1": [wanted("a")]}) == queries(
        {f"many:{n}": [wanted("a"), wanted("b")] for n in range(10)}
    )


def test_a_message_cannot_stand_twice(cast: Cast) -> None:
    messages.reconcile(patient=cast.ada, plans={"story:1": [wanted("a")]}, now=NOW)
    row = Message.objects.get()
    row.pk, row.message_id = None, messages.new_message_id()
    with pytest.raises(IntegrityError, match="patients_message_once"), transaction.atomic():
        row.save()


def test_a_withdrawn_message_may_be_planned_anew(cast: Cast) -> None:
    plans = {"story:1": [wanted("a")]}
    messages.reconcile(patient=cast.ada, plans=plans, now=NOW)
    messages.reconcile(patient=cast.ada, plans={"story:1": []}, now=NOW)
    messages.reconcile(patient=cast.ada, plans=plans, now=NOW)
    assert sorted(Message.objects.values_list("status", flat=True)) == ["planned", "withdrawn"]


@pytest.fixture
def told() -> list[Facts | Stop]:
    """What the subject of these tests answers; the last entry counts."""
    answers: list[Facts | Stop] = [Facts({})]
    subjects.register("story", lambda message, now: answers[-1], {}, lambda pks: {})
    return answers


def test_a_skipped_message_cannot_come_back_when_it_is_no_longer_true(
    cast: Cast, told: list[Facts | Stop]
) -> None:
    messages.reconcile(patient=cast.ada, plans={"story:1": [wanted("a")]}, now=NOW)
    skipped = messages.skip(message=Message.objects.get(), by=cast.fern, now=NOW)
    told.append(Stop("the visit was cancelled"))
    with pytest.raises(messages.MessageRefused, match="the visit was cancelled"):
        messages.unskip(message=skipped, now=NOW)


def test_a_skipped_message_stays_skipped_until_somebody_undoes_it(
    cast: Cast, told: list[Facts | Stop]
) -> None:
    plans = {"story:1": [wanted("a")]}
    messages.reconcile(patient=cast.ada, plans=plans, now=NOW)
    skipped = messages.skip(message=Message.objects.get(), by=cast.fern, now=NOW)
    assert (skipped.status, skipped.reason) == ("suppressed", "skipped by Fern")

    messages.reconcile(patient=cast.ada, plans=plans, now=NOW)
    assert Message.objects.get().status == "suppressed"
    assert messages.unskip(message=skipped, now=NOW).status == "planned"


def test_a_sent_message_cannot_be_skipped(cast: Cast) -> None:
    messages.reconcile(patient=cast.ada, plans={"story:1": [wanted("a")]}, now=NOW)
    Message.objects.update(status="sent", sent_at=NOW)
    with pytest.raises(messages.MessageRefused, match="This one is: sent"):
        messages.skip(message=Message.objects.get(), by=cast.fern, now=NOW)
