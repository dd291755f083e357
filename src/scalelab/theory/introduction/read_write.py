"""Reads and writes on n servers in closed form: Amdahl's law, with another share each time.

Of the requests a share g writes. A read takes one unit of work, a write zeta of them, and one
server does C units a second, so that it carries X_1 = C / (1 - g + g zeta). The part of its work
that is writes is w = g zeta / (1 - g + g zeta).

- *Replicas*: each applies every write at f of its work, the rest is divided:
  X(n) / X_1 = n / (1 + f w (n - 1)), and never more than 1 / w, when the primary does nothing but
  write.
- *Shards*: a share G of the reads asks all of them, the rest is divided:
  X(n) / X_1 = n / (1 + G (1 - w) (n - 1)).
- *A cache* takes h of the reads: X / X_1 = 1 / (1 - h (1 - w)), whatever n is.

The first two are the law of G. M. Amdahl, "Validity of the single processor approach to achieving
large scale computing capabilities", AFIPS 30, 1967, in the form of N. J. Gunther, "Guerrilla
Capacity Planning", Springer, 2007, chapter 4, with f w and G (1 - w) for the contention. The cap on
replicas is the utilisation law for the primary (P. J. Denning and J. P. Buzen, "The operational
analysis of queueing network models", ACM Computing Surveys 10(3), 1978).
"""

import math
from dataclasses import dataclass

from scalelab.theory.introduction.usl import limit, throughput


@dataclass(frozen=True)
class Shop:
    """``write_share`` g, ``write_cost`` zeta, ``apply_share`` f, ``hit_ratio`` h,
    ``scatter_share`` G."""

    write_share: float
    write_cost: float = 2.0
    apply_share: float = 0.5
    hit_ratio: float = 0.8
    scatter_share: float = 0.02

    @property
    def work(self) -> float:
        """Of a mean request, in reads."""
        return 1.0 - self.write_share + self.write_share * self.write_cost

    @property
    def writes(self) -> float:
        """w, the part of one server's work that is writes."""
        return self.write_share * self.write_cost / self.work

    @property
    def contention_of_replicas(self) -> float:
        return self.apply_share * self.writes

    @property
    def contention_of_shards(self) -> float:
        return self.scatter_share * (1.0 - self.writes)

    @property
    def most_of_replicas(self) -> float:
        """Times one server; with or without a cache, which does not take a write either."""
        return 1.0 / self.writes

    @property
    def most_of_shards(self) -> float:
        return limit(self.contention_of_shards, 1.0)

    def replicas(self, n: int) -> float:
        """Times one server that a primary and n - 1 replicas carry, all of which read."""
        return min(throughput(n, self.contention_of_replicas, 0.0, 1.0), self.most_of_replicas)

    def shards(self, n: int) -> float:
        return throughput(n, self.contention_of_shards, 0.0, 1.0)

    def cache(self) -> float:
        """One database behind as many caches as it takes."""
        return 1.0 / (1.0 - self.hit_ratio * (1.0 - self.writes))

    @property
    def behind(self) -> "Shop":
        """What reaches the databases when a cache answers its share of the reads."""
        left = (1.0 - self.write_share) * (1.0 - self.hit_ratio)
        share = self.write_share / (left + self.write_share)
        return Shop(share, self.write_cost, self.apply_share, 0.0, self.scatter_share)

    def cache_and_replicas(self, databases: int) -> float:
        return self.cache() * self.behind.replicas(databases)

    def cache_and_shards(self, databases: int) -> float:
        return self.cache() * self.behind.shards(databases)

    def lookups_carried(self, caches: int, lookup_cost: float) -> float:
        """Times one server at which the caches are full; a miss is stored, a write removes."""
        operations = (1.0 - self.write_share) * (2.0 - self.hit_ratio) + self.write_share
        return caches * self.work / (operations * lookup_cost)


def even_share(scatter_share: float, apply_share: float, write_cost: float) -> float:
    """Share of writes at which replicas and shards carry the same, whatever their number.

    Where f w = G (1 - w): below it replicas carry more. As long as the primary is not full.
    """
    undivided = scatter_share + apply_share * write_cost
    return scatter_share / undivided if undivided > 0.0 else math.nan
