"""Which days are proposed, by country and part of it, moved and observed ones included."""

from datetime import date
from typing import Any

import pytest

from clinic.actions import hours, public_holidays
from clinic.actions.claims import BookingRefused
from clinic.models import Location, OpenHoliday
from clinic.queries import public_holidays as known
from clinic.queries.public_holidays import Holiday
from tests.conftest import NOW, Cast
from tests.factories.clinic import LocationFactory

TODAY = date(2026, 11, 30)

ENGLAND_2026 = [
    ("2026-01-01", "New Year's Day"),
    ("2026-04-03", "Good Friday"),
    ("2026-04-06", "Easter Monday"),
    ("2026-05-04", "May Day"),
    ("2026-05-25", "Spring Bank Holiday"),
    ("2026-08-31", "Late Summer Bank Holiday"),
    ("2026-12-25", "Christmas Day"),
    ("2026-12-26", "Boxing Day"),
    ("2026-12-28", "Boxing Day (observed)"),
]
ENGLAND_2027 = [
    ("2027-01-01", "New Year's Day"),
    ("2027-03-26", "Good Friday"),
    ("2027-03-29", "Easter Monday"),
    ("2027-05-03", "May Day"),
    ("2027-05-31", "Spring Bank Holiday"),
    ("2027-08-30", "Late Summer Bank Holiday"),
    ("2027-12-25", "Christmas Day"),
    ("2027-12-26", "Boxing Day"),
    ("2027-12-27", "Christmas Day (observed)"),
    ("2027-12-28", "Boxing Day (observed)"),
]
STATES_2026 = [
    ("2026-01-01", "New Year's Day"),
    ("2026-01-19", "Martin Luther King Jr. Day"),
    ("2026-02-16", "Washington's Birthday"),
    ("2026-05-25", "Memorial Day"),
    ("2026-06-19", "Juneteenth National Independence Day"),
    ("2026-07-03", "Independence Day (observed)"),
    ("2026-07-04", "Independence Day"),
    ("2026-09-07", "Labor Day"),
    ("2026-10-12", "Columbus Day"),
    ("2026-11-11", "Veterans Day"),
    ("2026-11-26", "Thanksgiving Day"),
    ("2026-12-25", "Christmas Day"),
]
STATES_2027 = [
    ("2027-01-01", "New Year's Day"),
    ("2027-01-18", "Martin Luther King Jr. Day"),
    ("2027-02-15", "Washington's Birthday"),
    ("2027-05-31", "Memorial Day"),
    ("2027-06-18", "Juneteenth National Independence Day (observed)"),
    ("2027-06-19", "Juneteenth National Independence Day"),
    ("2027-07-04", "Independence Day"),
    ("2027-07-05", "Independence Day (observed)"),
    ("2027-09-06", "Labor Day"),
    ("2027-10-11", "Columbus Day"),
    ("2027-11-11", "Veterans Day"),
    ("2027-11-25", "Thanksgiving Day"),
    ("2027-12-24", "Christmas Day (observed)"),
    ("2027-12-25", "Christmas Day"),
    ("2027-12-31", "New Year's Day (observed)"),
]


@pytest.mark.parametrize(
    ("country", "part", "year", "days"),
    [
        ("GB", "ENG", 2026, ENGLAND_2026),
        ("GB", "ENG", 2027, ENGLAND_2027),
        ("US", "", 2026, STATES_2026),
        ("US", "", 2027, STATES_2027),
    ],
)
def test_the_holidays_of_a_year(
    country: str, part: str, year: int, days: list[tuple[str, str]]
) -> None:
    found = known.between(country, part, date(year, 1, 1), date(year + 1, 1, 1))
    assert [(each.day.isoformat(), each.name) for each in found] == days


