"""Comparisons of the library of queues, one module for each kind."""

from scalelab.validation.queueing import (
    abandonment,
    closed_network,
    dispatching,
    fcfs,
    finite_buffer,
    priority,
    processor_sharing,
)
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Queues",
    (
        fcfs.TOPIC,
        dispatching.TOPIC,
        processor_sharing.TOPIC,
        priority.TOPIC,
        finite_buffer.TOPIC,
        abandonment.TOPIC,
        closed_network.TOPIC,
    ),
)
