"""Consent texts: drafts are written, published versions stay."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from patients.actions import consent_texts as act
from patients.actions.consent_texts import ConsentTextRefused, Words
from patients.models import ConsentText
from patients.queries import consent_texts
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def words(body: str = "Other words.", **more: Any) -> Words:
    return Words("Glycolic acid peel", body, "guide", **more)


def drafted(cast: Cast, body: str = "Other words.", **more: Any) -> ConsentText:
    asked = {"scope": "glycolic", "language": "en", "by": cast.mina, "now": NOW} | more
    return act.save_draft(words=words(body), **asked)


def published(cast: Cast, body: str = "Other words.", **more: Any) -> ConsentText:
    draft = drafted(cast, body, **more)
    return act.publish(draft=draft, seen_at=draft.saved_at, by=cast.mina, now=LATER)


def test_seven_texts_are_shipped_and_shipping_again_adds_none(cast: Cast) -> None:
    from treatments.actions import consent_texts as shipped  # noqa: PLC0415

    assert set(consent_texts.current()) == {
        *("extraction", "glycolic", "salicylic", "retinoid", "cryo", "laser", "photos")
    }
    assert shipped.install() == []
    assert ConsentText.objects.count() == 7


def test_a_draft_is_the_next_version_and_nobody_signs_it(cast: Cast) -> None:
    draft = drafted(cast)
    assert (draft.version, draft.is_draft) == (2, True)
    assert consent_texts.current()["glycolic"].version == 1
    again = drafted(cast, "Better words.", now=LATER, seen_at=NOW)
    assert again.pk == draft.pk
    assert ConsentText.objects.get(pk=draft.pk).body == "Better words."


def test_published_it_is_what_is_signed(cast: Cast) -> None:
    text = published(cast)
    assert (text.version, text.published_by, text.published_at) == (2, cast.mina, LATER)
    assert consent_texts.current()["glycolic"] == text
    assert consent_texts.before(text) == ConsentText.objects.get(scope="glycolic", version=1)


def test_publishing_twice_changes_nothing(cast: Cast) -> None:
    text = published(cast)
    again = act.publish(draft=text, seen_at=NOW, by=cast.cole, now=LATER + timedelta(days=1))
    assert (again.published_by, again.published_at) == (cast.mina, LATER)


def test_whoever_publishes_has_read_these_words(cast: Cast) -> None:
    draft = drafted(cast)
    drafted(cast, "Changed.", now=LATER, seen_at=NOW)
    with pytest.raises(ConsentTextRefused, match="The draft was changed meanwhile"):
        act.publish(draft=draft, seen_at=NOW, by=cast.mina, now=LATER)


def test_two_people_do_not_write_over_each_other(cast: Cast) -> None:
    drafted(cast)
    with pytest.raises(ConsentTextRefused, match="Mina has saved a draft"):
        drafted(cast, "Mine.", by=cast.cole, now=LATER)


def test_words_that_change_nothing_are_no_version(cast: Cast) -> None:
    text = consent_texts.current()["glycolic"]
    same = Words(text.title, text.body)
    with pytest.raises(ConsentTextRefused, match="Nothing was changed"):
        act.save_draft(scope="glycolic", language="en", words=same, by=cast.mina, now=NOW)


def test_nobody_writes_for_a_scope_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(ConsentTextRefused, match="no text of this name"):
        drafted(cast, scope="tattoo")


def test_a_translation_has_the_number_of_what_it_translates(cast: Cast) -> None:
    published(cast)
    german = published(cast, "Auf Deutsch.", language="de")
    assert german.version == 2
    assert consent_texts.current("de")["glycolic"] == german
    assert consent_texts.current("de-ch")["glycolic"] == german
    assert consent_texts.current("es")["glycolic"].language == "en"
    assert consent_texts.before(german) is not None


def test_a_translation_left_behind_is_numbered_when_it_is_published(cast: Cast) -> None:
    german = drafted(cast, "Auf Deutsch.", language="de")
    assert german.version == 1
    published(cast)
    done = act.publish(draft=german, seen_at=german.saved_at, by=cast.mina, now=LATER)
    assert done.version == 2


def test_a_draft_may_be_thrown_away_and_a_version_may_not(cast: Cast) -> None:
    assert act.throw_away(draft=drafted(cast))
    assert not act.throw_away(draft=published(cast))
    assert ConsentText.objects.filter(scope="glycolic").count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patients_consenttext SET body = 'other' WHERE id = %s",
        "UPDATE patients_consenttext SET published_at = NULL WHERE id = %s",
        "UPDATE patients_consenttext SET ends_earlier = true WHERE id = %s",
        "DELETE FROM patients_consenttext WHERE id = %s",
    ],
)
def test_a_published_text_takes_no_change(cast: Cast, statement: str) -> None:
    text = published(cast)
    with (
        pytest.raises(IntegrityError, match="is published and no longer changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [text.pk])
    assert ConsentText.objects.get(pk=text.pk).body == "Other words."


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"version": 1}, "patients_consenttext_version_once"),
        ({"version": 0}, "patients_consenttext_version_from_one"),
        ({"body": ""}, "patients_consenttext_says_something"),
        ({"published_at": NOW}, "patients_consenttext_published_at_with_by"),
        ({"saved_by": None}, "patients_consenttext_saved_at_with_by"),
    ],
)
def test_text_rules(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    usual = {"scope": "glycolic", "version": 2, "title": "Peel", "body": "Words"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ConsentText.objects.create(**{**usual, "saved_at": NOW, "saved_by": cast.mina} | values)


def test_a_text_has_one_draft_a_language(cast: Cast) -> None:
    drafted(cast)
    with (
        pytest.raises(IntegrityError, match="patients_consenttext_one_draft"),
        transaction.atomic(),
    ):
        ConsentText.objects.create(
            scope="glycolic", version=3, title="A", body="B", saved_at=NOW, saved_by=cast.mina
        )
