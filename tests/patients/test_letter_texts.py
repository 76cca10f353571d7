"""The clinic's own words in letters: versions, and what they do to what is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from patients import letter_kinds
from patients.actions import delivery, letter_previews, letters
from patients.actions import letter_texts as act
from patients.actions.letter_texts import LetterTextRefused
from patients.actions.letters import Section
from patients.models import LetterText, Message
from patients.queries import letter_texts
from patients.queries.letter_texts import OwnWords
from patients.subjects import Facts
from tests.conftest import NOW, Cast
from tests.patients.stories import Story, plan, tell
from tests.smtp import Postbox

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)
MOST = {
    "subject": "See you soon",
    "opening": "Dear {first_name}, we look forward to your visit.",
    "closing": "Parking is behind the house.\nCall {clinic_phone} when you arrive.",
}


def drafted(cast: Cast, kind: str = "check_1", **more: Any) -> LetterText:
    asked = {"language": "en", "by": cast.mina, "now": NOW, "parts": MOST} | more
    return act.save_draft(kind=kind, **asked)


def published(cast: Cast, kind: str = "check_1", **more: Any) -> LetterText:
    draft = drafted(cast, kind, **more)
    return act.publish(draft=draft, seen_at=draft.saved_at, by=cast.mina, now=LATER)


# Versions ----------------------------------------------------------------------------------------


def test_a_draft_is_the_next_version_and_no_letter_says_it(cast: Cast) -> None:
    draft = drafted(cast)
    assert (draft.version, draft.is_draft) == (1, True)
    assert letter_texts.in_use({"check_1"}).texts == {}
    again = drafted(cast, now=LATER, seen_at=NOW, parts={"opening": "Hello."})
    assert (again.pk, again.version) == (draft.pk, 1)
    assert LetterText.objects.get().parts == {"subject": "", "opening": "Hello.", "closing": ""}


def test_published_it_is_what_letters_say_and_stays(cast: Cast) -> None:
    text = published(cast)
    assert (text.published_by, text.published_at) == (cast.mina, LATER)
    assert letter_texts.in_use({"check_1"}).of("check_1", "en-gb") == text
    again = act.publish(draft=text, seen_at=NOW, by=cast.cole, now=LATER + timedelta(days=1))
    assert (again.published_by, again.published_at) == (cast.mina, LATER)
    assert published(cast, parts={"opening": "Second."}).version == 2
    assert [each.version for each in letter_texts.versions("check_1", "en")] == [2, 1]


def test_words_of_another_language_are_not_used(cast: Cast) -> None:
    published(cast)
    assert letter_texts.in_use({"check_1"}).of("check_1", "de") is None


def test_kind_and_number_name_one_text_in_whatever_language(cast: Cast) -> None:
    german = drafted(cast, language="de")
    english = drafted(cast)
    assert (german.version, english.version) == (1, 2)
    act.publish(draft=english, seen_at=NOW, by=cast.mina, now=LATER)
    late = act.publish(draft=german, seen_at=NOW, by=cast.mina, now=LATER)
    assert late.version == 3


def test_back_to_the_products_words_is_one_more_version(cast: Cast) -> None:
    published(cast)
    back = act.back_to_product(kind="check_1", language="en", by=cast.mina, now=LATER)
    assert (back.version, back.is_products, back.published_by) == (2, True, cast.mina)
    with pytest.raises(LetterTextRefused, match="have the product’s words"):
        act.back_to_product(kind="check_1", language="en", by=cast.mina, now=LATER)


def test_words_that_change_nothing_are_no_version(cast: Cast) -> None:
    with pytest.raises(LetterTextRefused, match="nothing to save"):
        drafted(cast, parts={})
    published(cast)
    with pytest.raises(LetterTextRefused, match="nothing to save"):
        drafted(cast)


def test_two_people_do_not_write_over_each_other(cast: Cast) -> None:
    drafted(cast)
    with pytest.raises(LetterTextRefused, match="Mina has saved a draft"):
        drafted(cast, by=cast.cole, now=LATER, parts={"opening": "Mine."})


def test_whoever_publishes_has_seen_these_words(cast: Cast) -> None:
    draft = drafted(cast)
    drafted(cast, now=LATER, seen_at=NOW, parts={"opening": "Changed."})
    with pytest.raises(LetterTextRefused, match="The draft was changed meanwhile"):
        act.publish(draft=draft, seen_at=NOW, by=cast.mina, now=LATER)


def test_a_draft_may_be_thrown_away_and_a_version_may_not(cast: Cast) -> None:
    draft = drafted(cast)
    assert act.throw_away(draft=draft)
    with pytest.raises(LetterTextRefused, match="thrown away meanwhile"):
        act.publish(draft=draft, seen_at=NOW, by=cast.mina, now=LATER)
    assert not act.throw_away(draft=published(cast))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"opening": "On {visit_dya}."}, "“{visit_dya}” is no placeholder.*{visit_day}"),
        ({"opening": "Dear {qqq}."}, "“{qqq}” is no placeholder.*Choose one"),
        ({"closing": "Call {clinic_phone"}, "brace in “{clinic_phone” is never closed"),
        ({"closing": "Call clinic_phone}."}, "was never opened"),
        ({"subject": "Hello\r\nBcc: all@clinic.example"}, "one line"),
        ({"subject": "Your glycolic peel"}, "leave out “glycolic”"),
        ({"subject": "x" * 61}, "room for 60 characters"),
        ({"opening": "x" * 601}, "room for 600 characters"),
        ({"opening": "Take 500 mg."}, "“500 mg” reads like a dose"),
    ],
)
def test_what_cannot_stand_in_a_letter_is_refused(
    cast: Cast, parts: dict[str, str], sentence: str
) -> None:
    with pytest.raises(LetterTextRefused, match=sentence):
        drafted(cast, "tomorrow", parts=parts)
    assert not LetterText.objects.exists()


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"accent": "red"}, "# and six digits"),
        ({"accent": "#FFE066"}, "too light to be read on white: contrast 1.3"),
        ({"clinic_name": "Skin {clinic_name}"}, "placeholders cannot stand here"),
        ({"clinic_name": "Skin\nBcc: x"}, "one line"),
        ({"signature": "a\nb\nc\nd\ne\nf"}, "up to 5 lines"),
        ({"signature": "On {visit_day}"}, "no placeholder"),
    ],
)
def test_what_cannot_stand_in_every_letter_is_refused(
    cast: Cast, parts: dict[str, str], sentence: str
) -> None:
    with pytest.raises(LetterTextRefused, match=sentence):
        drafted(cast, "letterhead", parts=parts)


def test_nobody_writes_for_a_letter_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(LetterTextRefused, match="no letter of this name"):
        drafted(cast, "birthday")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients_lettertext SET opening = 'other' WHERE id = %s",
        "UPDATE patients_lettertext SET published_at = NULL WHERE id = %s",
        "DELETE FROM patients_lettertext WHERE id = %s",
    ],
)
def test_what_is_published_stays_whatever_is_tried(cast: Cast, statement: str) -> None:
    text = published(cast)
    with (
        pytest.raises(IntegrityError, match="is published and no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [text.pk])


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("patients_lettertext_version_once", {"language": "de"}),
        ("patients_lettertext_one_draft", {"version": 2}),
        ("patients_lettertext_version_from_one", {"version": 0, "language": "de"}),
        ("patients_lettertext_published_at_with_by", {"published_at": NOW, "version": 2}),
        ("patients_lettertext_parts_of_its_kind", {"signature": "Us", "kind": "late"}),
        ("patients_lettertext_parts_of_its_kind", {"opening": "Us", "kind": "letterhead"}),
        ("patients_lettertext_subject_is_one_line", {"subject": "a\nb", "kind": "late"}),
        ("patients_lettertext_subject_is_one_line", {"clinic_name": "a\rb", "kind": "letterhead"}),
        ("patients_lettertext_accent_is_a_colour", {"accent": "red", "kind": "letterhead"}),
        ("patients_lettertext_not_too_long", {"opening": "x" * 601, "kind": "late"}),
    ],
)
def test_the_database_holds_the_rules_by_itself(
    cast: Cast, name: str, wrong: dict[str, Any]
) -> None:
    drafted(cast)
    row = {"kind": "check_1", "language": "en", "version": 1, "saved_at": NOW} | wrong
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        LetterText.objects.create(saved_by=cast.mina, **row)


# What they do to letters -------------------------------------------------------------------------


@pytest.fixture
def story(cast: Cast) -> Story:
    return tell()


def body_of(postbox: Postbox, form: str) -> str:
    part = postbox.mails[-1].get_body((form,))
    assert part is not None
    return " ".join(part.get_content().split())


def test_a_letter_says_it_and_keeps_which_version(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    published(cast)
    published(
        cast,
        "letterhead",
        parts={"signature": "The house\n{clinic_name}", "clinic_name": "Skin & Co"},
    )
    message = plan(cast)
    assert delivery.deliver_due(now=NOW) == 1

    (mail,) = postbox.mails
    text, html = body_of(postbox, "plain"), body_of(postbox, "html")
    assert mail["Subject"] == "See you soon"
    assert "Hello Ada, Dear Ada, we look forward to your visit." in text
    assert "Parking is behind the house. Call +44 20 7946 0000 when you arrive." in text
    assert "Dear Ada, we look forward to your visit.</p>" in html
    assert "The house Skin & Co" in text
    assert "The house<br>Skin &amp; Co" in html
    message.refresh_from_db()
    assert (message.words_version, message.letterhead_version) == (1, 1)
    assert message.subject_line == "See you soon"


def test_without_own_words_no_version_is_noted(cast: Cast, story: Story, postbox: Postbox) -> None:
    message = plan(cast)
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.words_version, message.letterhead_version) == (None, None)
    assert "Your team at Milia Clinic" in body_of(postbox, "plain")


def test_each_part_of_a_merged_letter_has_its_own(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    published(cast, "sunscreen", parts={"subject": "Not the lead", "closing": "Hats on."})
    lead = plan(cast, "tomorrow", about_at=NOW + timedelta(days=1))
    merged = plan(cast, "sunscreen", subject="story:2")
    delivery.deliver_due(now=NOW)
    for row in (lead, merged):
        row.refresh_from_db()
    assert (lead.words_version, merged.words_version) == (None, 1)
    assert merged.sent_with == lead
    assert postbox.mails[0]["Subject"] != "Not the lead"
    assert "Hats on." in body_of(postbox, "plain")


def test_a_patients_name_is_never_a_placeholder_nor_markup(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    published(cast, parts={"opening": "Dear {first_name}, <b>welcome</b>."})
    cast.ada.given_name = "{clinic_phone}<i>"
    cast.ada.save()
    plan(cast)
    delivery.deliver_due(now=NOW)
    assert "Dear {clinic_phone}<i>, <b>welcome</b>." in body_of(postbox, "plain")
    html = body_of(postbox, "html")
    assert "Dear {clinic_phone}&lt;i&gt;, &lt;b&gt;welcome&lt;/b&gt;." in html


def test_words_that_lack_a_fact_are_left_out_and_the_letter_goes(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    published(cast, parts={"opening": "It is {visit_day}.", "closing": "Bye, {first_name}."})
    plan(cast)
    delivery.deliver_due(now=NOW)
    text = body_of(postbox, "plain")
    assert "It is" not in text
    assert "Bye, Ada." in text


def test_the_words_are_read_once_for_all_letters_of_a_round(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    published(cast)
    asked = []
    for number in (1, 12):
        for at in range(number):
            plan(cast, subject=f"story:{number}{at}", transactional=True)
        with CaptureQueriesContext(connection) as made:
            assert delivery.deliver_due(now=NOW) == number
        asked.append(sum('FROM "patients_lettertext"' in (each["sql"] or "") for each in made))
    assert asked == [1, 1]


@pytest.mark.parametrize(
    "kind", [each.kind for group in letter_kinds.groups().values() for each in group]
)
def test_what_must_stand_stands_whatever_a_clinic_writes(cast: Cast, kind: str) -> None:
    """The body as the product has it, the alarm signs with the number, why it came, the way out."""
    known = letter_kinds.of(kind)
    assert known is not None
    own = LetterText(kind=kind, version=1, **MOST)
    head = LetterText(kind="letterhead", version=1, signature="Us", accent="#7A1F5C")
    facts = Facts(letter_kinds.example(known))
    message = Message(kind=kind, patient=cast.ada, due_at=NOW)
    plain = letters.with_dots(Section(message, facts), OwnWords())
    letter = letters.with_dots(Section(message, facts), OwnWords().with_one(own).with_one(head))
    missing = {line for line in plain.text.splitlines() if line not in letter.text.splitlines()}
    may_be_said_otherwise = {
        line
        for part in ("opening", "closing")
        for line in letter_previews.shipped(known, part, facts.context).splitlines()
    }
    assert missing - may_be_said_otherwise <= {"Your team at Milia Clinic"}
    for text in (letter.text, letter.html):
        assert "If anything worries you, call us" in text
        assert "Blisters, weeping skin, pus, fever, growing pain" in text
        assert "You get this because" in text
        assert "Choose what we write to you about" in text
    assert "#7A1F5C" in letter.html
    assert "#0E6B6B" not in letter.html


@pytest.mark.parametrize(
    "kind", [each.kind for group in letter_kinds.groups().values() for each in group]
)
def test_every_placeholder_of_a_letter_has_something_to_say(kind: str) -> None:
    known = letter_kinds.of(kind)
    assert known is not None
    values = known.values({"clinic_name": "Skin & Co", **letter_kinds.example(known)})
    assert [name for name, value in values.items() if not value] == []
