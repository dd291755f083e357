"""Replicas, a cache or shards: how many requests do these servers carry?

    >>> from scalelab.models.introduction.read_write import carried
    >>> round(carried("Replicas", 1, 0.1).requests), round(carried("Replicas", 16, 0.1).requests)
    (909, 5000)
    >>> [round(carried("Replicas", 16, g).gain, 1) for g in (0.01, 0.05, 0.1, 0.5)]
    [13.9, 9.3, 5.5, 1.5]
    >>> [round(carried("Shards", 16, g).gain, 1) for g in (0.01, 0.05, 0.1, 0.5)]
    [12.4, 12.6, 12.8, 14.5]
    >>> carried("Cache and replicas", 16, 0.1).most_gain
    5.5

The closed forms of the same model are in `scalelab.theory.introduction.read_write`.
"""

import math
from dataclasses import dataclass

from scalelab.kernels.introduction.read_write import read_write
from scalelab.models.check import one_of, within

MEANS = ("Replicas", "Cache", "Shards", "Cache and replicas", "Cache and shards")
# An assumption; a write twice as dear as a read is the example of the MySQL manual, chapter "FAQ:
# Replication".
WRITE_COST = 2.0


@dataclass(frozen=True)
class Carried:
    """Result of `carried`.

    ``requests`` a second at which the first server is full; ``gain`` is how many times what one
    server carries, and ``most_gain`` what no number of servers exceeds (infinity: no ceiling).
    ``caches`` of the servers are caches, the others databases; for "Cache" there is one database,
    and servers that neither need are idle.
    """

    requests: float
    gain: float
    most_gain: float
    caches: int


def carried(
    means: str,
    servers: int,
    write_share: float,
    write_cost: float = WRITE_COST,
    apply_share: float = 0.5,
    hit_ratio: float = 0.8,
    lookup_cost: float = 0.1,
    scatter_share: float = 0.02,
) -> Carried:
    """Equal servers, each of which can do 1,000 reads a second and nothing else.

    Parameters
    ----------
    means : what they are used as, one of `MEANS`. Where caches and databases share the servers,
        they are divided so that most is carried.
    servers : 1 to 1000. One alone is a database that does everything, whatever the means.
    write_share : share of the requests that write, 0.001 to 1.
    write_cost : work of a write, in reads, 0.1 to 100.
    apply_share : work of applying a write at a replica, of what executing it costs, 0 to 1.
    hit_ratio : share of the reads that the cache answers, 0 to 0.999.
    lookup_cost : work of a cache for one look-up, in reads of a database, 0.001 to 1. To store an
        answer, or to remove one that a write made old, costs as much.
    scatter_share : share of the reads that lack the shard key and ask every shard, 0 to 1.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    Leaves out: chance, so that a server is full at 100 % where a real one is slow long before;
    that answers of replicas and of caches can be old; keys that are asked for more than others,
    which make shards unequal and caches good; that writes lower the hit ratio when they are about
    what is read; memory, of which shards and caches add up and replicas do not; writes that
    concern more than one shard; the work of asking many shards and of joining their answers;
    failures, for which replicas are needed in any case; and what each of the means costs to build.
    """
    one_of("means", means, MEANS)
    within("servers", servers, 1, 1000)
    within("write_share", write_share, 0.001, 1.0, advice="a share, not a percentage")
    within("write_cost", write_cost, 0.1, 100.0, "reads")
    within("apply_share", apply_share, 0.0, 1.0, advice="a share of the work of executing it")
    within("hit_ratio", hit_ratio, 0.0, 0.999, advice="a share, not a percentage")
    within("lookup_cost", lookup_cost, 0.001, 1.0, "reads")
    within("scatter_share", scatter_share, 0.0, 1.0, advice="a share, not a percentage")
    table = read_write(
        float(write_share), int(servers), 1.0, float(write_cost), float(apply_share),
        float(hit_ratio), float(lookup_cost), float(scatter_share), int(servers), int(servers), 0,
    )  # fmt: skip
    row = [float(x) for x in table[MEANS.index(means)]]
    return Carried(row[4], row[5], row[7] if row[8] else math.inf, int(row[6]))
