"""B-tree or LSM tree: what does an update cost in writes, a look-up in reads, the data in space?

    >>> from scalelab.models.storage.engine import simulate
    >>> small = {name: simulate(name, record_bytes=128).written for name in ENGINES}
    >>> small["B-tree"] > 3 * small["LSM, levelled"] > 10 * small["LSM, tiered"]
    True
    >>> simulate("B-tree", record_bytes=512).written < small["LSM, levelled"]
    True

The closed forms are in `scalelab.theory.storage.engine`.
"""

from dataclasses import dataclass

from scalelab.kernels.storage.engine import RECORD_SIZE, engine
from scalelab.models.check import one_of, within
from scalelab.theory.storage.engine import LEAF_FILL

ENGINES = ("B-tree", "LSM, levelled", "LSM, tiered")


@dataclass(frozen=True)
class Amplification:
    """Result of `simulate`.

    ``written``: bytes written for one byte updated, in the runs between ``written_low`` and
    ``written_high``. ``read_present``, ``read_absent``: pages read by a look-up of a key that
    exists and of one that does not. ``stored``: bytes stored for one byte of data. ``runs``:
    sorted runs at a time; a B-tree counts as one.
    """

    written: float
    written_low: float
    written_high: float
    read_present: float
    read_absent: float
    stored: float
    runs: float


def simulate(
    engine_name: str,
    record_bytes: int = 128,
    size_ratio: int = 10,
    data_ratio: int = 256,
    skew: float = 0.0,
    pool_share: float = 0.1,
    filter_bits: int = 10,
    page_bytes: int = 8192,
    memtable: int = 50,
    rounds: int = 4,
    n_runs: int = 3,
    seed: int = 1,
) -> Amplification:
    """Keys of a fixed set are updated at random.

    Parameters
    ----------
    engine_name : one of `ENGINES`. "LSM, levelled": what comes to a level is merged with it at
        once. "LSM, tiered": it is kept as a run of its own until there are ``size_ratio`` of them.
    record_bytes : key and value, 1 to a quarter of a page.
    size_ratio : 2 to 64; how much larger each level of an LSM tree is than the one above it.
    data_ratio : all data, in memtables, 8 to 4096. Only this ratio counts, so that trees are
        simulated at a small scale: ``memtable`` records stand for 64 MB or whatever it is.
    skew : the k-th most popular key is updated in proportion to ``k**-skew``, 0 to 1.2. Popular
        keys lie anywhere in the B-tree.
    pool_share : share of the B-tree's pages that the buffer pool holds, 0.001 to 1.
    filter_bits : bits a key of each run's Bloom filter, 0 to 30.
    page_bytes : 512 to 65,536 bytes.
    memtable : different keys that are flushed together, 10 to 1000 records.
    rounds : how many times all the data are flushed, 4 to 100.
    n_runs : 1 to 1000 simulations.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown engine or an argument outside the ranges above.

    Notes
    -----
    The mean of an LSM tree is over its flushes up to the last time when all was in one run, so
    that it covers whole cycles. Leaves of the B-tree are filled to ln 2 (69%), as random insertions
    leave them (A. C. Yao, Acta Informatica 9(2), 1978).

    Leaves out: the write-ahead log (one more byte written for each, in all three), checkpoints and
    copies of whole pages against torn writes (the B-tree writes more), cached blocks and inner
    nodes (all fetch less), ranges (a scan reads from every run), compression (which LSM trees
    gain more from), space that a merge needs while it runs, merging file by file in place of whole
    levels, and what the flash drive itself rewrites.

    Examples
    --------
    >>> simulate("B-tree").written > 50
    True
    >>> simulate("LSM, levelled", size_ratio=2).written == simulate(
    ...     "LSM, tiered", size_ratio=2
    ... ).written
    True
    """
    one_of("engine_name", engine_name, ENGINES)
    within("page_bytes", page_bytes, 512, 65_536, "bytes")
    within(
        "record_bytes", record_bytes, 1, page_bytes // 4, "bytes",
        "a page holds four records or more: raise page_bytes",
    )  # fmt: skip
    within("size_ratio", size_ratio, 2, 64)
    within("data_ratio", data_ratio, 8, 4096, "memtables")
    within("skew", skew, 0.0, 1.2)
    within("pool_share", pool_share, 0.001, 1.0, advice="a share, not a percentage")
    within("filter_bits", filter_bits, 0, 30, "bits")
    within("memtable", memtable, 10, 1000, "records")
    within("rounds", rounds, 4, 100)
    within("n_runs", n_runs, 1, 1000)
    table = engine(
        RECORD_SIZE, int(record_bytes), int(size_ratio), int(data_ratio), float(skew),
        float(pool_share), int(filter_bits), 0, int(page_bytes), LEAF_FILL, int(memtable),
        int(rounds), int(n_runs), int(seed),
    )  # fmt: skip
    as_set = table[ENGINES.index(engine_name)]
    return Amplification(*(float(as_set[i]) for i in (3, 4, 5, 7, 8, 9, 10)))
