from hypothesis import given, settings

from bench.series_reference import best_series
from clinic.scheduling.refusals import Refusal
from clinic.scheduling.series import *
from tests.strategies import series


@settings(max_examples=300, deadline=None)
@given(series())
def test_series_equals_brute_force(case):
    snapshot, request = case
    answer = propose(snapshot, request)
    expected = best_series(snapshot, request, Weights(), 3)
    if isinstance(answer, Refusal):
        assert expected == []
        assert answer.sentences
        return
    assert [p.cost for p in answer] == [e.cost for e in expected]
    assert [tuple(s.start for s in p.slots) for p in answer] == [tuple(o.start for o in e.options) for e in expected]
