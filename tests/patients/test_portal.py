"""Links in letters: what they open, and that opening them changes nothing."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import Location
from patients.actions import delivery, links, preferences
from patients.models import Link, Message, MessagePreference
from patients.portal import doors
from tests.conftest import NOW, Cast
from tests.depth import looks
from tests.patients.stories import Story, plan, tell
from tests.smtp import Postbox

PREFERENCES = Link.Purpose.PREFERENCES
SPAN = '<span class="nowrap">'


@pytest.fixture
def story() -> Story:
    return tell()


@pytest.fixture
def phone() -> Client:
    """A browser that sends what browsers send: its tokens are checked."""
    return Client(enforce_csrf_checks=True)


def token(cast: Cast) -> str:
    return make(cast, PREFERENCES, f"patient:{cast.ada.pk}", days=400)


def make(cast: Cast, purpose: str, subject_key: str, days: int, version: int = 0) -> str:
    until = NOW + timedelta(days=days)
    want = links.Wanted(cast.ada.pk, purpose, subject_key, until, version)
    return links.make(wanted=[want], now=NOW)[want]


def refused(cast: Cast) -> set[str]:
    rows = MessagePreference.objects.filter(patient=cast.ada, wanted=False)
    return set(rows.values_list("purpose", flat=True))


def save(phone: Client, *wanted: str) -> int:
    page = phone.get("/my/preferences/").content.decode()
    (csrf,) = set(re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', page))
    fields = {"csrfmiddlewaretoken": csrf, "wanted": list(wanted)}
    return phone.post("/my/preferences/", fields).status_code


def test_the_same_thing_has_the_same_link_and_only_its_hash_is_stored(cast: Cast) -> None:
    first = token(cast)
    assert token(cast) == first
    assert len(first) == 43
    row = Link.objects.get()
    assert row.token_hash == links.hashed(PREFERENCES, first)
    assert first not in str(Link.objects.values())
    assert links.opened(purpose=PREFERENCES, text=first, now=NOW) == row


def test_a_link_opens_its_purpose_until_its_end_and_not_once_revoked(cast: Cast) -> None:
    text = token(cast)
    assert links.opened(purpose=Link.Purpose.VISIT, text=text, now=NOW) is None
    late = NOW + timedelta(days=400)
    assert links.opened(purpose=PREFERENCES, text=text, now=late) is None
    assert links.revoke(subject_key=f"patient:{cast.ada.pk}", now=NOW) == 1
    assert links.opened(purpose=PREFERENCES, text=text, now=NOW) is None
    assert token(cast) != text


def test_a_new_version_ends_the_links_of_the_one_before(cast: Cast) -> None:
    def of(version: int) -> str:
        return make(cast, Link.Purpose.VISIT, "appointment:1", days=2, version=version)

    before, after = of(1), of(2)
    assert links.opened(purpose=Link.Purpose.VISIT, text=before, now=NOW) is None
    assert links.opened(purpose=Link.Purpose.VISIT, text=after, now=NOW) is not None


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("patients_link_one_for_each_thing", {"token_hash": "b" * 64}),
        ("patients_link_expires_later", {"subject_key": "x:2", "expires_at": NOW}),
    ],
)
def test_what_a_link_may_be(cast: Cast, name: str, fields: dict[str, object]) -> None:
    values = {
        "patient": cast.ada,
        "purpose": "visit",
        "subject_key": "x:1",
        "seed": b"s" * 32,
        "made_at": NOW,
        "expires_at": NOW + timedelta(days=1),
    }
    Link.objects.create(**values, token_hash="a" * 64)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Link.objects.create(**values | {"token_hash": "c" * 64} | fields)


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("patients_messagepreference_once_each", "sun"),
        ("patients_messagepreference_known_purpose", "weather"),
    ],
)
def test_what_a_preference_may_be(cast: Cast, name: str, purpose: str) -> None:
    values = {"patient": cast.ada, "wanted": False, "changed_at": NOW}
    MessagePreference.objects.create(purpose="sun", **values)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MessagePreference.objects.create(purpose=purpose, **values)


def test_every_letter_has_its_link_and_the_ledger_has_dots(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)
    delivery.deliver_due(now=NOW)
    (mail,) = postbox.mails
    text = mail.get_body(("plain",)).get_content()
    (address,) = re.findall(r"http\S+/my/p/\S+", text)
    assert address == settings.BASE_URL + reverse("link-preferences", args=[token(cast)])
    message.refresh_from_db()
    assert "/my/p/.../" in message.sent_text
    assert token(cast) not in message.sent_text + message.sent_html
    assert "List-Unsubscribe" not in mail


def test_choosing_on_the_page(
    cast: Cast, story: Story, postbox: Postbox, phone: Client, now: object
) -> None:
    answer = phone.get(reverse("link-preferences", args=[token(cast)]))
    assert (answer.status_code, answer["Location"]) == (302, "/my/preferences/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer.cookies[doors.cookie("preferences")]["path"] == "/my/preferences/"

    assert save(phone, "reminders", "next_steps", "education") == 200
    assert refused(cast) == {"sun"}
    message = plan(cast, "sunscreen")
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.reason) == (
        "suppressed",
        "does not want: Sun protection between visits",
    )
    assert save(phone, "reminders", "sun", "next_steps", "education") == 200
    assert refused(cast) == set()


def test_the_page_has_the_number_of_every_place_to_press(
    cast: Cast, phone: Client, now: object
) -> None:
    phone.get(reverse("link-preferences", args=[token(cast)]))
    link = '<a class="nowrap" href="tel:{}">{}</a>'
    harbour = link.format("+442079460000", "+44 20 7946 0000")
    assert f"Call us: {SPAN}{harbour}</span>" in page(phone)
    Location.objects.create(name="Quay", time_zone="Europe/London", phone="+44 (0)20 7946 0001")
    quay = link.format("+442079460001", "+44 (0)20 7946 0001")
    assert f"Call us: {SPAN}Harbour Street {harbour}, Quay {quay}</span>" in page(phone)


def page(phone: Client) -> str:
    return str(phone.get(reverse("preferences")).content.decode())


def test_one_click_in_the_mail_program_stops_that_purpose(
    cast: Cast, story: Story, postbox: Postbox, phone: Client
) -> None:
    plan(cast, "sunscreen")
    delivery.deliver_due(now=NOW)
    (mail,) = postbox.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip().strip("<>").removeprefix(settings.BASE_URL)

    # looked at by a scanner: nothing; posted without our cookies or tokens: done
    assert phone.get(address).status_code == 302
    assert refused(cast) == set()
    answer = phone.post(
        address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, refused(cast)) == (200, {"sun"})
    assert phone.post(address.replace("/my/p/", "/my/p/x")).status_code == 410


def test_many_looks_change_nothing(cast: Cast, phone: Client, now: object) -> None:
    link = reverse("link-preferences", args=[token(cast)])
    phone.get(link)
    with CaptureQueriesContext(connection) as caught:
        for _time in range(looks(250)):
            phone.get(link)
            phone.head(link)
            phone.get("/my/preferences/")
            phone.head("/my/preferences/")
    written = [each["sql"] for each in caught if not each["sql"].startswith(("SELECT", "WITH"))]
    assert written == []
    assert (Message.objects.count(), refused(cast)) == (0, set())


def test_links_that_open_nothing_answer_alike(cast: Cast, phone: Client, now: object) -> None:
    def closed(text: str) -> tuple[int, bytes]:
        answer = phone.get(reverse("link-preferences", args=[text]), follow=True)
        return answer.status_code, answer.content

    unknown = closed("A" * 43)
    assert unknown[0] == 410
    good = token(cast)
    assert closed(good[:-1] + ("A" if good[-1] != "A" else "B")) == unknown
    links.revoke(subject_key=f"patient:{cast.ada.pk}", now=NOW)
    assert closed(good) == unknown


def test_choosing_again_writes_nothing(cast: Cast) -> None:
    preferences.refuse(patient=cast.ada, purposes=["sun", "weather"], now=NOW)
    preferences.refuse(patient=cast.ada, purposes=["sun"], now=NOW + timedelta(days=1))
    assert list(MessagePreference.objects.values_list("purpose", "wanted", "changed_at")) == [
        ("sun", False, NOW)
    ]
