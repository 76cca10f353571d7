"""The cheapest way through layers, against every way there is."""

from collections.abc import Sequence
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from clinic.scheduling.paths import FAR, Layer, Network, Path, Step
from clinic.scheduling.pruning import Pruning

DAYS = 6
PRICES = st.lists(st.sampled_from([FAR, FAR, 0, 0, 1, 2, 5]), min_size=DAYS, max_size=DAYS)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    people = st.sets(st.integers(1, 3), max_size=3)
    gaps = st.lists(st.integers(0, 4), min_size=1, max_size=3)
    layers = [
        Layer(
            {person: draw(PRICES) for person in sorted(draw(people))},
            draw(st.sampled_from(SPANS)),
            draw(gaps),
            draw(st.integers(1, 2)),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    fixed = draw(st.sampled_from([0, 0, 1]))
    return Network(layers, draw(PRICES), draw(st.integers(0, 3)), fixed)


SPANS = [range(DAYS), range(DAYS), range(1, DAYS), range(DAYS - 1), range(-2), range(1, -1)]


@given(networks(), st.data())
def test_the_path_is_the_first_of_the_cheapest(network: Network, data: st.DataObject) -> None:
    days = st.integers(0, DAYS - 1)
    same_length = st.lists(days, min_size=len(network.layers), max_size=len(network.layers))
    unlike = data.draw(st.lists(same_length, max_size=2))
    every = [path for path in all_paths(network) if is_unlike(path, unlike, network.most_shared)]
    assert network.cheapest(unlike) == min(every, default=None)


def test_a_path_through_one_layer_is_its_cheapest_node() -> None:
    network = Network([Layer({1: [4, 0], 2: [3, 9]}, range(2))], [1, 5], 0)
    assert network.cheapest() == Path(4, ((0, 2),))
    assert network.cheapest(unlike=[[0]]) == Path(5, ((1, 1),))
    assert network.cheapest(unlike=[[0], [1]]) is None


def test_a_change_of_person_has_its_price() -> None:
    layers = [Layer({1: [0, FAR]}, range(1)), Layer({1: [FAR, 5], 2: [FAR, 3]}, range(1, 2), [0])]
    assert Network(layers, [0, 0], handover=1).cheapest() == Path(4, ((0, 1), (1, 2)))
    assert Network(layers, [0, 0], handover=2).cheapest() == Path(5, ((0, 1), (1, 1)))
    assert Network(layers, [0, 0], handover=3).cheapest() == Path(5, ((0, 1), (1, 1)))


def test_a_dearer_way_to_a_node_is_kept_while_it_shares_fewer_days() -> None:
    """The cheap way to day 2 has used up the one day that may be shared; day 3 needs it."""
    layers = [
        Layer({1: [0, 0, FAR, FAR]}, range(4)),
        Layer({1: [FAR, FAR, 0, FAR]}, range(4), [0, 0]),
        Layer({1: [FAR, FAR, FAR, 0]}, range(4), [0, 0]),
    ]
    network = Network(layers, [0, 1, FAR, FAR], 0)
    assert network.cheapest() == Path(0, ((0, 1), (2, 1), (3, 1)))
    assert network.cheapest(unlike=[[0, 0, 3]]) == Path(1, ((1, 1), (2, 1), (3, 1)))


def test_a_layer_without_nodes_ends_every_path() -> None:
    node = Layer({1: [0, 0, 0]}, range(3), [0])
    assert Network([node, Layer({}, range(3), [0]), node], [0] * 3, 0).cheapest() is None


def test_a_layer_that_ends_before_the_first_day_ends_every_path() -> None:
    """Such as the last one of a series that must be sooner than there is time for."""
    prices = {1: [0, 0, 0]}
    first, last = Layer(prices, range(3)), Layer(prices, range(-1), [7])
    assert Network([first, last], [0] * 3, 0).cheapest() is None


def test_only_those_are_looked_at_who_are_somewhere_cheaper_than_anybody_before_them() -> None:
    """The second is as dear as the first, the third cheaper on one day, the fourth on a day that no
    path of that price can lie on."""
    row = {1: [0, 1, 9], 2: [0, 1, 9], 3: [2, 0, 9], 4: [0, 1, 5]}
    layers = [Layer(row, range(2)), Layer(row, range(1, 3), [0, 9])]
    kept = Pruning(layers, [0, 0, FAR], handover=2).layers(1)
    assert [layer.nodes for layer in kept] == [
        {1: [0, FAR, FAR], 3: [FAR, FAR, FAR]},
        {1: [FAR, 1, FAR], 3: [FAR, 0, FAR]},
    ]


def all_paths(network: Network) -> list[Path]:
    nodes = [
        [
            (day, person)
            for person, prices in layer.nodes.items()
            for day in layer.days
            if prices[day] < FAR
        ]
        for layer in network.layers
    ]
    paths = (Path(price(network, steps), steps) for steps in product(*nodes))
    return [path for path in paths if path.cost < FAR]


def price(network: Network, steps: Sequence[Step]) -> int:
    total = network.entry[steps[0][0]]
    for layer, (day, person) in zip(network.layers, steps, strict=True):
        total += layer.nodes[person][day]
    for layer, ((day, person), (next_day, next_person)) in zip(
        network.layers[1:], pairwise(steps), strict=True
    ):
        at = next_day - day - layer.shortest
        total += layer.gaps[at] if 0 <= at < len(layer.gaps) else FAR
        total += network.handover * (person != next_person)
    return total


def is_unlike(path: Path, unlike: Sequence[Sequence[int]], most_shared: int) -> bool:
    days = [day for day, _ in path.steps]
    shared = [sum(a == b for a, b in zip(days, other, strict=True)) for other in unlike]
    return all(n <= most_shared for n in shared)