def test_parts_of_a_country_have_holidays_of_their_own() -> None:
    scotland = known.between("GB", "SCT", date(2026, 11, 1), date(2026, 12, 1))
    assert scotland == (Holiday(date(2026, 11, 30), "Saint Andrew's Day"),)
    assert known.between("GB", "ENG", date(2026, 11, 1), date(2026, 12, 1)) == ()
    assert known.subdivisions("GB") == (
        ("ENG", "England"),
        ("NIR", "Northern Ireland"),
        ("SCT", "Scotland"),
        ("WLS", "Wales"),
    )


def test_names_are_english_where_the_package_has_them() -> None:
    found = known.between("DE", "BY", date(2026, 1, 1), date(2026, 1, 10))
    assert [each.name for each in found] == ["New Year's Day", "Epiphany"]


def test_countries_are_read_as_words() -> None:
    names = dict(known.countries())
    assert (names["GB"], names["US"], names["IM"], names["CD"]) == (
        "United Kingdom",
        "United States",
        "Isle of Man",
        "DR Congo",
    )
    assert all(len(code) == 2 for code in names)
    assert all(len(code) <= 3 for each in names for code, _ in known.subdivisions(each))


@pytest.fixture
def place(cast: Cast) -> Location:
    cast.harbour.country, cast.harbour.subdivision = "GB", "ENG"
    cast.harbour.save()
    return cast.harbour


def who(cast: Cast) -> dict[str, Any]:
    return {"location": cast.harbour, "by": cast.mina, "now": NOW}


def test_the_next_eighteen_months_are_proposed(place: Location) -> None:
    found = known.undecided(place, TODAY)
    assert len(found) == 19
    assert (found[0].day, found[-1].day) == (date(2026, 12, 25), date(2028, 5, 29))


def test_what_is_closed_or_kept_open_is_not_proposed(cast: Cast, place: Location) -> None:
    hours.close_days(first=date(2026, 12, 24), last=date(2027, 1, 2), reason="Winter", **who(cast))
    good_friday = date(2027, 3, 26)
    public_holidays.keep_open(days={good_friday: "Good Friday"}, **who(cast))
    public_holidays.keep_open(days={good_friday: "Good Friday"}, **who(cast))
    found = known.undecided(place, TODAY)
    assert (len(found), found[0]) == (14, Holiday(date(2027, 3, 29), "Easter Monday"))
    assert [each.day for each in known.kept_open(place, TODAY)] == [good_friday]
    public_holidays.propose_again(holiday=OpenHoliday.objects.get(), by=cast.mina, now=NOW)
    assert known.undecided(place, TODAY)[0] == Holiday(good_friday, "Good Friday")


def test_single_days_are_closed_together_or_not_at_all(cast: Cast, place: Location) -> None:
    days = {date(2027, 3, 29): "Easter Monday", date(2027, 3, 26): "Good Friday"}
    made = hours.close_single_days(days=days, **who(cast))
    assert [(each.starts_on, each.ends_on, each.reason) for each in made] == [
        (date(2027, 3, 26), date(2027, 3, 26), "Good Friday"),
        (date(2027, 3, 29), date(2027, 3, 29), "Easter Monday"),
    ]
    with pytest.raises(BookingRefused, match="closed already: Good Friday"):
        hours.close_single_days(days=days | {date(2027, 5, 3): "May Day"}, **who(cast))
    assert place.closures.count() == 2


@pytest.mark.parametrize(("country", "part"), [("XX", ""), ("gb", ""), ("GB", "TX"), ("", "ENG")])
def test_places_that_are_none_are_refused(cast: Cast, country: str, part: str) -> None:
    with pytest.raises(BookingRefused, match="Choose a country from the list"):
        public_holidays.set_country(country=country, subdivision=part, **who(cast))


def test_without_a_country_nothing_is_proposed(cast: Cast) -> None:
    assert known.undecided(LocationFactory(), TODAY) == ()
    public_holidays.set_country(country="GB", subdivision="ENG", **who(cast))
    public_holidays.set_country(country="", subdivision="", **who(cast))
    assert known.undecided(Location.objects.get(pk=cast.harbour.pk), TODAY) == ()
