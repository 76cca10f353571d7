"""Delivery: claim, last look, one dialogue, record; over a real SMTP server."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from patients import subjects
from patients.actions import delivery, leases, recording
from patients.models import Message
from patients.subjects import Facts, Hold, Seen, Stop
from tests.conftest import NOW, Cast
from tests.patients.stories import FACTS, Story, plan, tell
from tests.rounds import send_due
from tests.smtp import Postbox


@pytest.fixture
def story() -> Story:
    return tell()


def test_a_due_message_is_sent_once_and_recorded(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)

    handled, ended = send_due(NOW)
    assert handled == 1
    assert delivery.deliver_due(now=NOW) == 0

    (mail,) = postbox.mails
    assert mail["To"] == "ada@patient.example"
    assert mail["Message-ID"] == message.message_id
    message.refresh_from_db()
    assert (message.status, message.server_answer) == ("sent", "250 kept as 1")
    assert message.sent_at is not None
    assert NOW <= message.sent_at <= ended
    assert message.sent_to == "ada@patient.example"


def test_nothing_is_sent_before_it_is_due(cast: Cast, story: Story, postbox: Postbox) -> None:
    plan(cast, due=NOW + timedelta(minutes=1))
    assert delivery.deliver_due(now=NOW) == 0
    assert postbox.raw == []


def test_a_message_past_its_use_is_closed_unsent(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)
    delivery.deliver_due(now=NOW + timedelta(hours=48))
    message.refresh_from_db()
    assert (message.status, message.reason) == (
        "suppressed",
        "too late: it could not be sent in time",
    )
    assert postbox.raw == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"email_consent": "refused"}, "no consent to e-mail"),
        ({"email": ""}, "no e-mail address"),
        ({"deceased": True}, "deceased"),
    ],
)
def test_the_last_look_sees_what_changed_since_planning(
    cast: Cast, story: Story, postbox: Postbox, change: dict[str, Any], reason: str
) -> None:
    message = plan(cast)
    for name, value in change.items():
        setattr(cast.ada, name, value)
    cast.ada.save()

    delivery.deliver_due(now=NOW)

    message.refresh_from_db()
    assert (message.status, message.reason) == ("suppressed", reason)
    assert postbox.raw == []


def test_a_message_that_is_no_longer_true_is_not_sent(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)
    story.answer = Stop("the visit was cancelled")
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("suppressed", "the visit was cancelled")
    assert postbox.raw == []


def test_a_held_message_waits_and_then_goes(cast: Cast, story: Story, postbox: Postbox) -> None:
    message = plan(cast)
    story.answer = Hold(NOW + timedelta(minutes=15), "not attended yet")
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.due_at) == ("planned", NOW)

    story.answer = FACTS
    assert delivery.deliver_due(now=NOW + timedelta(minutes=14)) == 0
    assert delivery.deliver_due(now=NOW + timedelta(minutes=15)) == 1
    assert len(postbox.raw) == 1


def test_quiet_hours_put_advice_off_but_not_an_answer(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    night = datetime(2026, 11, 30, 21, tzinfo=UTC)
    advice = plan(cast, due=night)
    answer = plan(cast, "booked", due=night, transactional=True, subject="story:2")

    delivery.deliver_due(now=night)

    advice.refresh_from_db()
    answer.refresh_from_db()
    assert (advice.status, advice.try_after) == (
        "planned",
        datetime(2026, 12, 1, 8, tzinfo=UTC),
    )
    assert answer.status == "sent"


def test_quiet_hours_are_those_of_the_patients_own_clock(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    cast.ada.time_zone = "Pacific/Auckland"  # 09:00 in London is 22:00 there
    cast.ada.save()
    plan(cast)
    delivery.deliver_due(now=NOW)
    assert postbox.raw == []


def test_advice_of_one_day_is_one_letter(cast: Cast, story: Story, postbox: Postbox) -> None:
    first = plan(cast, "tomorrow", about_at=NOW + timedelta(days=1))
    later = plan(cast, "sunscreen", due=NOW + timedelta(hours=3), subject="story:2")
    next_day = plan(cast, "sunscreen", due=NOW + timedelta(days=1), subject="story:3")

    delivery.deliver_due(now=NOW)

    assert len(postbox.raw) == 1
    for message in (first, later, next_day):
        message.refresh_from_db()
    assert (first.status, later.status, next_day.status) == ("sent", "sent", "planned")
    assert later.sent_with == first


def test_what_is_about_safety_leads_the_letter_of_its_day(cast: Cast, postbox: Postbox) -> None:
    tell()
    plan(cast, "education", subject="story:1", due=NOW - timedelta(hours=3))
    urgent = plan(cast, "pregnancy", subject="story:2")

    delivery.deliver_due(now=NOW)

    (mail,) = postbox.mails
    assert mail["Subject"] == "A question we ask every month"
    assert mail["Message-ID"] == urgent.message_id


def test_the_first_night_letter_never_comes_before_its_hour(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    plan(cast, "sunscreen")
    night = plan(cast, "aftercare_day0", due=NOW + timedelta(hours=3), subject="story:2")
    delivery.deliver_due(now=NOW)
    night.refresh_from_db()
    assert night.status == "planned"


def test_a_temporary_refusal_is_tried_again_later(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)
    postbox.refuse["RCPT"] = "451 try later"
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.attempts, message.try_after, message.server_answer) == (
        "planned",
        1,
        NOW + timedelta(minutes=1),
        "451 try later",
    )

    postbox.refuse.clear()
    delivery.deliver_due(now=NOW + timedelta(minutes=1))
    (mail,) = postbox.mails
    assert mail["Message-ID"] == message.message_id


@pytest.mark.parametrize("phase", ["RCPT", "DATA"])
def test_a_final_refusal_is_final(cast: Cast, story: Story, postbox: Postbox, phase: str) -> None:
    message = plan(cast)
    postbox.refuse[phase] = "550 no such person"
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.reason, message.server_answer) == (
        "failed",
        "the mail server refused it",
        "550 no such person",
    )


def test_the_fifth_attempt_is_the_last(cast: Cast, story: Story, postbox: Postbox) -> None:
    message = plan(cast)
    postbox.refuse["DATA"] = "452 full"
    when = NOW
    for _ in range(5):
        delivery.deliver_due(now=when)
        message.refresh_from_db()
        when = message.try_after or when
    assert (message.status, message.reason) == ("failed", "given up after five attempts")


def test_a_server_that_is_down_costs_no_attempt(cast: Cast, story: Story, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    message = plan(cast)
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.attempts, message.try_after) == (
        "planned",
        0,
        NOW + timedelta(seconds=30),
    )
    assert message.server_answer.startswith("ConnectionRefusedError")


def test_a_cut_after_the_text_is_tried_once_more_under_the_same_id(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)
    postbox.cut_after_data = True
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.try_after) == ("planned", NOW + timedelta(minutes=5))

    postbox.cut_after_data = False
    delivery.deliver_due(now=NOW + timedelta(minutes=5))
    assert {mail["Message-ID"] for mail in postbox.mails} == {message.message_id}


def test_a_dead_workers_claim_is_recovered_after_its_lease(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)
    delivery.claim(now=NOW, limit=5)  # and the worker dies

    assert delivery.recover(now=NOW + timedelta(seconds=119)) == 0
    assert delivery.recover(now=NOW + timedelta(seconds=121)) == 1
    delivery.deliver_due(now=NOW + timedelta(seconds=121))
    (mail,) = postbox.mails
    assert mail["Message-ID"] == message.message_id


def test_of_the_letters_that_a_dead_worker_held_each_goes_alone_the_one_lost_least_first(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    plan(cast)
    plan(cast, patient=cast.ben, subject="story:2")
    when = NOW
    for _death in range(3):
        assert len(delivery.claim(now=when, limit=5)) == (2 if when == NOW else 1)
        when += timedelta(seconds=121)
        delivery.recover(now=when)
    # the first death counts for nobody; then they died alone, in turn
    assert sorted(Message.objects.values_list("lost_claims", "attempts")) == [(2, 1), (2, 1)]
    assert sum(delivery.deliver_due(now=when) for _ in range(2)) == 2


def test_a_letter_that_kills_every_worker_is_given_up(cast: Cast, story: Story) -> None:
    message = plan(cast)
    when = NOW
    for _death in range(6):
        delivery.claim(now=when, limit=5)
        when += timedelta(seconds=121)
        delivery.recover(now=when)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("failed", "given up after five attempts")


def test_a_worker_that_lost_its_lease_changes_nothing(
    cast: Cast, story: Story, postbox: Postbox
) -> None:
    message = plan(cast)
    (old,) = delivery.claim(now=NOW, limit=5)
    late = NOW + timedelta(seconds=121)
    delivery.recover(now=late)
    delivery.claim(now=late, limit=5)

    with delivery.Transport() as post:
        assert delivery.deliver(token=old, now=late, post=post) is None
    assert postbox.raw == []
    message.refresh_from_db()
    assert message.status == "claimed"


def test_one_poisoned_message_harms_only_itself(cast: Cast, story: Story, postbox: Postbox) -> None:
    poison = plan(cast, "no_such_kind", due=NOW - timedelta(minutes=1))
    healthy = plan(cast, patient=cast.ben, subject="story:2")
    delivery.deliver_due(now=NOW)
    poison.refresh_from_db()
    healthy.refresh_from_db()
    assert (poison.status, poison.attempts) == ("planned", 1)
    assert poison.server_answer == "cannot be written: TemplateDoesNotExist"
    assert healthy.status == "sent"


def test_a_mail_that_cannot_be_made_is_tried_again_like_any_other(
    cast: Cast, story: Story, postbox: Postbox, settings: Any
) -> None:
    message = plan(cast)
    settings.DEFAULT_FROM_EMAIL = "Clinic\n<reception@milia.example>"
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    assert (message.status, message.attempts, message.server_answer) == (
        "planned",
        1,
        "cannot be written: BadHeaderError",
    )
    assert postbox.raw == []


def test_the_nearest_visit_goes_first(cast: Cast, story: Story, postbox: Postbox) -> None:
    plan(cast, due=NOW - timedelta(hours=2), about_at=NOW + timedelta(days=20))
    plan(cast, patient=cast.ben, subject="story:2", about_at=NOW + timedelta(hours=5))
    delivery.deliver_due(now=NOW)
    assert [mail["To"] for mail in postbox.mails] == ["ben@patient.example", "ada@patient.example"]


def test_what_was_written_ahead_is_written_anew_from_fresh_facts(
    cast: Cast, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look(messages: Sequence[Message], now: datetime) -> dict[int, Seen]:
        looks.append(len(messages))
        facts = Facts({**FACTS.context, "clinic_phone": f"number {len(looks)}"})
        return {each.pk: facts for each in messages}

    subjects.register_many("story", look, {}, lambda pks: {})
    for number in range(3):
        plan(cast, subject=f"story:{number}", transactional=True)
    # every letter takes longer than this
    monkeypatch.setattr(delivery, "FRESH_SECONDS", 0)

    delivery.deliver_due(now=NOW)

    # twice before the first: the connection was made in between
    assert looks == [3, 3, 2, 1]
    said = [Message.objects.get(subject_key=f"story:{number}").sent_text for number in range(3)]
    assert ["number 2" in said[0], "number 3" in said[1], "number 4" in said[2]] == [True] * 3


def test_beside_a_slow_server_a_look_goes_no_further_than_it_will_be_fresh(
    cast: Cast, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look(messages: Sequence[Message], now: datetime) -> dict[int, Seen]:
        looks.append(len(messages))
        return {each.pk: FACTS for each in messages}

    subjects.register_many("story", look, {}, lambda pks: {})
    for number in range(5):
        plan(cast, subject=f"story:{number}", transactional=True)
    # every letter takes longer than this
    monkeypatch.setattr(delivery, "FRESH_SECONDS", 0)

    assert delivery.deliver_due(now=NOW) == 5

    assert len(postbox.raw) == 5
    assert looks == [5, 5, 2, 2, 2, 1]


def test_what_is_claimed_is_found_by_an_index_of_what_is_claimed(db: None) -> None:
    """And so it takes no longer when the ledger has grown for years."""
    sql, params = leases.held([uuid.uuid4()]).query.sql_with_params()
    letter = {"lead": 1, "ids": [1], "versions": [None], "token": uuid.uuid4(), "now": NOW}
    words = dict.fromkeys(("to", "subject", "answer", "text", "html", "letterhead"))
    for statement, values in ((sql, params), (recording._SENT, letter | words)):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}", values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert re.search(r"patients_message_(claimed|leased)", plan), plan
