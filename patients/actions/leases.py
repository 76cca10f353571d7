"""Who sends what: due rows get a token and a lease, and the transaction ends.

A token stands for one letter: one transactional row, or all of a day's advice for one patient.
Every later write names it, so a worker that lost its lease changes nothing (fencing). A worker
that was killed leaves claimed rows; `recover` plans them again after the lease, and they go out
under the same Message-ID.
"""

import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import BigIntegerField, F, Func, Min, Q, QuerySet, Value

from patients.models import Message, Patient

LEASE: Final = timedelta(seconds=120)
# after the first, second, ... attempt; after the last one a message has failed
RETRY_MINUTES: Final = (1, 5, 15, 30)
MOST_ATTEMPTS: Final = len(RETRY_MINUTES) + 1
# how many times the limit are looked at to find as many as that whom nobody else holds
SPARE: Final = 3
# the waits before a database that went away is asked again; together less than a task may take
RECONNECT_SECONDS: Final = (0, 1, 2, 4, 8)
GIVEN_UP: Final = "given up after five attempts"
TOO_LATE: Final = "too late: it could not be sent in time"
# tied to its hour: everything else may come earlier the same day, merged into one letter
NOT_BEFORE_ITS_HOUR: Final = frozenset({"aftercare_day0"})

_KEYS: Final = ArrayField(BigIntegerField())

Status = Message.Status

_TAKE = """
UPDATE patients_message AS row
SET status = 'claimed', claim_token = taken.token, lease_until = %s, try_after = NULL
FROM unnest(%s::bigint[], %s::uuid[]) AS taken (id, token)
WHERE row.id = taken.id AND row.status = 'planned'
"""


def expire(*, now: datetime) -> int:
    """Close what is too late to be of use. A late reminder is worse than none.

    Nothing expires before it is due: said once more here, it is found by the index of what is due.
    """
    late = Message.objects.filter(status=Status.PLANNED, due_at__lt=now, expires_at__lte=now)
    return late.update(
        status=Status.SUPPRESSED,
        reason=TOO_LATE,
        closed_at=now,
        try_after=None,
    )


def recover(*, now: datetime) -> int:
    """Plan again what dead workers had claimed; give up on a row that keeps killing them.

    A worker holds many letters and dies at one of them, nobody knows which. So the first time
    counts for nothing; from then on the row is claimed alone, and what dies with it is its doing.
    """
    lost = Message.objects.filter(status=Status.CLAIMED, lease_until__lt=now)
    unclaimed = {"claim_token": None, "lease_until": None}
    alone = Q(lost_claims__gt=0)
    lost.filter(alone, attempts__gte=MOST_ATTEMPTS - 1).update(
        status=Status.FAILED, reason=GIVEN_UP, closed_at=now, **unclaimed
    )
    lost.filter(alone).update(attempts=F("attempts") + 1)
    return lost.update(status=Status.PLANNED, lost_claims=F("lost_claims") + 1, **unclaimed)


@transaction.atomic
def claim(*, now: datetime, limit: int) -> list[uuid.UUID]:
    """Take what is due for up to `limit` patients, nearest visits first; one token per letter.

    Patients are locked, not messages: two workers never write to one patient at once, and a
    patient whose booking is being changed is left until that is done. Four statements.
    """
    nearest = _nearest(now, limit)
    in_order = Func(Value(nearest, _KEYS), F("pk"), function="array_position")
    free = Patient.objects.filter(pk__in=nearest).order_by(in_order)
    free = free.select_for_update(skip_locked=True, no_key=True).only("time_zone")
    patients = list(free[:limit])
    letters = _by_itself(_letters_of(patients, now)) if patients else []
    tokens = [uuid.uuid4() for _ in letters]
    if letters:
        _lease(zip(tokens, letters, strict=True), now)
    return tokens


def _nearest(now: datetime, limit: int) -> list[int]:
    """Patients with something due, those whose visit is nearest first; some more than the limit,
    because other workers may hold the first of them."""
    due = _ready(now).filter(due_at__lte=now).order_by().values("patient")
    first = due.annotate(nearest=Min("about_at")).order_by(
        F("nearest").asc(nulls_last=True), "patient"
    )
    return [each["patient"] for each in first[: SPARE * limit]]


def _ready(now: datetime) -> QuerySet[Message]:
    waited = Q(try_after=None) | Q(try_after__lte=now)
    return Message.objects.filter(waited, status=Status.PLANNED, expires_at__gt=now)


