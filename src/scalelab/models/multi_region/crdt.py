"""Data types whose copies can be merged in any order: conflict-free replicated data types (CRDTs).

Each is an immutable state. An update gives a new state; a region sends its state to the others, and
they `merge` it with theirs. Merging is commutative, associative and idempotent, so that regions
that have heard of the same updates agree, in whatever order and however often they heard of them
(M. Shapiro, N. Preguiça, C. Baquero and M. Zawirski, "Conflict-free replicated data types", SSS
2011). The types are those of the same authors' "A comprehensive study of convergent and commutative
replicated data types", INRIA RR-7506, 2011, here "the report".

    >>> home, away = ORSet().add("shoes", tag=(0, 1)), ORSet()
    >>> away = away.merge(home)
    >>> removed, added = home.remove("shoes"), away.add("shoes", tag=(1, 1))
    >>> sorted(removed.merge(added).value)
    ['shoes']

What they leave out: networks, and the collection of tombstones once everybody has seen them. They
are written to be read and tested, not to be fast.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import reduce
from typing import Generic, TypeVar

Counts = frozenset[tuple[int, int]]
Value = TypeVar("Value", bound=Hashable)


def _largest(a: Counts, b: Counts) -> Counts:
    """By replica, the larger of two counts."""
    counts = dict(a)
    for replica, count in b:
        counts[replica] = max(counts.get(replica, 0), count)
    return frozenset(counts.items())


def _raised(counts: Counts, replica: int, by: int) -> Counts:
    if by < 0:
        raise ValueError(f"by is {by}, allowed is 0 or more; a PNCounter can be decremented")
    return frozenset((dict(counts) | {replica: dict(counts).get(replica, 0) + by}).items())


@dataclass(frozen=True)
class GCounter:
    """Grow-only counter: each replica counts its own increments (the report's specification 6)."""

    counts: Counts = frozenset()

    def increment(self, replica: int, by: int = 1) -> "GCounter":
        return GCounter(_raised(self.counts, replica, by))

    def merge(self, other: "GCounter") -> "GCounter":
        return GCounter(_largest(self.counts, other.counts))

    @property
    def value(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class PNCounter:
    """Counter that goes up and down: two grow-only counters (the report's specification 7).

    It may go below zero, whatever its users agreed upon: no replica knows all decrements.
    """

    ups: GCounter = GCounter()
    downs: GCounter = GCounter()

    def increment(self, replica: int, by: int = 1) -> "PNCounter":
        return PNCounter(self.ups.increment(replica, by), self.downs)

    def decrement(self, replica: int, by: int = 1) -> "PNCounter":
        return PNCounter(self.ups, self.downs.increment(replica, by))

    def merge(self, other: "PNCounter") -> "PNCounter":
        return PNCounter(self.ups.merge(other.ups), self.downs.merge(other.downs))

    @property
    def value(self) -> int:
        return self.ups.value - self.downs.value


@dataclass(frozen=True)
class LWWRegister(Generic[Value]):
    """Value with a time; the later one stays (the report's specification 8).

    Of equal times that of the greater replica stays, so that all decide alike. One replica must
    not use a time twice for different values.
    """

    value: Value | None = None
    stamp: float = float("-inf")
    replica: int = -1

    def assign(self, value: Value, stamp: float, replica: int) -> "LWWRegister[Value]":
        """Write a value. If what is there is later, the write is without effect."""
        return self.merge(LWWRegister(value, stamp, replica))

    def merge(self, other: "LWWRegister[Value]") -> "LWWRegister[Value]":
        return max(self, other, key=lambda register: (register.stamp, register.replica))


@dataclass(frozen=True)
class ORSet(Generic[Value]):
    """Observed-remove set: each addition has a tag of its own, a removal takes those it has seen.

    So an addition wins over a removal made at the same time elsewhere (the report's specification
    15, there with operations; here the state of the same thing, with tombstones).
    """

    added: frozenset[tuple[Value, Hashable]] = frozenset()
    removed: frozenset[tuple[Value, Hashable]] = frozenset()

    def add(self, element: Value, tag: Hashable) -> "ORSet[Value]":
        """``tag``: never used before, anywhere; a replica and its count will do."""
        return ORSet(self.added | {(element, tag)}, self.removed)

    def remove(self, element: Value) -> "ORSet[Value]":
        return ORSet(self.added, self.removed | {pair for pair in self.live if pair[0] == element})

    def merge(self, other: "ORSet[Value]") -> "ORSet[Value]":
        return ORSet(self.added | other.added, self.removed | other.removed)

    @property
    def live(self) -> frozenset[tuple[Value, Hashable]]:
        """Additions, with their tags, that nobody who saw them has removed."""
        return self.added - self.removed

    @property
    def value(self) -> frozenset[Value]:
        return frozenset(element for element, _ in self.live)


@dataclass(frozen=True)
class VersionVector:
    """How many updates of each replica a version knows.

    D. S. Parker et al., "Detection of mutual inconsistency in distributed systems", IEEE
    Transactions on Software Engineering SE-9(3), 1983.
    """

    counts: Counts = frozenset()

    def increment(self, replica: int) -> "VersionVector":
        return VersionVector(_raised(self.counts, replica, 1))

    def merge(self, other: "VersionVector") -> "VersionVector":
        return VersionVector(_largest(self.counts, other.counts))

    def knows(self, other: "VersionVector") -> bool:
        """Whether it has all updates that the other one has."""
        mine = dict(self.counts)
        return all(mine.get(replica, 0) >= count for replica, count in other.counts)

    def concurrent(self, other: "VersionVector") -> bool:
        return not self.knows(other) and not other.knows(self)


@dataclass(frozen=True)
class MVRegister(Generic[Value]):
    """Register that keeps all values written in ignorance of each other, its siblings.

    The report's specification 10; what to make of the siblings is left to the reader, as in Dynamo
    (G. DeCandia et al., SOSP 2007, section 4.4).
    """

    siblings: frozenset[tuple[VersionVector, Value]] = field(default=frozenset())

    def assign(self, value: Value, replica: int) -> "MVRegister[Value]":
        """Write a value in place of all siblings that are there."""
        known = reduce(VersionVector.merge, (v for v, _ in self.siblings), VersionVector())
        return MVRegister(frozenset({(known.increment(replica), value)}))

    def merge(self, other: "MVRegister[Value]") -> "MVRegister[Value]":
        both = self.siblings | other.siblings
        return MVRegister(frozenset(
            (version, value) for version, value in both
            if not any(v != version and v.knows(version) for v, _ in both)
        ))  # fmt: skip

    @property
    def values(self) -> frozenset[Value]:
        return frozenset(value for _, value in self.siblings)
