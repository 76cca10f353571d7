"""What the page of a series draws and says of its dates."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.template import Context, Template
from django.test import Client
from django.utils import translation

from tests.conftest import NOW, Cast
from tests.treatments.test_series_search import start
from tests.treatments.test_series_views import cards, url
from treatments.views.proposals import Date
from treatments.views.series_words import day_words
from treatments.views.strip import Mark, Month, Strip

As = Callable[[Any], Client]


def test_the_strip_is_drawn_months_first_and_dates_last() -> None:
    marks = (Mark("10.00%"), Mark("50.00%", "40.00%", "20.00%", is_unusual=True))
    strip = Strip(marks, (Month("5.00%", "M & N"), Month("95.00%", "")))
    assert strip.drawing == (
        '<line class="strip-month" x1="5.00%" x2="5.00%" y1="2" y2="32"/>'
        '<text class="strip-name" x="5.00%" y="31" dx="4">M &amp; N</text>'
        '<line class="strip-month" x1="95.00%" x2="95.00%" y1="2" y2="32"/>'
        '<line class="strip-line" x1="0" x2="100%" y1="11" y2="11"/>'
        '<rect class="strip-window" x="40.00%" width="20.00%" y="6" height="10" rx="5"/>'
        '<circle class="strip-date" cx="10.00%" cy="11" r="5"/>'
        '<circle class="strip-date is-unusual" cx="50.00%" cy="11" r="5"/>'
    )


def test_each_strip_of_the_page_shows_its_own_dates(cast: Cast, as_: As) -> None:
    page = as_(cast.fern).get(url(start(cast, 4)))
    shown = [html.partition("</svg>")[0] for html in page.content.decode().split('height="34"')[1:]]
    assert [drawing.count("strip-date") for drawing in shown] == [4] * len(cards(page))
    assert [card.strip.drawing in html for card, html in zip(cards(page), shown, strict=True)] == [
        True
    ] * len(shown)


# Words --------------------------------------------------------------------------------------------


def test_days_are_named_in_the_language_that_is_spoken() -> None:
    day = date(2027, 3, 2)
    assert day_words(day) == "Tue 2 Mar"
    with translation.override("de"):
        german = day_words(day)
    assert german == "Di 2 Mär"
    assert day_words(day) == "Tue 2 Mar"


def test_a_row_of_a_page_gives_its_fields_by_name_and_nothing_for_others() -> None:
    mark = Template("{{ row.day }}|{{ row.who }}|{{ row.nothing }}|{% if row.taken %}!{% endif %}")
    row = Date(1, NOW, NOW.isoformat(), "<day>", "09:00", person="Dr Cole")
    assert mark.render(Context({"row": row})) == "&lt;day&gt;|Dr Cole||"
