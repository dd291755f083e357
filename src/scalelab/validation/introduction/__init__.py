"""Comparisons of the introduction, one module for each of its topics."""

from scalelab.validation.introduction import elasticity, machine_size, read_write, speedup, usl
from scalelab.validation.row import Chapter

CHAPTER = Chapter(
    "Introduction",
    (speedup.TOPIC, usl.TOPIC, machine_size.TOPIC, read_write.TOPIC, elasticity.TOPIC),
)
