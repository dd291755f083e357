"""Every topic of the validation page, and its rows, computed once in a process."""

from functools import cache

from scalelab.validation.__main__ import CHAPTERS
from scalelab.validation.row import Row, Topic


def name(topic: Topic) -> str:
    """As in ``caching.latency``: where its rows are made."""
    return topic.rows.__module__.removeprefix("scalelab.validation.")


TOPICS = {name(topic): topic for chapter in CHAPTERS for topic in chapter.topics}


@cache
def rows_of(topic: str) -> tuple[Row, ...]:
    return tuple(TOPICS[topic].rows())
