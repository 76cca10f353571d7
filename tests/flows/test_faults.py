"""The quick part of `make faults`: senders die, clocks tick twice or are wrong, rows are poison."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.faults import scenarios
from bench.faults.rig import Finding, Rig, rig
from tests.flows.running import database_url

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

LETTERS = 60
# the least that each scenario makes of itself
QUICK = 0.01

Scenario = Callable[[Rig, float], Iterator[Finding]]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Rig]:
    """The rig on this test's own database; what it sets ends with the test."""
    settings.QUIET_HOURS = settings.QUIET_HOURS
    monkeypatch.setenv("DATABASE_URL", database_url())
    with rig(LETTERS) as found:
        yield found


@pytest.mark.parametrize(
    "scenario",
    [
        scenarios.killed_at_each_point,
        scenarios.two_clocks,
        scenarios.poison,
        scenarios.wrong_clock,
    ],
    ids=lambda scenario: scenario.__name__,
)
def test_nothing_is_lost_doubled_or_wrong(made: Rig, scenario: Scenario) -> None:
    found = list(scenario(made, QUICK))
    assert found
    assert [each for each in found if not each.holds] == []
