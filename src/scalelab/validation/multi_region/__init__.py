"""Comparisons of the chapter on multiple data centres, one module for each of its topics."""

from scalelab.validation.multi_region import conflict, consistency, latency, outage, routing
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Stage 6: Multiple Data Centers",
    (latency.TOPIC, consistency.TOPIC, outage.TOPIC, conflict.TOPIC, routing.TOPIC),
)
