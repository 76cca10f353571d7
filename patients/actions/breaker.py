"""When to leave a mail server alone, and how fast it may be spoken to.

One row that all workers share. Five failures of the service in a row open the breaker: then one
letter every half minute is the probe, and the first answer of any kind closes it again. Failures
of one letter or one address do not count.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from patients.models import MailService

OPENS_AFTER: Final = 5
PROBE_EVERY: Final = timedelta(seconds=30)
ONE: Final = 1


def admit(*, letters: int, now: datetime) -> int:
    """How many letters may be begun now: all of them, one as a probe, or none."""
    known, _made = MailService.objects.get_or_create(pk=ONE)
    if not known.is_open:
        return letters
    return 1 if _take_probe(now) else 0


def _take_probe(now: datetime) -> bool:
    """Whether this worker is the one that tries; the others find the next time of a probe."""
    waiting = MailService.objects.filter(pk=ONE, opened_at__isnull=False, probe_at__lte=now)
    return bool(waiting.update(probe_at=now + PROBE_EVERY))


@transaction.atomic
def note_failure(*, answer: str, now: datetime) -> None:
    """The service did not do its part; the fifth time in a row opens the breaker."""
    row = MailService.objects.filter(pk=ONE)
    row.update(failures=F("failures") + 1, last_failed_at=now, last_answer=answer[:300])
    row.filter(opened_at=None, failures__gte=OPENS_AFTER).update(
        opened_at=now, probe_at=now + PROBE_EVERY
    )


def note_answer(*, now: datetime) -> None:
    """The server answered as one does: whatever was wrong with it is over."""
    row = MailService.objects.filter(pk=ONE)
    ill = Q(failures__gt=0) | Q(opened_at__isnull=False)
    if not row.filter(ill).update(failures=0, opened_at=None, probe_at=None, last_accepted_at=now):
        row.update(last_accepted_at=now)


def seconds_to_wait(*, now: datetime) -> float:
    """Take the next place in the provider's rate, shared by all workers; answer how far off it is.

    0.0 where the provider sets no rate (MAIL_PER_MINUTE is 0).
    """
    if not settings.MAIL_PER_MINUTE:
        return 0.0
    step = 60 / settings.MAIL_PER_MINUTE
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE patients_mailservice"
            " SET next_slot_at = GREATEST(next_slot_at, %s) + make_interval(secs => %s)"
            " WHERE id = %s RETURNING next_slot_at",
            [now, step, ONE],
        )
        taken = cursor.fetchone()
    return max(0.0, (taken[0] - now).total_seconds() - step) if taken else 0.0
