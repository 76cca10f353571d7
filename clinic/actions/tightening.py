"""How an absence holds what visits leave of it.

A visit that was booked before somebody fell ill stands in the absence until it is planned anew. The
absence holds the time around it, and this follower of the booking door gives it the rest as soon as
the visit has left. It is the guard of last resort, for whoever goes round the door: the search and
the door itself count the whole of an absence as busy (`queries.availability`).
"""

from collections.abc import Iterable, Iterator

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clinic.actions.claiming import guarded
from clinic.actions.claims import Change, register_follower
from clinic.models import Absence, Reservation
from clinic.models.ranges import SHORTEST


def register() -> None:
    register_follower(tighten_behind)


def tighten(absence: Absence) -> None:
    """Hold all of an absence that nothing else holds."""
    others = Reservation.objects.filter(
        resource=absence.resource_id, during__overlap=absence.during
    ).exclude(absence=absence)
    taken = others.order_by("during").values_list("during", flat=True)
    wanted = list(_between(absence.during, taken))
    if wanted == list(absence.reservations.order_by("during").values_list("during", flat=True)):
        return
    absence.reservations.all().delete()
    rows = [
        Reservation(resource_id=absence.resource_id, absence=absence, during=each)
        for each in wanted
    ]
    # a rival that did not take the lock is caught by the constraint
    guarded(lambda: Reservation.objects.bulk_create(rows))


def tighten_behind(change: Change) -> None:
    """After a visit was moved or cancelled: whatever absence it stood in takes its time."""
    if change.what in ("booked", "status"):
        return
    known = Absence.objects.to_come(change.now).loose().values_list("pk", flat=True)
    if found := list(known):
        # two visits that leave at once must each see what the other left
        rows = Absence.objects.select_for_update(of=("self",), no_key=True)
        for absence in rows.filter(pk__in=found).order_by("pk"):
            tighten(absence)


def _between(whole: DateTimeTZRange, taken: Iterable[DateTimeTZRange]) -> Iterator[DateTimeTZRange]:
    """The parts of a range that are not taken, less crumbs too short for any visit. `taken` is in
    order and does not overlap itself."""
    at = whole.lower
    for each in taken:
        if each.lower - at >= SHORTEST:
            yield DateTimeTZRange(at, each.lower)
        at = max(at, each.upper)
    if whole.upper - at >= SHORTEST:
        yield DateTimeTZRange(at, whole.upper)
