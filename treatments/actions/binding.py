"""Which visit stands for a session, through bookings and through decisions that are taken back."""

from collections.abc import Iterable

from clinic.actions.claims import Change
from clinic.models import Appointment, Rearrangement
from treatments.models import Rebinding, Session
from treatments.queries import rebindings


def bind(pairs: Iterable[tuple[Session, Appointment]], made: Rearrangement | None = None) -> None:
    """Let these visits stand for these sessions, and note which visits they replace."""
    found, replaced = [], []
    for session, visit in pairs:
        if session.appointment_id is not None:
            replaced.append(
                Rebinding(
                    session=session,
                    before_id=session.appointment_id,
                    after=visit,
                    rearrangement=made,
                )
            )
        session.appointment = visit
        found.append(session)
    Rebinding.objects.bulk_create(replaced)
    Session.objects.bulk_update(found, ["appointment"])


def follow(change: Change) -> set[int]:
    """Give sessions the visits back that stand again, or that a decision taken back had replaced;
    answer the visits that stand for a session by now.

    Nothing of this can concern a change that only books.
    """
    made = change.rearrangement
    if made is None and change.what != "status":
        return set()
    pairs = dict([*_unbound(made), *_standing_again(change.appointments)])
    bind(pairs.items(), made)
    return {visit.pk for visit in pairs.values()}


def _unbound(made: Rearrangement | None) -> Iterable[tuple[Session, Appointment]]:
    """The sessions that the decision which is taken back gave another visit."""
    if made is None or made.undoes is None:
        return
    for row in rebindings.of_decision(made.undoes):
        if row.session.appointment_id == row.after_id:
            yield row.session, row.before


def _standing_again(visits: Iterable[Appointment]) -> Iterable[tuple[Session, Appointment]]:
    """Visits that stand once more, while what replaced them does not."""
    standing = {each.pk: each for each in visits if _stands(each)}
    former = {row.before_id: row.session for row in _former(standing)}
    for pk, session in former.items():
        if session.appointment is None or not session.appointment.blocks_time:
            yield session, standing[pk]


def _former(standing: Iterable[int]) -> list[Rebinding]:
    rows = Rebinding.objects.filter(before__in=list(standing), before__session__isnull=True)
    return list(rows.select_related("session__appointment").order_by("pk"))


def _stands(visit: Appointment) -> bool:
    """By its status as it is now in memory: the generated column is older than that."""
    return visit.status not in (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)
