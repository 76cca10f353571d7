"""What Celery may call here."""

from celery import shared_task

from patients.actions import heartbeats
from patients.queries import clock
from treatments.actions import course_messages, education
from treatments.models import Protocol


@shared_task(name="treatments.replan_all_messages", time_limit=1800)
def replan_all_messages() -> int:
    """Heal whatever an event that was lost left wrong; answer how many courses, and patients whom
    nobody told about their skin, needed it."""
    now = clock.now()
    healed = course_messages.replan_all(now=now) + education.plan_all(now=now)
    heartbeats.beat(name=heartbeats.REPLAN, now=clock.now(), note=f"{healed} changed")
    return healed


@shared_task(name=course_messages.REPLAN_VERSION, time_limit=1800)
def replan_version(protocol: int) -> int:
    """A version was published: answer for how many patients something changed."""
    version = Protocol.objects.get(pk=protocol)
    return course_messages.replan_version(protocol=version, now=clock.now())
