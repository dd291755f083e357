"""The same updates and exchanges give the same values as in packages that others have written.

pycrdt (Yjs' types, in Rust): an array whose elements are removed by those who see them is an OR-set
of pieces. crdts: its register. python3-crdt: its G-counter and its OR-set; a PN-counter is two of
the former (its own class calls itself without end). Not compared: crdts' counters, which keep the
larger of two totals and so forget increments made at the same time, and its OR-set, which goes by
times and not by what a removal has seen.
"""

import copy
from collections import Counter

import crdts
import pycrdt
from hypothesis import given, settings
from hypothesis import strategies as st
from py3crdt import gcounter, orset

from scalelab.models.multi_region.crdt import GCounter, LWWRegister, ORSet, PNCounter

N = 3
History = list[tuple[int, int, bool, int]]
# Which replica, an element or amount, whether it removes, and whom it has heard of before.
histories = st.lists(
    st.tuples(st.integers(0, N - 1), st.integers(0, 3), st.booleans(), st.integers(0, N - 1)),
    max_size=25,
)  # fmt: skip
PAIRS = [(a, b) for _ in range(2) for a in range(N) for b in range(N) if a != b]


@settings(max_examples=60, deadline=None)
@given(histories)
def test_pycrdt_has_the_same_pieces(history: History) -> None:
    ours = [ORSet[int]()] * N
    docs = [pycrdt.Doc() for _ in range(N)]
    theirs = [doc.get("cart", type=pycrdt.Array) for doc in docs]

    def hear(at: int, of: int) -> None:
        docs[at].apply_update(docs[of].get_update(docs[at].get_state()))
        ours[at] = ours[at].merge(ours[of])

    for number, (at, element, removes, of) in enumerate(history):
        hear(at, of)
        if removes:
            ours[at] = ours[at].remove(element)
            for i in reversed(range(len(theirs[at]))):
                if theirs[at][i] == element:
                    del theirs[at][i]
        else:
            ours[at] = ours[at].add(element, number)
            theirs[at].append(element)
    for at, of in PAIRS:
        hear(at, of)
    for mine, other in zip(ours, theirs, strict=True):
        assert Counter(element for element, _ in mine.live) == Counter(map(int, other))


@settings(max_examples=60, deadline=None)
@given(histories, st.permutations(range(25)))
def test_crdts_keeps_the_same_write(history: History, order: list[int]) -> None:
    """Any order of arrival. Times may be equal in two regions, not in one."""
    writes = {(stamp, at): number for number, (at, stamp, _, _) in enumerate(history)}
    register = crdts.LWWRegister("cart", 0, last_writer=-1)
    ours = LWWRegister[int](0, 0.0, -1)
    messages = list(writes.items())
    for (stamp, at), number in [messages[i] for i in order if i < len(messages)]:
        ours = ours.merge(LWWRegister(number, float(stamp), at))
        register.update(crdts.StateUpdate(register.clock.uuid, stamp, (at, number)))
        assert register.read() == ours.value


@settings(max_examples=60, deadline=None)
@given(histories)
def test_python3_crdt_counts_the_same(history: History) -> None:
    grown, both = [GCounter()] * N, [PNCounter()] * N
    ups, downs = ([gcounter.GCounter(r) for r in range(N)] for _ in range(2))
    for counter in ups + downs:
        for r in range(N):
            counter.add_new_node(r)

    def hear(at: int, of: int) -> None:
        grown[at], both[at] = grown[at].merge(grown[of]), both[at].merge(both[of])
        ups[at].merge(ups[of])
        downs[at].merge(downs[of])

    for at, amount, removes, of in history:
        hear(at, of)
        for _ in range(amount):
            (downs if removes else ups)[at].inc(at)
        both[at] = both[at].decrement(at, amount) if removes else both[at].increment(at, amount)
        grown[at] = grown[at].increment(at, 0 if removes else amount)
    for at, of in PAIRS:
        hear(at, of)
    for r in range(N):
        assert grown[r].value == ups[r].query()
        assert both[r].value == ups[r].query() - downs[r].query()


@settings(max_examples=60, deadline=None)
@given(histories)
def test_python3_crdt_has_the_same_elements(history: History) -> None:
    ours = [ORSet[int]()] * N
    theirs = [orset.ORSet(r) for r in range(N)]

    def hear(at: int, of: int) -> None:
        ours[at] = ours[at].merge(ours[of])
        # A copy: its merge shares lists of tags with the other replica.
        theirs[at].merge(copy.deepcopy(theirs[of]))

    for number, (at, element, removes, of) in enumerate(history):
        hear(at, of)
        if removes:
            ours[at] = ours[at].remove(element)
            # Removing from an empty set would leave it broken.
            if theirs[at].A:
                theirs[at].remove(element)
        else:
            ours[at] = ours[at].add(element, number)
            theirs[at].add(element, number)
    for at, of in PAIRS:
        hear(at, of)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.value == {element for element in range(4) if other.query(element)}
