"""Letters about visits of no course follow the newest version of a protocol."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import NOW, Cast
from tests.treatments.test_letters_alone import at, kinds, single
from tests.treatments.versions import draft_of
from treatments import tasks
from treatments.actions import course_messages, protocol_versions
from treatments.models import Protocol


def published(cast: Cast, modality: str, without: str) -> Protocol:
    """The next version of a protocol, without this letter."""
    draft = draft_of(Protocol.objects.get(modality=modality))
    draft.steps.filter(kind=without).update(is_on=False)
    Protocol.objects.filter(pk=draft.pk).update(approved_at=NOW, approved_by=cast.cole)
    return protocol_versions.publish(draft=draft, revision=draft.revision, by=cast.mina, now=NOW)


def test_a_new_version_of_its_protocol_plans_it_anew(cast: Cast, now: Any) -> None:
    visit = single(cast)
    assert "precare_3" in kinds(visit)
    version = published(cast, "extraction", without="precare_3")
    assert course_messages.replan_version(protocol=version, now=NOW) == 1
    assert tasks.replan_version.name == course_messages.REPLAN_VERSION
    assert "precare_3" not in kinds(visit)


@pytest.mark.parametrize("visits", [1, 4])
def test_publishing_waits_for_no_patient(
    cast: Cast, now: Any, visits: int, django_assert_num_queries: Any
) -> None:
    """A worker plans their letters again; each is held for as long as their own take."""
    for n in range(visits):
        single(cast, start=at(10 + 2 * n, 10))
    draft = draft_of(Protocol.objects.get(modality="extraction"))
    Protocol.objects.filter(pk=draft.pk).update(approved_at=NOW, approved_by=cast.cole)
    draft.refresh_from_db()
    with django_assert_num_queries(4):
        protocol_versions.publish(draft=draft, revision=draft.revision, by=cast.mina, now=NOW)


def test_what_no_worker_did_the_night_does(cast: Cast, now: Any) -> None:
    visit = single(cast)
    published(cast, "extraction", without="precare_3")
    assert course_messages.replan_all(now=NOW + timedelta(hours=17)) == 1
    assert "precare_3" not in kinds(visit)
