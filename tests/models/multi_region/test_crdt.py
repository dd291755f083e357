"""The laws of merging, and what each type promises."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalelab.models.multi_region.crdt import (
    GCounter,
    LWWRegister,
    MVRegister,
    ORSet,
    PNCounter,
    VersionVector,
)

N = 3
Step = tuple[Any, ...]
Update = Callable[[Any, int, int, Step], Any]


def count(state: GCounter, replica: int, number: int, step: Step) -> GCounter:
    return state.increment(replica, step[1])


def count_both_ways(state: PNCounter, replica: int, number: int, step: Step) -> PNCounter:
    return state.decrement(replica, step[1]) if step[2] else state.increment(replica, step[1])


def assign(state: LWWRegister[int], replica: int, number: int, step: Step) -> LWWRegister[int]:
    """Few times, so that some are equal; the value says who wrote what, and when."""
    stamp = 4.0 * step[1] + number / 1000
    return state.assign(number, stamp if step[2] else float(step[1]) + 100 * replica, replica)


def change(state: ORSet[int], replica: int, number: int, step: Step) -> ORSet[int]:
    return state.remove(step[1]) if step[2] else state.add(step[1], (replica, number))


def know(state: VersionVector, replica: int, number: int, step: Step) -> VersionVector:
    return state.increment(replica)


def write(state: MVRegister[int], replica: int, number: int, step: Step) -> MVRegister[int]:
    return state.assign(number, replica)


KINDS: list[tuple[Any, Update]] = [
    (GCounter(), count), (PNCounter(), count_both_ways), (LWWRegister[int](), assign),
    (ORSet[int](), change), (VersionVector(), know), (MVRegister[int](), write),
]  # fmt: skip
every_type = pytest.mark.parametrize(
    ("empty", "update"), KINDS, ids=[type(empty).__name__ for empty, _ in KINDS]
)
# Who does it, what (a small number and a yes or no), and from whom news comes first.
histories = st.lists(
    st.tuples(
        st.integers(0, N - 1), st.integers(0, 3), st.booleans(), st.integers(0, N - 1),
    ),
    max_size=12,
)  # fmt: skip


def replay(empty: Any, update: Update, history: list[tuple[int, int, bool, int]]) -> list[Any]:
    """What three replicas have after a history in which they hear of each other at random."""
    states = [empty] * N
    for number, (replica, amount, flag, source) in enumerate(history):
        states[replica] = states[replica].merge(states[source])
        states[replica] = update(states[replica], replica, number, (replica, amount, flag))
    return states


@every_type
@settings(max_examples=60, deadline=None)
@given(history=histories)
def test_merging_is_commutative_associative_and_idempotent(
    empty: Any, update: Update, history: list[tuple[int, int, bool, int]]
) -> None:
    a, b, c = replay(empty, update, history)
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(a) == a
    assert a.merge(b).merge(b) == a.merge(b)
    assert a.merge(empty) == empty.merge(a) == a


@every_type
@settings(max_examples=60, deadline=None)
@given(history=histories, order=st.permutations(range(N)), twice=st.lists(st.integers(0, N - 1)))
def test_replicas_that_have_heard_of_everything_agree(
    empty: Any, update: Update, history: list[tuple[int, int, bool, int]], order: list[int],
    twice: list[int],
) -> None:  # fmt: skip
    """In whatever order, and however often they hear of the same state."""
    states = replay(empty, update, history)
    everything = reduce(lambda x, y: x.merge(y), states)
    heard = reduce(lambda x, y: x.merge(y), [states[i] for i in [*order, *twice]])
    assert heard == everything


@every_type
@settings(max_examples=40, deadline=None)
@given(history=histories, step=st.tuples(st.integers(0, 3), st.booleans()))
def test_states_only_grow(
    empty: Any, update: Update, history: list[tuple[int, int, bool, int]], step: tuple[int, bool]
) -> None:
    """An update is above what it was made upon, so that merging the old state changes nothing."""
    state = replay(empty, update, history)[0]
    later = update(state, 0, len(history), (0, *step))
    assert later.merge(state) == later


@settings(max_examples=80, deadline=None)
@given(histories)
def test_counters_count(history: list[tuple[int, int, bool, int]]) -> None:
    up = reduce(lambda x, y: x.merge(y), replay(GCounter(), count, history))
    assert up.value == sum(amount for _, amount, _, _ in history)
    both = reduce(lambda x, y: x.merge(y), replay(PNCounter(), count_both_ways, history))
    assert both.value == sum(-amount if down else amount for _, amount, down, _ in history)


def test_a_counter_does_not_go_backwards() -> None:
    with pytest.raises(ValueError, match=r"by is -1, allowed is 0 or more"):
        GCounter().increment(0, -1)
    with pytest.raises(ValueError, match=r"by is -2"):
        PNCounter().decrement(0, -2)


def test_two_who_take_the_same_piece_take_two() -> None:
    """A counter converges, and is still not what anybody meant."""
    home = PNCounter().increment(0)
    away = PNCounter().merge(home)
    both = home.decrement(0).merge(away.decrement(1))
    assert both.value == -1
    assert both.increment(0).value == 0


@settings(max_examples=80, deadline=None)
@given(histories)
def test_a_register_keeps_the_greatest_time(history: list[tuple[int, int, bool, int]]) -> None:
    states = replay(LWWRegister[int](), assign, history)
    everything = reduce(lambda x, y: x.merge(y), states)
    written = [
        assign(LWWRegister[int](), replica, number, (replica, amount, flag))
        for number, (replica, amount, flag, _) in enumerate(history)
    ]
    if written:
        greatest = max((one.stamp, one.replica) for one in written)
        assert (everything.stamp, everything.replica) == greatest
        assert everything.value in {
            one.value for one in written if (one.stamp, one.replica) == greatest
        }


def test_equal_times_go_to_the_greater_replica() -> None:
    a, b = LWWRegister[str]().assign("a", 5.0, 0), LWWRegister[str]().assign("b", 5.0, 1)
    assert a.merge(b).value == b.merge(a).value == "b"
    assert a.assign("late", 4.0, 1).value == "a"


def test_an_addition_wins_over_a_removal_that_has_not_seen_it() -> None:
    home = ORSet[str]().add("shoes", (0, 0))
    away = ORSet[str]().merge(home)
    removed = home.remove("shoes")
    assert removed.value == frozenset()
    assert removed.merge(away).value == frozenset()
    assert removed.merge(away.add("shoes", (1, 0))).value == {"shoes"}
    # It can be bought again, and removed by those who have seen that.
    again = removed.add("shoes", (0, 1))
    assert again.value == {"shoes"}
    assert again.remove("shoes").merge(away).value == frozenset()


@settings(max_examples=80, deadline=None)
@given(histories)
def test_a_set_has_what_nobody_who_saw_it_removed(
    history: list[tuple[int, int, bool, int]],
) -> None:
    everything = reduce(lambda x, y: x.merge(y), replay(ORSet[int](), change, history))
    # By hand: who knows which additions, and which of these have been removed by one who did.
    knows: list[set[int]] = [set() for _ in range(N)]
    gone: set[int] = set()
    gone_at: list[set[int]] = [set() for _ in range(N)]
    for number, (replica, element, removes, source) in enumerate(history):
        knows[replica] |= knows[source]
        gone_at[replica] |= gone_at[source]
        if removes:
            taken = {p for p in knows[replica] - gone_at[replica] if history[p][1] == element}
            gone |= taken
            gone_at[replica] |= taken
        else:
            knows[replica].add(number)
    alive = {n for n, step in enumerate(history) if not step[2]} - gone
    assert {tag[1] for _, tag in everything.live} == alive
    assert everything.value == {history[n][1] for n in alive}


def test_version_vectors_tell_before_from_beside() -> None:
    first = VersionVector().increment(0)
    second, beside = first.increment(0), first.increment(1)
    assert second.knows(first)
    assert not first.knows(second)
    assert second.concurrent(beside)
    assert not second.concurrent(second)
    assert second.merge(beside).knows(second)


def test_siblings_stay_until_somebody_writes() -> None:
    home = MVRegister[str]().assign("one", 0)
    away = MVRegister[str]().merge(home).assign("two", 1)
    assert home.merge(away).values == {"two"}
    both = home.assign("three", 0).merge(away)
    assert both.values == {"two", "three"}
    assert both.assign("settled", 1).merge(both).values == {"settled"}
