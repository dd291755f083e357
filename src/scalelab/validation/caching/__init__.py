"""Comparisons of the caching chapter, one module for each of its topics."""

from scalelab.validation.caching import (
    eviction,
    expiry,
    freshness,
    hit_ratio,
    latency,
    miss_ratio_curve,
    multi_level,
    published,
    stampede,
)
from scalelab.validation.row import Chapter

NOT_CHECKED = """\
Leases took the peak of Facebook's database queries from 17,000 to 1,300 a second
({cite:t}`v-nishtala2013`): the rates of reads and writes of the keys are not given. The miss
ratios of Twitter's clusters ({cite:t}`v-yang2020`) and the comparisons behind S3-FIFO and SIEVE
({cite:t}`v-yang2023`, {cite:t}`v-zhang2024`) come from traces of many gigabytes that are not part
of this book. On a trace of your own, any policy here can be held against libCacheSim as above.
"""

CHAPTER = Chapter(
    "Caching",
    (
        hit_ratio.TOPIC,
        eviction.TOPIC,
        miss_ratio_curve.TOPIC,
        published.TOPIC,
        latency.TOPIC,
        expiry.TOPIC,
        freshness.TOPIC,
        stampede.TOPIC,
        multi_level.TOPIC,
    ),
    NOT_CHECKED,
)
