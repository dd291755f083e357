"""Comparisons of the chapter on workload patterns, one module for each of its topics."""

from scalelab.validation.row import Chapter
from scalelab.validation.workload import (
    batch,
    burstiness,
    flash_crowd,
    popularity,
    temporal,
    think_time,
)

CHAPTER = Chapter(
    "Understanding Workload Patterns",
    (
        temporal.TOPIC,
        popularity.TOPIC,
        think_time.TOPIC,
        flash_crowd.TOPIC,
        burstiness.TOPIC,
        batch.TOPIC,
    ),
)
