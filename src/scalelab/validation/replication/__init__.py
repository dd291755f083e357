"""Comparisons of the chapter on database replication, one module for each of its topics."""

from scalelab.validation.replication import (
    durability,
    failover,
    lag,
    multi_primary,
    read_write_split,
    stale_reads,
)
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Stage 4: Database Replication",
    (
        read_write_split.TOPIC,
        lag.TOPIC,
        stale_reads.TOPIC,
        durability.TOPIC,
        failover.TOPIC,
        multi_primary.TOPIC,
    ),
)
