"""The pages of the protocols: who sees and does what, and what happens to what is typed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, Cast
from tests.treatments.test_protocol_versions import approve, begin, save, version_two, wider
from tests.treatments.test_series_views import words
from treatments.forms.protocols import ProtocolForm
from treatments.models import Protocol

As = Callable[[Any], Client]
SHIPPED = ("extraction", "glycolic", "salicylic", "retinoid", "cryo", "laser")


def url(name: str, protocol: Protocol) -> str:
    return reverse(name, args=[protocol.pk])


def typed(draft: Protocol, **values: Any) -> dict[str, Any]:
    """What the form sends when nothing else is touched; `letter` values as kind__field."""
    form = ProtocolForm(draft=draft)
    found = {name: form[name].value() for name in form.fields}
    for letter in form.letters:
        found |= {letter.add_prefix(name): letter[name].value() for name in letter.fields}
    at = {letter.step.kind: letter for letter in form.letters}
    for name, value in values.items():
        kind, _, field = name.partition("__")
        found[at[kind].add_prefix(field) if field else name] = value
    return {
        name: value for name, value in found.items() if value is not None and value is not False
    }


def errors(page: Any) -> list[str]:
    return [f"{name}: {text}" for _id, name, text in page.context["errors"]]


# Who ---------------------------------------------------------------------------------------------


def test_the_desk_sees_none_of_it(cast: Cast, as_: As) -> None:
    desk = as_(cast.fern)
    assert desk.get("/protocols/").status_code == 403
    assert desk.get(url("protocol", cast.glycolic)).status_code == 403
    assert "/protocols/" not in desk.get("/").content.decode()


@pytest.mark.parametrize(
    ("name", "manager", "clinician"),
    [
        ("protocol-draft", 302, 403),
        ("protocol-edit", 302, 403),
        ("protocol-publish", 302, 403),
        ("protocol-discard", 302, 403),
        ("protocol-bring-back", 302, 403),
        ("protocol-approve", 403, 302),
        ("protocol-withdraw", 403, 302),
    ],
)
def test_managers_edit_and_clinicians_approve(
    cast: Cast, as_: As, name: str, manager: int, clinician: int
) -> None:
    where = url(name, cast.glycolic)
    assert as_(cast.mina).post(where).status_code == manager
    assert as_(cast.cole).post(where).status_code == clinician
    assert as_(cast.nora).post(where).status_code == 403


def test_reading_costs_the_same_however_many_versions(
    cast: Cast, as_: As, django_assert_num_queries: Any
) -> None:
    client = as_(cast.mina)
    client.get("/protocols/")
    with django_assert_num_queries(5):
        client.get("/protocols/")
    draft = begin(cast)
    with django_assert_num_queries(7):
        client.get(url("protocol", draft))
    protocol = version_two(cast)
    with django_assert_num_queries(7):
        client.get(url("protocol", protocol))


# Reading -----------------------------------------------------------------------------------------


def test_the_list_names_the_six(cast: Cast, as_: As) -> None:
    page = as_(cast.mina).get("/protocols/")
    assert [line.current.name for line, _window in page.context["lines"]] == [
        "CO2 laser",
        "Cryotherapy",
        "Extraction",
        "Glycolic peel",
        "Retinoid course",
        "Salicylic peel",
    ]
    text = words(page.content.decode())
    assert "Version 1 as shipped" in text
    assert "no clinician yet" in text


def test_a_draft_is_compared_field_by_field(cast: Cast, as_: As) -> None:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    page = as_(cast.cole).get(url("protocol", draft))
    found = [(each.name, each.before, each.after) for each in page.context["differences"]]
    assert found == [
        ("Days between sessions: longest", "28", "35"),
        ("Day after", "day 1, 09:00", "day 2, 09:00"),
    ]
    text = words(page.content.decode())
    assert "No course is running. New courses take version 2." in text
    assert "longer rest" in text
    assert "Approve version 2" in text
    assert page.context["clashes"] == [
        "The letter that a session is due goes out on day 28; the longest gap ends on day 35."
    ]
    assert "Waits for a clinician’s approval" in words(
        as_(cast.mina).get(url("protocol", draft)).content.decode()
    )


def test_the_window_is_drawn_with_its_words(cast: Cast, as_: As) -> None:
    html = as_(cast.mina).get(url("protocol", cast.glycolic)).content.decode()
    label = (
        "refused from day 0; with a reason from day 10; usual from day 14; late from day 29; "
        "lapsed from day 43"
    )
    assert f'aria-label="{label}"' in html
    retinoid = Protocol.objects.get(modality="retinoid")
    assert "gap-window" not in as_(cast.mina).get(url("protocol", retinoid)).content.decode()


# Editing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("modality", SHIPPED)
def test_saving_an_untouched_form_changes_nothing(cast: Cast, as_: As, modality: str) -> None:
    client = as_(cast.mina)
    current = Protocol.objects.get(modality=modality)
    client.post(url("protocol-draft", current))
    draft = Protocol.objects.drafts().get()
    assert client.get(url("protocol-edit", draft)).status_code == 200
    page = client.post(url("protocol-edit", draft), typed(draft), follow=True)
    assert page.context["protocol"] == draft
    assert page.context["differences"] == []
    draft.refresh_from_db()
    assert (draft.revision, draft.source) == (2, current.source)


def test_numbers_and_letters_are_saved(cast: Cast, as_: As) -> None:
    draft = begin(cast)
    sent = typed(
        draft,
        strengths="20 25.5;70",
        max_percent_assistant="25.5",
        gap_lapse="60",
        source_gaps="clinic\n meeting",
        check_1__day="2",
        check_1__at="10:30",
        sunscreen__until_day="28",
        change_note="why",
    )
    del sent[ProtocolForm(draft=draft).letters[0].add_prefix("is_on")]
    answer = as_(cast.mina).post(url("protocol-edit", draft), sent)
    assert answer.headers["Location"] == url("protocol", draft)
    draft.refresh_from_db()
    assert [str(each) for each in draft.strengths] == ["20.0", "25.5", "70.0"]
    assert (draft.gap_lapse, draft.change_note) == (60, "why")
    assert "gaps: clinic meeting" in draft.source.splitlines()
    assert "gaps.min" not in draft.source
    assert "room: clinical fact base 0: sink, fan, eyewash, timer" in draft.source.splitlines()
    check = draft.steps.get(kind="check_1")
    assert (check.day, f"{check.at:%H:%M}") == (2, "10:30")
    assert not draft.steps.get(position=1).is_on


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sessions_min": "0"}, "Fewest: At least 1."),
        ({"sessions_min": ""}, "Fewest: Write a number."),
        ({"sessions_min": "four"}, "Fewest: Write a whole number."),
        ({"sessions_min": "7"}, "Usual: Not below “Fewest”, which is 7."),
        ({"gap_min": "9"}, "Shortest: Not below “Refused below”, which is 10."),
        ({"gap_max": "20"}, "Longest: Not below “Proposed”, which is 21."),
        ({"gap_max": ""}, "Longest: A course that lapses has a longest gap."),
        ({"gap_lapse": "9999"}, "Lapses after: At most 730."),
        ({"strengths": "35, 20"}, "Ladder, %: 20 is not above 35."),
        ({"strengths": "20, 400"}, "Ladder, %: 400 does not lie between 1 and 70."),
        ({"strengths": "20, ²"}, "Ladder, %: “²” is not a number."),
        ({"strengths": " , "}, "Ladder, %: Write at least one number."),
        (
            {"contact_seconds_min": "301"},
            "Longest, seconds: Not below “Shortest, seconds”, which is 301.",
        ),
        ({"review_after_session": "7"}, "After session: There are 6 sessions."),
        (
            {"eye_area": "always"},
            "Near the eye: Select a valid choice. always is not one of the available choices.",
        ),
        ({"check_1__day": "9999"}, "Day after, Day: Not after day 730."),
        ({"check_1__day": "-1"}, "Day after, Day: Not before day 0."),
        ({"tomorrow__day": "1"}, "Day before, Day: Not after day 0."),
        ({"check_1__day": ""}, "Day after, Day: Write a number."),
        ({"check_1__at": "23:00"}, "Day after, Time: Letters go out between 08:00 and 20:00."),
        ({"check_1__at": "25:00"}, "Day after, Time: Write a time like 9:00."),
        ({"check_1__source": ""}, "Day after, Source: Say where this row comes from."),
        ({"sunscreen__day": "1"}, "Sunscreen, Day: The same letter goes out on that day already."),
        ({"sunscreen__until_day": "13"}, "Sunscreen, Until day: Not before the first day, 14."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    cast: Cast, as_: As, values: dict[str, str], said: str
) -> None:
    draft = begin(cast)
    sent = typed(draft, change_note="typed before", **values)
    page = as_(cast.mina).post(url("protocol-edit", draft), sent)
    assert page.status_code == 422
    assert errors(page) == [said]
    assert "typed before" in page.content.decode()
    draft.refresh_from_db()
    assert (draft.revision, draft.change_note) == (1, "")


def test_everything_that_is_wrong_is_said_at_once(cast: Cast, as_: As) -> None:
    draft = begin(cast)
    sent = typed(draft, gap_min="1", check_1__day="9999", flaking_3__at="3")
    page = as_(cast.mina).post(url("protocol-edit", draft), sent)
    assert errors(page) == [
        "Shortest: Not below “Refused below”, which is 10.",
        "Day after, Day: Not after day 730.",
        "Flaking, Time: Write a time like 9:00.",
    ]


def test_the_second_of_two_managers_is_told(cast: Cast, as_: As) -> None:
    draft = begin(cast)
    mine = typed(draft, gap_lapse="50")
    save(cast, draft, wider(draft))
    client = as_(cast.mina)
    page = client.post(url("protocol-edit", draft), mine)
    assert page.status_code == 409
    text = words(page.content.decode())
    assert "Mina saved this draft at 10:00, after you opened it. Yours is not saved." in text
    assert 'value="50"' in page.content.decode()
    draft.refresh_from_db()
    assert (draft.gap_max, draft.gap_lapse) == (35, 42)

    assert client.post(url("protocol-edit", draft), mine).status_code == 409
    assert client.post(url("protocol-edit", draft), mine | {"over": "2"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.gap_max, draft.gap_lapse, draft.revision) == (28, 50, 3)


def test_a_published_version_has_no_form(cast: Cast, as_: As) -> None:
    answer = as_(cast.mina).get(url("protocol-edit", cast.glycolic))
    assert answer.headers["Location"] == url("protocol", cast.glycolic)


# From draft to published -------------------------------------------------------------------------


def test_approving_what_has_changed_meanwhile_is_refused(cast: Cast, as_: As) -> None:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    page = as_(cast.cole).post(url("protocol-approve", draft), {"revision": "1"}, follow=True)
    assert "Mina changed this draft after you opened it. Nothing is done: look again." in words(
        page.content.decode()
    )
    for nonsense in ("", "x", "9" * 30):
        as_(cast.cole).post(url("protocol-approve", draft), {"revision": nonsense})
    draft.refresh_from_db()
    assert draft.approved_at is None
    as_(cast.cole).post(url("protocol-approve", draft), {"revision": "2"})
    draft.refresh_from_db()
    assert draft.approved_by == cast.cole


def test_the_manager_publishes_what_is_approved(cast: Cast, as_: As) -> None:
    draft = begin(cast)
    save(cast, draft, wider(draft))
    client = as_(cast.mina)
    page = client.post(url("protocol-publish", draft), {"revision": "2"}, follow=True)
    assert "A clinician approves the version before it is published." in page.content.decode()
    approve(cast, draft, 2)
    page = client.post(url("protocol-publish", draft), {"revision": "2"}, follow=True)
    text = words(page.content.decode())
    assert "Version 2 is published. New courses take it; running ones keep theirs." in text
    assert cast.glycolic == draft
    assert "Dr Cole, Mon 30 Nov 2026" in text


def test_a_discarded_draft_has_a_way_back(cast: Cast, as_: As) -> None:
    draft = begin(cast)
    client = as_(cast.mina)
    page = client.post(url("protocol-discard", draft), follow=True)
    assert f'action="{url("protocol-bring-back", draft)}"' in page.content.decode()
    assert "discarded by Mina" in words(page.content.decode())
    client.post(url("protocol-bring-back", draft))
    draft.refresh_from_db()
    assert draft.discarded_at is None
    assert NOW + timedelta(0) == draft.saved_at
