"""Calendars of patients, as they take in what is attached to letters.

All of them read with ical.js, Thunderbird's own parser (tests/vendor), and then go by their own
rules:

* Thunderbird (calItipUtils.sys.mjs): looks for the first UID of a file and takes all its events for
  that one; newer is a higher SEQUENCE, or the same with a later DTSTAMP; what is cancelled is
  deleted, whatever its SEQUENCE.
* Outlook (MS-STANOICAL 2.2.175): reads the first event of a file and ignores the others.
* by the book (RFC 5546, 2.1.5): each event for itself; older ones are ignored, cancellations too,
  and one that was cancelled is remembered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ICAL_JS = Path(__file__).parent.parent / "vendor" / "ical.js" / "ical.min.js"

PARSE = """async ([source, text]) => {
    const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
    const ICAL = (await import(address)).default;
    const written = ICAL.parse(text);
    const calendar = new ICAL.Component(written);
    const instant = (time) => `${time.zone.tzid} ${time.toJSDate().toISOString()}`;
    const event = (component) => {
        const found = new ICAL.Event(component, {strictExceptions: true});
        return {
            uid: found.uid,
            sequence: found.sequence,
            stamp: instant(component.getFirstPropertyValue("dtstamp")),
            starts: instant(found.startDate),
            ends: instant(found.endDate),
            summary: found.summary,
            location: found.location,
            status: component.getFirstPropertyValue("status"),
            organizer: found.organizer,
            attendees: found.attendees.length,
        };
    };
    const kinds = calendar.getAllSubcomponents().map((each) => each.name);
    const properties = [calendar, ...calendar.getAllSubcomponents()].flatMap((each) =>
        each.getAllProperties()
    );
    return {
        strict: ICAL.design.strict,
        method: calendar.getFirstPropertyValue("method"),
        version: calendar.getFirstPropertyValue("version"),
        kinds,
        strange: properties.filter((each) => each.type === "unknown").map((each) => each.name),
        again: ICAL.stringify(written),
        events: calendar.getAllSubcomponents("vevent").map(event),
    };
}"""


@dataclass(frozen=True, slots=True)
class Event:
    """`stamp`, `starts` and `ends` are zone and ISO instant: "UTC 2026-12-08T15:00:00.000Z"."""

    uid: str
    sequence: int
    stamp: str
    starts: str
    ends: str
    summary: str
    location: str
    status: str
    organizer: str
    attendees: int

    def newer_than(self, other: "Event") -> bool:
        return (self.sequence, self.stamp) > (other.sequence, other.stamp)


@dataclass(frozen=True, slots=True)
class File:
    """What a client read: the method of the file and of its part of the letter, and the events."""

    name: str
    method: str
    events: tuple[Event, ...]


def files_of(page: Page, mail: EmailMessage) -> list[File]:
    """The calendar files of a letter, read by ical.js without a complaint."""
    parts = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    return [_read(page, part) for part in parts]


def _read(page: Page, part: EmailMessage) -> File:
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    well_formed(raw)
    text = raw.decode()
    found: dict[str, Any] = page.evaluate(PARSE, [ICAL_JS.read_text(), text])
    assert (found["strict"], found["version"], found["strange"]) == (True, "2.0", [])
    assert set(found["kinds"]) == {"vevent"}
    # nothing was skipped or guessed at: what it read is all that is written
    assert _unfolded(found["again"]) == _unfolded(text)
    assert part.get_param("method") == found["method"]
    assert part.get_content_charset() == "utf-8"
    events = tuple(Event(**each) for each in found["events"])
    return File(str(part.get_filename()), found["method"], events)


def well_formed(raw: bytes) -> None:
    """RFC 5545, 3.1: lines end with CRLF, have at most 75 octets, and no characters cut in two
    that a reader would have to put together first."""
    assert raw.endswith(b"\r\n")
    lines = raw[:-2].split(b"\r\n")
    assert [line for line in lines if len(line) > 75 or b"\r" in line or b"\n" in line] == []
    for line in lines:
        line.decode()


def _unfolded(text: str) -> str:
    return text.replace("\r\n ", "").strip()


Take = Callable[["Calendar", File], None]


@dataclass
class Calendar:
    """What a patient sees in it, by UID; `taken` are the cancelled that it remembers."""

    take: Take
    events: dict[str, Event] = field(default_factory=dict)
    taken: dict[str, Event] = field(default_factory=dict)

    def receive(self, files: Sequence[File]) -> None:
        for each in files:
            self.take(self, each)

    @property
    def times(self) -> dict[str, str]:
        """When each visit starts, in the order of the calendar."""
        events = sorted(self.events.values(), key=lambda each: each.starts)
        return {each.uid: each.starts for each in events}


def thunderbird(calendar: Calendar, file: File) -> None:
    uid = file.events[0].uid
    found = calendar.events.get(uid)
    if file.method == "CANCEL":
        calendar.events.pop(uid, None)
    elif found is None:
        calendar.events |= {each.uid: each for each in file.events}
    else:
        for each in file.events:
            if each.newer_than(found):
                calendar.events[uid] = each


def outlook(calendar: Calendar, file: File) -> None:
    by_the_book(calendar, File(file.name, file.method, file.events[:1]))


def by_the_book(calendar: Calendar, file: File) -> None:
    for each in file.events:
        known = calendar.events.get(each.uid) or calendar.taken.get(each.uid)
        if known is not None and not each.newer_than(known):
            continue
        calendar.events.pop(each.uid, None)
        calendar.taken.pop(each.uid, None)
        kept = calendar.taken if file.method == "CANCEL" else calendar.events
        kept[each.uid] = each


CLIENTS: dict[str, Take] = {
    "Thunderbird": thunderbird,
    "Outlook": outlook,
    "by the book": by_the_book,
}
