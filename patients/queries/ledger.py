"""The message ledger as staff read it: per patient, and for the whole clinic."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from patients import subjects
from patients.models import Message, Patient
from patients.queries import outlook

Status = Message.Status

VIEWS = ("next", "sent", "not-sent", "failed")
"""The choices of the clinic-wide list, in their order."""


def _views(now: datetime) -> dict[str, Q]:
    """What each of them shows. A letter that was withdrawn long before its hour was missed by
    nobody: whoever looks for what did not come would have to leaf through months of them."""
    withdrawn = Q(status=Status.WITHDRAWN, due_at__lte=now)
    return {
        "next": Q(status__in=[Status.PLANNED, Status.CLAIMED]),
        "sent": Q(status=Status.SENT),
        "not-sent": Q(status=Status.SUPPRESSED) | withdrawn,
        "failed": Q(status=Status.FAILED),
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger in words."""

    message: Message
    title: str
    subject: str
    detail: str

    @property
    def chapter(self) -> str:
        """Where it stands in a patient's ledger; answers to bookings have a place of their own."""
        return "Booked, moved, cancelled" if self.message.transactional else self.subject

    @property
    def remark(self) -> str:
        """What must be known beside its state, in the ledger of one patient: a server's plain yes
        is not, nor what is said once at its top of an address that nothing reaches."""
        if self.message.status == Status.SENT:
            return "in one letter with another" if self.message.sent_with_id else ""
        if self.message.status == Status.PLANNED and self.message.patient.why_not_emailed:
            return ""
        return self.detail

    @property
    def state(self) -> str:
        return self.message.status

    @property
    def when(self) -> datetime:
        """When it left us, or when it is due."""
        return self.message.sent_at or self.message.due_at

    @property
    def url(self) -> str:
        return reverse("message-preview", args=[self.message.pk])


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours of one kind and state, shown as one line with several dates."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        return self.entries[0]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What belongs to one session or booking, in order of time."""

    title: str
    runs: tuple[Run, ...]

    @property
    def over(self) -> bool:
        """Whether nothing of it is still to come."""
        return all(entry.message.closed_at for run in self.runs for entry in run.entries)


def chapters(listed: Iterable[Entry]) -> list[Chapter]:
    """Entries by what they are about; the chapter that begins first comes first."""
    by_subject: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in listed:
        by_subject[entry.chapter].append(entry)
    return [
        Chapter(
            subject,
            tuple(
                Run(tuple(group))
                for _, group in groupby(own, lambda e: (e.title, e.subject, e.state, e.remark))
            ),
        )
        for subject, own in by_subject.items()
    ]


def of_patient(patient: Patient) -> QuerySet[Message]:
    """Everything for one patient, oldest first."""
    rows = Message.objects.filter(patient=patient).select_related("patient")
    return rows.order_by("due_at", "pk")


def clinic_wide(view: str, now: datetime) -> QuerySet[Message]:
    """One of VIEWS: what comes next first for plans, the newest first for the rest."""
    rows = Message.objects.filter(_views(now)[view]).select_related("patient")
    return rows.order_by("due_at", "pk") if view == "next" else rows.order_by("-due_at", "-pk")


def counts(now: datetime) -> dict[str, int]:
    """How many rows each choice has, in one query."""
    return Message.objects.aggregate(
        **{name.replace("-", "_"): Count("pk", filter=q) for name, q in _views(now).items()}
    )


def entries(rows: Iterable[Message], now: datetime) -> list[Entry]:
    """Rows in words; what they are about is asked of each subject's owner, once per owner. Rows
    come with their patients."""
    listed = list(rows)
    about = subjects.describe({row.subject_key for row in listed})
    why = outlook.of(listed, now) | outlook.waited(listed, now)
    return [
        Entry(
            row,
            subjects.label(row.kind),
            about.get(row.subject_key, ""),
            _detail(row, why.get(row.pk, "")),
        )
        for row in listed
    ]


def _detail(row: Message, why: str) -> str:
    """What the row says of itself, and what stands in its way now."""
    return ". ".join(filter(None, (_recorded(row), why)))


def _recorded(row: Message) -> str:
    if row.status == Status.SENT:
        merged = " · in one letter with another" if row.sent_with_id else ""
        return f"{row.server_answer}{merged}"
    if row.status == Status.FAILED:
        return f"{row.reason}: {row.server_answer}" if row.server_answer else row.reason
    if row.status == Status.PLANNED and row.server_answer:
        times = "once" if row.attempts == 1 else f"{row.attempts} times"
        return f"tried {times}: {row.server_answer}" if row.attempts else row.server_answer
    return row.reason
