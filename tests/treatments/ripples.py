"""What tests of the ripple share: Ada's series of `tests.flows.series`, and how its pages are read.

Five peels with Dr Cole in peel room 1, Tuesdays at 15:00: 8 and 29 December, 19 January, 9 February
and 2 March. At least 10 days must lie between them, 14 are usual, 28 late, after 42 it has lapsed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from clinic.models import Appointment
from tests.flows.series import Series
from treatments.models import Course

As = Callable[[Any], Client]
HTMX = {"HX-Request": "true"}


def words(html: str) -> str:
    """What a reader sees, in one line."""
    return re.sub(r" ([.,:])", r"\1", " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()))


@dataclass(frozen=True)
class Shown:
    """One answer of the pages, read as a person reads it."""

    status: int
    html: str

    @property
    def text(self) -> str:
        return words(self.html)

    @property
    def rows(self) -> list[str]:
        """The lines of the table, without its head."""
        return [words(row) for row in re.findall(r"<tr class=.*?</tr>", self.html, re.DOTALL)]

    @property
    def offer(self) -> str:
        """What the button would send; empty when nothing can be applied."""
        found = re.search(r'name="offer" value="([^"]+)"', self.html)
        return found[1] if found else ""

    @property
    def button(self) -> str:
        found = re.search(r'<button[^>]*id="ripple-apply"[^>]*>(.*?)</button>', self.html)
        return words(found[1]) if found else ""

    @property
    def nearest(self) -> list[str]:
        """The alternatives, as buttons."""
        part = re.search(r'class="ripple-nearest">(.*?)</p>', self.html, re.DOTALL)
        found = re.findall(r"btn-secondary[^>]*>(.*?)</a>", part[1]) if part else []
        return [words(each) for each in found]

    @property
    def no(self) -> str:
        """What is said to stand in the way."""
        part = re.search(r'<section class="ripple-no".*?</section>', self.html, re.DOTALL)
        return words(part[0]) if part else ""

    @property
    def days(self) -> list[str]:
        """The free times offered, a line for each day."""
        found = re.findall(r'<div class="ripple-day">(.*?</p>.*?)</div>', self.html, re.DOTALL)
        return [words(each) for each in found]


def shown(answer: Any) -> Shown:
    return Shown(answer.status_code, answer.content.decode())


def move_url(visit: Appointment) -> str:
    return reverse("appointment-move", args=[visit.pk])


def mend_url(course: Course) -> str:
    return reverse("course-ripple", args=[course.pk])


def look(client: Client, url: str, **asked: Any) -> Shown:
    return shown(client.get(url, asked, headers=HTMX))


def press(client: Client, url: str, found: Shown, query: str = "", **sent: Any) -> Any:
    """Send the offer back as the button does."""
    return client.post(url + query, {"offer": found.offer} | sent, headers=HTMX)


def starts(series: Series) -> list[str]:
    """When each session is, "-" for one without a standing visit."""
    found = series.course.sessions.select_related("appointment__location").order_by("number")
    return [
        f"{each.appointment.starts_at:%a %-d %b %H:%M}"
        if each.appointment and each.appointment.blocks_time
        else "-"
        for each in found
    ]


AS_BOOKED = [
    "Tue 8 Dec 15:00",
    "Tue 29 Dec 15:00",
    "Tue 19 Jan 15:00",
    "Tue 9 Feb 15:00",
    "Tue 2 Mar 15:00",
]
