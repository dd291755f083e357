"""One key is far more popular than all others: how busy is its shard, and which remedy helps?

    >>> from scalelab.models.storage.hot_key import simulate
    >>> round(simulate("Nothing", share=0.1, shards=10, utilisation=0.6).utilisation, 2)
    1.14
    >>> split, copied = (simulate(name, share=0.1).utilisation for name in REMEDIES[2:4])
    >>> copied < 1 < split
    True

The closed forms of the same model are in `scalelab.theory.storage.hot_key`.
"""

from dataclasses import dataclass

from scalelab.kernels.storage.hot_key import hot_key
from scalelab.models.check import one_of, within

REMEDIES = ("Nothing", "Weigh the shards", "Split the writes", "Copy the key", "Cache it")
PLACEMENTS = ("Where their hash says", "On different shards")


@dataclass(frozen=True)
class HotKey:
    """Result of `simulate`.

    ``utilisation`` is that of the busiest shard, above 1 it is overloaded: mean over the
    placements, and ``low`` and ``high``, which one placement in twenty is below and above.
    ``busiest`` is its load as a multiple of the mean load of a shard without remedy, ``work`` the
    work of all shards as a multiple of that without remedy, ``mean_utilisation`` their utilisation
    then, and ``carries`` the share of requests that the key can have before a shard is overloaded.
    """

    utilisation: float
    low: float
    high: float
    busiest: float
    work: float
    mean_utilisation: float
    carries: float


def simulate(
    remedy: str,
    share: float = 0.1,
    shards: int = 10,
    read_share: float = 0.9,
    utilisation: float = 0.6,
    parts: int = 10,
    placement: str = PLACEMENTS[0],
    cache_s: float = 1.0,
    servers: int = 20,
    request_rate: float = 10_000.0,
    n_runs: int = 1000,
    seed: int = 1,
) -> HotKey:
    """The busiest shard when one key takes a large share of all requests.

    Parameters
    ----------
    remedy : one of `REMEDIES`. "Weigh the shards": the shard of the hot key gets fewer of the
        small keys, down to none. "Split the writes": the key becomes ``parts`` sub-keys; a write
        goes to one of them at random, a read gathers all (counters, stock). "Copy the key":
        ``parts`` copies; a read takes one at random, a write goes to all. "Cache it": each
        application server keeps the value for ``cache_s`` seconds after it has fetched it.
    share : share of all requests that are for the hot key, 0 to 1.
    shards : 1 to 10,000.
    read_share : share of the hot key's requests that are reads, 0 to 1.
    utilisation : mean utilisation of the shards without remedy, 0.01 to 0.99.
    parts : sub-keys or copies, 1 to 10,000.
    placement : one of `PLACEMENTS`, for sub-keys and copies. By hash, two can share a shard.
    cache_s : 0 to 86,400 s; readers see values that are up to that old.
    servers : application servers, among which reads are spread evenly, 1 to 100,000.
    request_rate : all requests a second, 0.01 to 1e9; matters to the cache only.
    n_runs : placements, that is hash functions, that are tried, 1 to 1,000,000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Leaves out: that small keys are uneven too, writes that cost more than reads, copies that are
    written late (so that reads are old), sub-reads that share a round trip, the time that gathering
    takes (the slowest part decides), queueing, and more than one hot key.
    """
    for name, value, allowed in (
        ("remedy", remedy, REMEDIES), ("placement", placement, PLACEMENTS),
    ):  # fmt: skip
        one_of(name, value, allowed)
    within("share", share, 0.0, 1.0, advice="a share, not a percentage")
    within("shards", shards, 1, 10_000)
    within("read_share", read_share, 0.0, 1.0, advice="a share, not a percentage")
    within("utilisation", utilisation, 0.01, 0.99, advice="a share, not a percentage")
    within("parts", parts, 1, 10_000)
    within("cache_s", cache_s, 0.0, 86_400.0, "s")
    within("servers", servers, 1, 100_000)
    within("request_rate", request_rate, 0.01, 1e9, "requests/s")
    within("n_runs", n_runs, 1, 1_000_000)
    table = hot_key(
        1 << REMEDIES.index(remedy), float(share), int(shards), float(read_share),
        float(utilisation), int(parts), PLACEMENTS.index(placement), float(cache_s), int(servers),
        float(request_rate), int(n_runs), 0, int(seed),
    )  # fmt: skip
    return HotKey(*(float(x) for x in table[0, 2:9]))
