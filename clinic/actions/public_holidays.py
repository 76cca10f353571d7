"""Deciding about public holidays: whose they are, and on which of them the clinic works.

Closing on them is `hours.close_single_days`, like on any other day.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from clinic.accounts.models import User
from clinic.actions import keeping
from clinic.actions.claims import refuse
from clinic.models import Location, OpenHoliday
from clinic.queries import public_holidays


@transaction.atomic
def set_country(
    *, location: Location, country: str, subdivision: str, by: User, now: datetime
) -> None:
    """Whose public holidays are proposed; ISO codes, both empty for nobody's. What was decided
    before stays. Raises BookingRefused for a country or part that is not known."""
    if (country or subdivision) and not public_holidays.known(country, subdivision):
        refuse("Choose a country from the list, and a part of that country.")
    location.country, location.subdivision = country, subdivision
    location.save(update_fields=["country", "subdivision"])
    keeping.note("clinic.location", location.pk, by, now)


@transaction.atomic
def keep_open(*, location: Location, days: Mapping[date, str], by: User, now: datetime) -> None:
    """Work on these public holidays, given with their names: they are not proposed again."""
    rows = [OpenHoliday(location=location, day=day, name=name) for day, name in days.items()]
    OpenHoliday.objects.bulk_create(rows, ignore_conflicts=True)
    keeping.note("clinic.location", location.pk, by, now)


@transaction.atomic
def propose_again(*, holiday: OpenHoliday, by: User, now: datetime) -> None:
    """Undo `keep_open` for one day."""
    keeping.note("clinic.location", holiday.location_id, by, now)
    holiday.delete()
