"""Comparisons of the chapter on architectural patterns, one module for each of its topics."""

from scalelab.validation.patterns import (
    call_graph,
    connections,
    cqrs,
    event_log,
    fan_out,
    layers,
    leaks,
    ordering,
    saga,
)
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Architectural Patterns for Scalability",
    (
        layers.TOPIC,
        leaks.TOPIC,
        fan_out.TOPIC,
        call_graph.TOPIC,
        ordering.TOPIC,
        event_log.TOPIC,
        connections.TOPIC,
        cqrs.TOPIC,
        saga.TOPIC,
    ),
)
