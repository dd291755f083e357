"""Comparisons of the chapter on a single server, one module for each of its topics."""

from scalelab.validation.row import Chapter
from scalelab.validation.single_server import backfill, limits, migration, resources, sharing

CHAPTER = Chapter(
    "Stage 1: Single Server",
    (resources.TOPIC, sharing.TOPIC, limits.TOPIC, migration.TOPIC, backfill.TOPIC),
)
