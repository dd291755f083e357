"""Comparisons of the chapter on data and storage, one module for each of its topics."""

from scalelab.validation.row import Chapter
from scalelab.validation.storage import (
    consistency,
    engine,
    hot_key,
    partition,
    rebalancing,
    resharding,
    scatter_gather,
    sharding,
    transactions,
)

CHAPTER = Chapter(
    "Data and Storage",
    (
        sharding.TOPIC,
        resharding.TOPIC,
        hot_key.TOPIC,
        rebalancing.TOPIC,
        scatter_gather.TOPIC,
        transactions.TOPIC,
        engine.TOPIC,
        partition.TOPIC,
        consistency.TOPIC,
    ),
)
