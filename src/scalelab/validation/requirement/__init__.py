"""Comparisons of the chapter on requirements, one module for each of its topics."""

from scalelab.validation.requirement import benchmark, load_test, projection, sizing, timing
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Scalability as a Requirement",
    (sizing.TOPIC, projection.TOPIC, load_test.TOPIC, benchmark.TOPIC, timing.TOPIC),
)
