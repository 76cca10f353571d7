"""Weekly hours as the pure module `scheduling.week` takes them."""

from collections import defaultdict
from collections.abc import Iterable

from clinic.models import Location, Resource, WeeklyHours
from clinic.scheduling.week import Row, Stretch


def rows_of(resource: Resource, location: Location) -> tuple[Row, ...]:
    """All that was, is and is planned for one resource at one location."""
    found = WeeklyHours.objects.filter(resource=resource, location=location)
    return tuple(_row(each) for each in found.order_by("pk"))


def by_resource(location: Location, resources: Iterable[Resource]) -> dict[int, list[Row]]:
    """The same of many resources at once, by their pk; one query."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    rows = WeeklyHours.objects.filter(location=location, resource__in=list(resources))
    for each in rows.order_by("pk"):
        found[each.resource_id].append(_row(each))
    return found


def _row(hours: WeeklyHours) -> Row:
    stretch = Stretch(hours.weekday, hours.opens, hours.closes)
    return Row(hours.pk, stretch, hours.valid_from, hours.valid_until)
