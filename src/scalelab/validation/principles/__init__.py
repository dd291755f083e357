"""Comparisons of the chapter on design principles, one module for each of its topics."""

from scalelab.validation.principles import (
    alerts,
    coupling,
    delivery,
    percentiles,
    retries,
    sampling,
    state,
    task_queue,
)
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Design Principles for Scalability",
    (
        coupling.TOPIC,
        retries.TOPIC,
        task_queue.TOPIC,
        delivery.TOPIC,
        state.TOPIC,
        percentiles.TOPIC,
        sampling.TOPIC,
        alerts.TOPIC,
    ),
)
