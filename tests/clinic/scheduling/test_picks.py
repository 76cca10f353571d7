"""Who was picked serves a need of their own."""

from clinic.scheduling.picks import narrowed


def test_nobody_picked_leaves_everybody() -> None:
    assert narrowed([[1, 2], [3]], []) == [[[1, 2], [3]]]


def test_the_need_of_the_picked_one_is_served_by_nobody_else() -> None:
    assert narrowed([[1, 2], [3, 4]], [4]) == [[[1, 2], (4,)]]


def test_one_who_could_serve_two_needs_may_serve_either() -> None:
    assert narrowed([[1, 2], [1, 3]], [1]) == [[(1,), [1, 3]], [[1, 2], (1,)]]


def test_two_picked_ones_never_share_a_need() -> None:
    assert narrowed([[1, 2], [1, 2, 3]], [1, 2]) == [[(1,), (2,)], [(2,), (1,)]]
    assert narrowed([[1, 2]], [1, 2]) == []


def test_one_who_can_serve_nothing_leaves_no_way() -> None:
    assert narrowed([[1, 2], [3]], [5]) == []
