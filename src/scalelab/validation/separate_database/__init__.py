"""Comparisons of the chapter on separating the database, one module for each of its topics."""

from scalelab.validation.row import Chapter
from scalelab.validation.separate_database import choice, index, memory, pool, replicas

CHAPTER = Chapter(
    "Stage 2: Separating the Database",
    (memory.TOPIC, pool.TOPIC, index.TOPIC, replicas.TOPIC, choice.TOPIC),
)
