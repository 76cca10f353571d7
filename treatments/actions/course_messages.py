"""The letters around courses and visits, planned again whenever something about them changes.

Planning is reconciliation: the pure timelines say what should exist, the ledger is made to agree.
After a visit letters follow what was really done once its record is signed. Until then they are
planned as if it took place as booked; at the moment of sending aftercare waits until the visit is
recorded (`treatments.actions.visit_letters`).
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from clinic.actions.claims import Change
from clinic.models import Appointment
from patients.actions import messages
from patients.actions.messages import quiet_hours
from patients.message_rules import Wanted
from patients.models import Patient
from treatments.course_schedule import course_timeline
from treatments.home_schedule import home_timeline
from treatments.message_schedule import care_only, session_timeline, without_echo
from treatments.models import Course, Protocol, Session
from treatments.protocol_data.spine import STANDING_ALONE
from treatments.queries import alone_scene, courses, rebindings, visit_scene
from treatments.queries.alone_scene import Alone, AloneScene
from treatments.queries.visit_scene import GONE, CourseScene

log = logging.getLogger(__name__)

REPLAN_VERSION: Final = "treatments.replan_version"
"""The name of the task that does `replan_version`: tasks stand above actions."""

Plans = dict[str, Sequence[Wanted]]


def alone_key(appointment: int) -> str:
    """The subject of letters about a visit of no course."""
    return f"appointment:{appointment}"


def replan(*, course: Course, now: datetime, reason: str = "") -> bool:
    """Make the ledger agree with this course, and with the retinoid at home that is left out round
    its visits; answer whether anything changed.

    The course comes from `courses.with_sessions()`.
    """
    plans = _plans_of(visit_scene.of_course(course))
    changes = messages.reconcile(patient=course.plan.patient, plans=plans, now=now, reason=reason)
    return any(changes)


def _plans_of(scene: CourseScene) -> Plans:
    course = scene.course
    own = scene.lines.around(course.protocol, None)
    facts = visit_scene.course_facts(course, scene.sessions)
    chain = course_timeline(own, facts, quiet_hours())
    plans: Plans = {course.subject_key: chain}
    for session in scene.sessions:
        plans[session.subject_key] = _session_plan(session, scene, chain)
        if session.appointment_id is not None:
            # it stood alone until it became the visit of this session
            plans[alone_key(session.appointment_id)] = ()
    for home in scene.homes:
        steps = scene.lines.around(home.protocol, None)
        plans[home.subject_key] = home_timeline(steps, home.facts, quiet_hours())
    return plans


def _session_plan(
    session: Session, scene: CourseScene, chain: Sequence[Wanted]
) -> Sequence[Wanted]:
    course, appointment = scene.course, session.appointment
    halted = course.status in (Course.Status.STOPPED, Course.Status.PAUSED)
    if appointment is None or (halted and session.state != Session.State.DONE):
        return ()
    facts = scene.facts_of(session, appointment)
    steps = scene.lines.around(course.protocol, facts.performed)
    steps = care_only(steps) if halted else steps
    wanted = session_timeline(steps, facts, appointment.timed_at, quiet_hours())
    is_gone = appointment.status in GONE
    return without_echo(wanted, chain, facts.state) if is_gone else wanted


# Visits of no course ------------------------------------------------------------------------------


def replan_alone(
    *, patient: Patient, now: datetime, reason: str = "", new: Sequence[Appointment] = ()
) -> bool:
    """Make the ledger agree with the visits of this patient that belong to no course. Of `new` ones
    it cannot hold anything yet, and they change nothing for the others that stand."""
    scene = alone_scene.of_patient(patient, now, new)
    plans = {alone_key(each.appointment.pk): _alone_plan(each, scene) for each in scene.visits}
    made = {alone_key(each.pk) for each in new}
    return any(messages.reconcile(patient=patient, plans=plans, now=now, reason=reason, made=made))


def _alone_plan(visit: Alone, scene: AloneScene) -> Sequence[Wanted]:
    """A treatment that stands alone is a course of one session: its letters are of both kinds."""
    booked_at, quiet = visit.appointment.timed_at, quiet_hours()
    if visit.protocol is None:
        return session_timeline(STANDING_ALONE, visit.facts, booked_at, quiet)
    steps = scene.lines.around(visit.protocol, visit.facts.performed)
    around = session_timeline(steps, visit.facts, booked_at, quiet)
    return (*around, *course_timeline(steps, alone_scene.whole_course(visit.facts), quiet))


def follow_alone(change: Change) -> None:
    """The booking door's follower: letters about visits of no course, and those that ask to book
    again, which any new visit answers. A time that is only kept concerns no letter."""
    if change.what not in ("held", "released"):
        reason = "visit moved or cancelled" if change.what == "rearranged" else ""
        replan_alone(patient=change.patient, now=change.now, reason=reason, new=_new(change))


def _new(change: Change) -> Sequence[Appointment]:
    """What was booked just now, when it lies ahead: then it answers whatever was cancelled before,
    and the other visits of the patient need not be asked whether they do."""
    is_ahead = all(each.during.lower > change.now for each in change.appointments)
    return change.appointments if change.what == "booked" and is_ahead else ()


# Again --------------------------------------------------------------------------------------------


def replan_visit(*, appointment: Appointment, now: datetime) -> None:
    """What was done at this visit was signed, or added to. The patient's row is locked."""
    session = rebindings.session_of(appointment)
    if session is None:
        replan_alone(patient=appointment.patient, now=now)
    else:
        replan(course=courses.with_sessions().get(pk=session.course_id), now=now)


def replan_of(patient: Patient, now: datetime) -> None:
    """A patient's record was corrected: the clock, the skin type, a death change what is sent."""
    for course in courses.with_sessions().filter(plan__patient=patient).order_by("pk"):
        replan(course=course, now=now)
    replan_alone(patient=patient, now=now)


def replan_version(*, protocol: Protocol, now: datetime) -> int:
    """A version was published: visits of no course follow it from now on, running courses keep
    their own. Answer how many patients needed it.

    Each patient in a transaction of their own: publishing would else hold all of them for as long
    as it takes, and nobody could book. A worker does it; what it misses the night puts right.
    """
    concerned = alone_scene.with_visits_alone(now, of=protocol).order_by("pk")
    found = list(concerned.values_list("pk", flat=True))
    return sum(_healed(_replan_alone_one, pk, now) for pk in found)


def replan_all(*, now: datetime) -> int:
    """Replan every course that may still send something, and the visits of no course; answer how
    many courses and patients needed it.

    Each in a transaction of its own under the patient's lock, so that it agrees with a booking made
    at the same time. One that fails is logged and does not hold up the others.
    """
    running = courses.still_written_about(now).order_by("pk")
    healed = sum(_healed(_replan_one, pk, now) for pk in running.values_list("pk", flat=True))
    alone = alone_scene.with_visits_alone(now).order_by("pk").values_list("pk", flat=True)
    return healed + sum(_healed(_replan_alone_one, pk, now) for pk in alone)


def _healed(replan_it: Callable[[int, datetime], bool], pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            return replan_it(pk, now)
    except Exception:
        log.exception("letters could not be planned again")
        return False


def _replan_one(pk: int, now: datetime) -> bool:
    Patient.objects.select_for_update(of=("self",), no_key=True).get(plans__courses=pk)
    return replan(course=courses.with_sessions().get(pk=pk), now=now)


def _replan_alone_one(pk: int, now: datetime) -> bool:
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    return replan_alone(patient=patient, now=now)
