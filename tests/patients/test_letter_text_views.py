"""The manager's pages of letters: who may, what is refused where it is typed, a test over SMTP."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinic.accounts.models import RecordAccess, User
from patients import letter_kinds
from patients.actions import letter_texts as act
from patients.models import LetterText, Message
from tests.conftest import NOW, Cast
from tests.patients.stories import plan, tell
from tests.smtp import Postbox

pytestmark = pytest.mark.django_db

As = Callable[[User], Client]
PARTS = {
    "subject": "See you on {visit_day}",
    "opening": "Dear {first_name}, welcome.",
    "closing": "",
}


def url(name: str, *args: object) -> str:
    return reverse(f"letter-{name}", args=args)


def drafted(cast: Cast, kind: str = "tomorrow", **parts: str) -> LetterText:
    return act.save_draft(kind=kind, language="en", parts=parts or PARTS, by=cast.mina, now=NOW)


def published(cast: Cast, kind: str = "tomorrow", **parts: str) -> LetterText:
    draft = drafted(cast, kind, **parts)
    return act.publish(draft=draft, seen_at=NOW, by=cast.mina, now=NOW)


def read(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


@pytest.mark.parametrize("who", ["fern", "cole", "nora"])
def test_only_managers_come_here(cast: Cast, as_: As, who: str) -> None:
    draft = drafted(cast)
    client = as_(getattr(cast, who))
    pages = [
        url("texts"),
        url("text", "tomorrow", draft.version),
        url("text-page", "tomorrow", draft.version),
        url("text-edit", "tomorrow", "en"),
    ]
    assert [client.get(page).status_code for page in pages] == [403] * 4
    acts = ["text-publish", "text-throw-away", "text-try"]
    done = [client.post(url(name, "tomorrow", draft.version)).status_code for name in acts]
    done.append(client.post(url("text-back", "tomorrow", "en")).status_code)
    assert done == [403] * 4
    assert LetterText.objects.get().is_draft


def test_the_overview_leads_to_the_letters_for_who_may(cast: Cast, as_: As) -> None:
    assert url("texts") in as_(cast.mina).get(reverse("setup")).content.decode()


def test_the_list_shows_every_letter_with_its_subject(cast: Cast, as_: As) -> None:
    published(cast)
    page = read(as_(cast.mina).get(url("texts")))
    labels = [each.label for group in letter_kinds.groups().values() for each in group]
    assert [label for label in labels if label not in page] == []
    assert "See you on {visit_day}" in page
    assert "Your visit is booked" in page
    assert "version 1, 30 Nov 2026" in page


def test_the_list_asks_the_same_however_much_is_written(
    cast: Cast, as_: As, django_assert_num_queries: Any
) -> None:
    client = as_(cast.mina)
    client.get(url("texts"))
    for kind in ("tomorrow", "late", "lapsed", "booked"):
        published(cast, kind, opening="Dear {first_name}.")
    drafted(cast, "moved", opening="Dear {first_name}.")
    with django_assert_num_queries(5):
        client.get(url("texts"))


def test_words_are_written_seen_and_published(cast: Cast, as_: As) -> None:
    client = as_(cast.mina)
    form = read(client.get(url("text-edit", "tomorrow", "en")))
    assert "{visit_day}" in form
    assert "Tuesday 12 January" in form
    assert "Left empty: “Tomorrow, 15:30”" in form

    answer = client.post(url("text-edit", "tomorrow", "en"), PARTS)
    assert answer["Location"] == url("text", "tomorrow", 1)
    page = read(client.get(answer["Location"]))
    assert "Draft of version 1, saved by Mina" in page
    assert "See you on Tuesday 12 January" in page

    seen = LetterText.objects.get().saved_at.isoformat()
    client.post(url("text-publish", "tomorrow", 1), {"seen": seen})
    text = LetterText.objects.get()
    assert (text.published_by, text.subject) == (cast.mina, "See you on {visit_day}")
    assert "in use" in read(client.get(url("text", "tomorrow", 1)))


@pytest.mark.parametrize(
    ("part", "typed", "sentence"),
    [
        (
            "subject",
            "On {visit_dya}",
            "“{visit_dya}” is no placeholder of this letter. Did you mean {visit_day}?",
        ),
        ("subject", "Hello\r\nBcc: x@y.example", "This is one line: take the line break out."),
        ("subject", "Your laser", "leave out “laser”"),
        ("opening", "Call {clinic_phone", "The brace in “{clinic_phone” is never closed"),
        ("opening", "x" * 10_000_000, "it has room for 600 characters"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(
    cast: Cast, as_: As, settings: Any, part: str, typed: str, sentence: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
    answer = as_(cast.mina).post(url("text-edit", "tomorrow", "en"), {part: typed})
    assert answer.status_code == 409
    assert any(sentence in each for each in answer.context["form"].errors[part])
    assert not LetterText.objects.exists()


def test_a_draft_of_somebody_else_is_not_written_over(cast: Cast, as_: As) -> None:
    act.save_draft(kind="tomorrow", language="en", parts=PARTS, by=cast.cole, now=NOW)
    answer = as_(cast.mina).post(url("text-edit", "tomorrow", "en"), {"opening": "Mine."})
    assert "Dr Cole has saved a draft" in read(answer)


def test_the_shipped_colour_is_no_colour_of_the_clinic(cast: Cast, as_: As) -> None:
    client = as_(cast.mina)
    client.post(url("text-edit", "letterhead", "en"), {"accent": "#0e6b6b", "signature": "Us"})
    assert LetterText.objects.get().parts == {"clinic_name": "", "accent": "", "signature": "Us"}
    client.post(url("text-edit", "letterhead", "en"), {"accent": "#7a1f5c"})
    assert LetterText.objects.get().accent == "#7A1F5C"
    assert "#7A1F5C" in client.get(url("text-page", "letterhead", 1)).content.decode()


def test_back_to_the_products_words(cast: Cast, as_: As) -> None:
    published(cast)
    client = as_(cast.mina)
    answer = client.post(url("text-back", "tomorrow", "en"))
    assert answer["Location"] == url("text", "tomorrow", 2)
    page = read(client.get(answer["Location"]))
    assert "back to the product’s words · <strong>in use</strong>" in page
    assert "Against version 1" in page
    assert "Tomorrow, 15:30" in page


def test_a_draft_is_thrown_away_and_a_version_stays(cast: Cast, as_: As) -> None:
    published(cast)
    drafted(cast, opening="Another.")
    client = as_(cast.mina)
    client.post(url("text-throw-away", "tomorrow", 2))
    client.post(url("text-throw-away", "tomorrow", 1))
    assert [each.version for each in LetterText.objects.all()] == [1]


@pytest.mark.parametrize(
    "address", ["/letters/birthday/0/", "/letters/tomorrow/7/", "/letters/tomorrow/0/?of=99999"]
)
def test_what_is_not_there_is_not_found(cast: Cast, as_: As, address: str) -> None:
    assert as_(cast.mina).get(address).status_code == 404


def test_languages_without_letters_cannot_be_written(cast: Cast, as_: As) -> None:
    assert as_(cast.mina).get(url("text-edit", "tomorrow", "fr")).status_code == 404


def test_words_are_written_for_each_language_apart(cast: Cast, as_: As) -> None:
    published(cast, opening="Dear {first_name}, welcome.")
    client = as_(cast.mina)
    page = read(client.get(url("text-edit", "tomorrow", "de")))
    assert "Left empty: “Morgen, 15:30 Uhr”" in page
    german = {"subject": "Wir sehen uns am {visit_day}", "opening": "", "closing": "", "seen": ""}
    client.post(url("text-edit", "tomorrow", "de"), german)
    draft = LetterText.objects.get(language="de")
    act.publish(draft=draft, seen_at=draft.saved_at, by=cast.mina, now=NOW)

    page = read(client.get(url("text", "tomorrow", draft.version)))
    assert "Wir sehen uns am Dienstag, 12. Januar" in page
    assert "Guten Tag Ada," in page
    assert "welcome" not in page
    assert 'href="/letters/tomorrow/1/" lang="en"' in page
    assert 'href="/letters/tomorrow/0/?language=es" lang="es"' in page
    spanish = read(client.get("/letters/tomorrow/0/?language=es"))
    assert "Mañana, 15:30 h" in spanish
    assert "Hola, Ada:" in read(client.get("/letters/tomorrow/0/page/?language=es"))
    listed = read(client.get("/letters/?language=de"))
    assert "Wir sehen uns am {visit_day}" in listed
    assert 'href="/letters/booked/0/?language=de"' in listed


def test_a_german_subject_that_says_too_much_is_refused(cast: Cast, as_: As) -> None:
    words = {"subject": "Vor dem Säurepeeling", "opening": "", "closing": "", "seen": ""}
    page = as_(cast.mina).post(url("text-edit", "tomorrow", "de"), words)
    assert "leave out “Säurepeeling”" in read(page)


# With a real patient -----------------------------------------------------------------------------


@pytest.fixture
def letter(cast: Cast) -> Message:
    tell()
    return plan(cast, "check_1", due=NOW + timedelta(days=1))


def test_words_are_seen_in_the_letter_of_a_real_patient(
    cast: Cast, as_: As, letter: Message
) -> None:
    drafted(cast, "check_1", opening="Dear {first_name}, how is your skin?")
    client = as_(cast.mina)
    assert "Ada Lindqvist, Tue 1 Dec" in read(client.get(url("text", "check_1", 1)))
    assert not RecordAccess.objects.exists()
    page = client.get(url("text-page", "check_1", 1), {"of": letter.pk})
    assert "Dear Ada, how is your skin?" in read(page)
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "style-src 'sha256-" in page["Content-Security-Policy"]
    (noted,) = RecordAccess.objects.all()
    assert (noted.user, noted.record_id) == (cast.mina, cast.ada.pk)


def test_a_letter_of_another_kind_is_not_tried(cast: Cast, as_: As, letter: Message) -> None:
    assert as_(cast.mina).get(url("text", "late", 0), {"of": letter.pk}).status_code == 404


def test_a_test_goes_to_who_asked_and_into_nobodys_ledger(
    cast: Cast, as_: As, letter: Message, postbox: Postbox
) -> None:
    drafted(cast, "check_1", subject="How are you?", opening="Dear {first_name}, hello.")
    before = list(Message.objects.values())
    answer = as_(cast.mina).post(url("text-try", "check_1", 1), {"of": letter.pk}, follow=True)

    (mail,) = postbox.mails
    assert mail["To"] == "mina@clinic.example"
    assert mail["Subject"] == "[Test] How are you?"
    assert mail["List-Unsubscribe"] is None
    assert mail["Message-ID"] != letter.message_id
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    for part in (plain, html):
        assert part is not None
        assert "Dear Ada, hello." in part.get_content()
    assert "A test is on its way to mina@clinic.example." in read(answer)
    assert answer.redirect_chain[0][0] == f"{url('text', 'check_1', 1)}?of={letter.pk}"
    assert list(Message.objects.values()) == before


def test_a_server_that_refuses_the_test_is_quoted(cast: Cast, as_: As, postbox: Postbox) -> None:
    postbox.refuse["RCPT"] = "550 no such mailbox"
    answer = as_(cast.mina).post(url("text-try", "tomorrow", 0), follow=True)
    assert "was not sent to mina@clinic.example. The mail server says: 550 no such" in read(answer)
    assert postbox.raw == []


def test_a_server_that_is_away_does_not_break_the_page(cast: Cast, as_: As, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = as_(cast.mina).post(url("text-try", "tomorrow", 0), follow=True)
    assert "The test was not sent" in read(answer)


def test_the_ledger_says_which_version_a_letter_was_sent_with(
    cast: Cast, as_: As, letter: Message, postbox: Postbox
) -> None:
    from patients.actions import delivery  # noqa: PLC0415

    published(cast, "check_1", opening="Dear {first_name}.")
    delivery.deliver_due(now=NOW + timedelta(days=1))
    page = read(as_(cast.mina).get(reverse("message-preview", args=[letter.pk])))
    assert "the clinic’s, version 1" in page


def test_a_version_is_shown_with_a_fixed_number_of_queries(
    cast: Cast, as_: As, letter: Message, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        published(cast, "check_1", opening=f"Dear {{first_name}}, {number}.")
    client = as_(cast.mina)
    client.get(url("text", "check_1", 3))
    with django_assert_num_queries(10):
        client.get(url("text", "check_1", 3))
