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
from scalelab.validation.row import Topic

TOPICS: tuple[Topic, ...] = (
    hit_ratio.TOPIC,
    eviction.TOPIC,
    miss_ratio_curve.TOPIC,
    published.TOPIC,
    latency.TOPIC,
    expiry.TOPIC,
    freshness.TOPIC,
    stampede.TOPIC,
    multi_level.TOPIC,
)
