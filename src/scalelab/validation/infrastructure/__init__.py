"""Comparisons of the chapter on infrastructure, one module for each of its topics."""

from scalelab.validation.infrastructure import (
    autoscaling,
    drift,
    edge,
    entry,
    orchestration,
    packing,
)
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Infrastructure Considerations for Scalability",
    (entry.TOPIC, autoscaling.TOPIC, drift.TOPIC, packing.TOPIC, orchestration.TOPIC, edge.TOPIC),
)
