"""Which locations there are, and which one a browser works at."""

from clinic.models import Location

SESSION_KEY = "location"


def all_known() -> list[Location]:
    return list(Location.objects.order_by("name"))


def chosen(known: list[Location], pk: int | None) -> Location | None:
    """The chosen one, the first when none was chosen, None in a clinic without locations."""
    return next((each for each in known if each.pk == pk), known[0] if known else None)