def _letters_of(patients: Sequence[Patient], now: datetime) -> list[list[Message]]:
    """Each transactional row, and each that a person asked for, is a letter of its own; the rest
    of a patient's day is one letter."""
    rows = _ready(now).filter(patient__in=patients, due_at__lt=now + timedelta(days=1))
    rows = rows.only("patient", "kind", "transactional", "asked_by", "due_at", "lost_claims")
    own: defaultdict[int, list[Message]] = defaultdict(list)
    for row in rows.order_by(F("about_at").asc(nulls_last=True), "due_at", "pk"):
        own[row.patient_id].append(row)
    return [letter for patient in patients for letter in _of_one(own[patient.pk], patient, now)]


def _by_itself(letters: list[list[Message]]) -> list[list[Message]]:
    """One that was lost before goes alone: should it be what kills, it takes nobody along. The one
    that was lost least goes first, so that what kills again and again comes last."""
    suspects = [letter for letter in letters if _times_lost(letter)]
    return [min(suspects, key=_times_lost)] if suspects else letters


def _times_lost(letter: Sequence[Message]) -> int:
    return max(row.lost_claims for row in letter)


def _of_one(rows: Iterable[Message], patient: Patient, now: datetime) -> list[list[Message]]:
    today = now.astimezone(patient.zone).date()
    due: list[list[Message]] = []
    day: list[Message] = []
    for row in rows:
        if row.transactional or row.asked_by_id:
            due += [[row]] if row.due_at <= now else []
        elif row.due_at <= now or _may_come_now(row, patient, today):
            day.append(row)
    if any(row.due_at <= now for row in day):
        due.append(day)
    return due


def _may_come_now(row: Message, patient: Patient, today: object) -> bool:
    same_day = row.due_at.astimezone(patient.zone).date() == today
    return same_day and row.kind not in NOT_BEFORE_ITS_HOUR


def _lease(taken: Iterable[tuple[uuid.UUID, Sequence[Message]]], now: datetime) -> None:
    pairs = [(row.pk, token) for token, rows in taken for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [now + LEASE, [pk for pk, _ in pairs], [each for _, each in pairs]])


def held(tokens: Sequence[uuid.UUID]) -> QuerySet[Message]:
    """The rows of these claims. That they are claimed follows from the token; said once more, they
    are found by the index of what is claimed, and not by reading the whole ledger."""
    return Message.objects.filter(claim_token__in=tokens, status=Status.CLAIMED)


def renew(tokens: Sequence[uuid.UUID], now: datetime) -> None:
    """A fresh lease for the letters that are begun now."""
    held(tokens).update(lease_until=now + LEASE)


def release(tokens: Sequence[uuid.UUID], now: datetime, pause: timedelta) -> None:
    """Give back what was claimed; it may be taken again after this pause."""
    put_back(held(tokens), until=now + pause)


def release_patiently(tokens: Sequence[uuid.UUID], now: datetime) -> None:
    """As `release`, for a worker whose database went away: over new connections until one works.
    When none does in that time, the lease ends by itself."""
    for seconds in RECONNECT_SECONDS:
        time.sleep(seconds)
        connection.close()
        with suppress(OperationalError, InterfaceError):
            release(tokens, now, timedelta())
            return


def put_back(rows: QuerySet[Message], until: datetime, answer: str = "") -> None:
    rows.update(
        status=Status.PLANNED,
        try_after=until,
        server_answer=answer,
        claim_token=None,
        lease_until=None,
    )


def close(row: Message, status: str, now: datetime, reason: str, answer: str = "") -> None:
    Message.objects.filter(pk=row.pk, claim_token=row.claim_token).update(
        status=status,
        reason=reason[:200],
        server_answer=answer,
        closed_at=now,
        claim_token=None,
        lease_until=None,
    )


def retry_or_fail(
    rows: Sequence[Message], now: datetime, answer: str, pause: timedelta | None = None
) -> None:
    """Try these once more after a while; the fifth time they have failed."""
    for row in rows:
        mine = Message.objects.filter(pk=row.pk, claim_token=row.claim_token)
        if row.attempts + 1 >= MOST_ATTEMPTS:
            close(row, Status.FAILED, now, GIVEN_UP, answer)
        else:
            mine.update(attempts=row.attempts + 1)
            put_back(mine, now + (pause or timedelta(minutes=RETRY_MINUTES[row.attempts])), answer)
