"""Sessions read the short way are the sessions that Django keeps."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends import db as database
from django.contrib.sessions.models import Session
from django.utils import timezone

from clinic.accounts.sessions import SessionStore


@pytest.fixture
def key(db: None) -> str:
    """The key of a session with something in it."""
    store = SessionStore()
    store["location"] = 3
    store.save()
    assert store.session_key is not None
    return str(store.session_key)


def test_a_session_is_read_as_django_reads_it(key: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert dict(SessionStore(key).items()) == {"location": 3}
    assert dict(database.SessionStore(key).items()) == {"location": 3}


@pytest.mark.django_db
def test_what_django_wrote_is_read_too() -> None:
    store = database.SessionStore()
    store["location"] = 4
    store.save()
    assert SessionStore(store.session_key)["location"] == 4


def test_an_expired_session_is_empty_and_its_key_not_used_again(key: str) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    store = SessionStore(key)
    assert store.get("location") is None
    assert store.session_key is None
    store["location"] = 5
    store.save()
    assert store.session_key != key


@pytest.mark.parametrize("unknown", ["", "short", "x" * 32, "'; DROP TABLE django_session; --"])
def test_an_unknown_key_is_an_empty_session(key: str, unknown: str) -> None:
    store = SessionStore(unknown)
    assert dict(store.items()) == {}
    assert store.session_key is None
    assert Session.objects.count() == 1


def test_content_that_was_tampered_with_is_an_empty_session(key: str) -> None:
    Session.objects.update(session_data="rubbish")
    assert dict(SessionStore(key).items()) == {}
