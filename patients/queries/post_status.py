"""Whether messages go out, at a glance: for staff, and for whoever watches from outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.models import Heartbeat, MailService, Message
from patients.models.message import TOO_LATE

Status = Message.Status

# a promise: what is due is gone within five minutes, and who should look hears of it as soon
LATE: Final = timedelta(minutes=5)
# the clock of the workers ticks every 15 and 30 seconds
SILENT: Final = timedelta(minutes=2)
RECENT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PostStatus:
    """The ledger and its workers at one moment. Counts are letters' rows; ages end at `now`."""

    now: datetime
    due: int
    oldest_due_at: datetime | None
    put_off: int
    claimed: int
    oldest_lease_until: datetime | None
    failed: int
    too_late: int
    service: MailService
    beats: list[Heartbeat]

    def beat(self, name: str) -> Heartbeat | None:
        return next((each for each in self.beats if each.name == name), None)

    @property
    def workers(self) -> list[Heartbeat]:
        """Those that gave a sign of life within the last day, the latest first."""
        return [each for each in self.beats if each.name.startswith("worker ")]

    @property
    def deliver(self) -> Heartbeat | None:
        return self.beat("deliver")

    @property
    def recover(self) -> Heartbeat | None:
        return self.beat("recover")

    @property
    def fallback(self) -> Heartbeat | None:
        return self.beat("fallback")

    @property
    def replan(self) -> Heartbeat | None:
        return self.beat("replan")

    @property
    def troubles(self) -> list[str]:
        """What somebody has to look at, a sentence each; empty when all is well."""
        return list(_troubles(self))


def status(now: datetime) -> PostStatus:
    """Read it in five queries; those of the ledger by indexes of the few rows in question."""
    due = Q(Q(try_after=None) | Q(try_after__lte=now), expires_at__gt=now)
    planned = Message.objects.filter(status=Status.PLANNED, due_at__lte=now).aggregate(
        due=Count("pk", filter=due),
        oldest_due_at=Min("due_at", filter=due),
        put_off=Count("pk", filter=Q(try_after__gt=now)),
    )
    claimed = Message.objects.filter(status=Status.CLAIMED).aggregate(
        claimed=Count("pk"), oldest_lease_until=Min("lease_until")
    )
    ended = Message.objects.filter(
        status__in=[Status.FAILED, Status.SUPPRESSED], closed_at__gt=now - RECENT
    ).aggregate(
        failed=Count("pk", filter=Q(status=Status.FAILED)),
        too_late=Count("pk", filter=Q(status=Status.SUPPRESSED, reason__startswith=TOO_LATE)),
    )
    service = MailService.objects.filter(pk=1).first() or MailService(pk=1)
    beats = list(Heartbeat.objects.filter(beat_at__gt=now - 7 * RECENT).order_by("-beat_at"))
    return PostStatus(now=now, service=service, beats=beats, **planned, **claimed, **ended)


def _troubles(seen: PostStatus) -> Iterator[str]:
    if seen.service.is_open:
        said = {"answer": seen.service.last_answer}
        yield _("The mail server does not take letters: %(answer)s. They wait.") % said
    if seen.oldest_due_at and seen.now - seen.oldest_due_at > LATE:
        since = {"since": timesince(seen.oldest_due_at, seen.now)}
        yield _("The oldest letter has been due for %(since)s.") % since
    if seen.deliver is None or seen.now - seen.deliver.beat_at > SILENT:
        yield _("No worker has looked for letters in the last two minutes.")
    if seen.oldest_lease_until and seen.now - seen.oldest_lease_until > SILENT:
        yield _("Letters of a worker that has ended were not taken over.")
    if seen.failed:
        yield ngettext(
            "1 letter could not be delivered in the last day.",
            "%(n)d letters could not be delivered in the last day.",
            seen.failed,
        ) % {"n": seen.failed}
    if seen.too_late:
        yield ngettext(
            "1 letter was too late to be of use and was not sent.",
            "%(n)d letters were too late to be of use and were not sent.",
            seen.too_late,
        ) % {"n": seen.too_late}
