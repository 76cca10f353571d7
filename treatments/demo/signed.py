"""Consents of the demo clinic: most drawn, some typed, some on paper; one of an older version, one
withdrawn, so that there is something to sign today."""

import random
import uuid
from datetime import datetime, timedelta
from math import pi, sin
from typing import Final

from django.conf import settings

from clinic.accounts.models import User
from clinic.models import Appointment
from clinic.queries.appointments import EXPECTED
from patients import signatures
from patients.actions import consent_texts, consents, readiness
from patients.actions.consent_texts import LANGUAGE, Words
from patients.actions.consents import Place, Signature
from patients.models import Consent, ConsentText
from patients.queries.consent_texts import current
from treatments.demo.desk import DAY, MINUTE, Desk
from treatments.demo.places import HARBOUR, MINA
from treatments.models import Course
from treatments.queries import protocols

# how every tenth patient signs; the others sign by hand
ON_PAPER: Final = 4
BY_NAME: Final = 7
# a text of which a newer version was published after these patients had signed
REWRITTEN: Final = "laser"
ADDED: Final = (
    "\n- Tell us before if you are going to a sunny place in the 3 months after, so that we can "
    "choose another time."
)


def sign_for(desk: Desk, course: Course, by: User, at: datetime) -> None:
    """Whoever agrees to a course signs for it; every second one also for photographs."""
    number = course.pk % 10
    scopes = [course.protocol.modality, *(["photos"] if number % 2 else [])]
    for scope in scopes:
        if number == ON_PAPER:
            readiness.record_consent(
                patient=course.plan.patient, scope=scope, by=desk.fern, now=at + 10 * MINUTE
            )
        else:
            _sign(desk, course, scope, by, at + 10 * MINUTE, by_hand=number != BY_NAME)


def _sign(
    desk: Desk, course: Course, scope: str, by: User, at: datetime, *, by_hand: bool
) -> Consent:
    patient, where = course.plan.patient, course.location
    strokes = scribble(patient.full_name) if by_hand else ""
    return consents.sign(
        patient=patient,
        text=current()[scope],
        signature=Signature(patient.full_name, strokes),
        explained_by=by,
        questions_answered=True,
        place=Place(settings.CLINIC_NAME, where.name, where.address, where.zone),
        key=uuid.UUID(int=desk.dice.getrandbits(128), version=4),
        by=by,
        now=at,
    )


def later(desk: Desk) -> None:
    """After everybody has signed: a text is rewritten, and somebody changes their mind."""
    text = current()[REWRITTEN]
    mina = desk.house.users[MINA]
    where = text.body.index("\n- Keep the skin out of the sun")
    words = Words(text.title, text.body[:where] + ADDED + text.body[where:], text.sources)
    at = desk.now - 2 * DAY
    draft = consent_texts.save_draft(
        scope=REWRITTEN, language=LANGUAGE, words=words, by=mina, now=at
    )
    consent_texts.publish(draft=draft, seen_at=at, by=mina, now=at + 20 * MINUTE)
    _begin_another(desk, mina)
    _withdraw_one(desk)


def _begin_another(desk: Desk, mina: User) -> None:
    """A draft that waits to be published: what it changes can be looked at."""
    text: ConsentText = current()["glycolic"]
    body = text.body.replace(
        "Plan nothing important for 5 days", "Plan nothing important for a week"
    )
    words = Words(text.title, body, text.sources)
    consent_texts.save_draft(
        scope="glycolic", language=LANGUAGE, words=words, by=mina, now=desk.now - 3 * 60 * MINUTE
    )


def _withdraw_one(desk: Desk) -> None:
    """Of the next patient to come for a treatment, so that the board shows it."""
    treating = protocols.treating(each.pk for each in desk.house.services.values())
    rows = Appointment.objects.standing().filter(
        location=desk.house.locations[HARBOUR],
        service__in=treating,
        status__in=EXPECTED,
        during__startswith__gt=desk.now,
    )
    found = rows.exclude(patient__family_name="Lindqvist").select_related("patient").in_order()
    for visit in found[:1]:
        for consent in visit.patient.consents.exclude(scope="photos"):
            early = max(desk.now - 26 * 60 * MINUTE, consent.given_at + timedelta(minutes=1))
            readiness.withdraw_consent(consent=consent, by=desk.fern, now=early)


def scribble(name: str) -> str:
    """A hand that is always the same for a name: loops as high as its letters are."""
    dice = random.Random(name)  # noqa: S311 - nothing here is secret
    given, _space, family = name.rpartition(" ")
    strokes, x = [], 46.0 + dice.random() * 20
    for word in (given, family):
        points, width = [], dice.uniform(26, 34)
        for place, letter in enumerate(word):
            tall = 78 if place == 0 else 56 if letter in "bdfhklt" else 24
            deep = 40 if letter in "gjpqy" else 0
            for step in range(10):
                turn = step / 10
                rise = max(0.0, sin(pi * turn)) * tall - max(0.0, sin(2 * pi * turn - pi)) * deep
                points.append((x + width * turn + 8 * sin(2 * pi * turn), 152 - 1.4 * rise))
            x += width * dice.uniform(0.75, 1.05)
        strokes.append(points)
        x += 34
    # long names are written smaller
    scale = min(1.0, 520 / max(x, 1))
    return signatures.write(
        tuple(
            tuple((round(40 + (a - 40) * scale), round(min(195, max(5, b)))) for a, b in stroke)
            for stroke in strokes
            if stroke
        )
    )
