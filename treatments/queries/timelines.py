"""The rows of timelines as the pure modules take them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from treatments.models import Protocol, ProtocolStep
from treatments.performed import Performed, steps_after
from treatments.protocol_data.step import Step


@dataclass(frozen=True, slots=True)
class Timelines:
    """The letters that are sent, by the version of a protocol, and of treatments that were given
    in the place of another by modality: these follow its newest published version."""

    own: Mapping[int, tuple[Step, ...]]
    other: Mapping[str, tuple[Step, ...]]

    def around(self, protocol: Protocol, done: Performed | None) -> tuple[Step, ...]:
        """The steps around one visit of this protocol."""
        is_other = done is not None and done.modality != protocol.modality
        others = self.other.get(done.modality, ()) if done and is_other else ()
        return steps_after(self.own.get(protocol.pk, ()), done, others)


def of(protocols: Iterable[Protocol], done: Iterable[Performed] = ()) -> Timelines:
    """Those of these protocols, and of what else was done. One query, none without any."""
    versions = {each.pk for each in protocols}
    modalities = {each.modality for each in protocols}
    given = {each.modality for each in done} - modalities
    if not versions and not given:
        return Timelines({}, {})
    wanted = Q(protocol__in=versions)
    if given:
        wanted |= Q(protocol__in=Protocol.objects.current().filter(modality__in=given))
    rows = ProtocolStep.objects.filter(wanted, is_on=True).select_related("protocol")
    own: dict[int, list[Step]] = defaultdict(list)
    other: dict[str, list[Step]] = defaultdict(list)
    for row in rows.order_by("protocol", "position"):
        if row.protocol_id in versions:
            own[row.protocol_id].append(row.as_step())
        else:
            other[row.protocol.modality].append(row.as_step())
    return Timelines(
        {pk: tuple(steps) for pk, steps in own.items()},
        {modality: tuple(steps) for modality, steps in other.items()},
    )
