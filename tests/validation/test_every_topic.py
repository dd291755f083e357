"""What holds for the comparisons of every topic, and the committed page that shows them.

What is special to one topic is in a file of its name.
"""

from pathlib import Path

import pytest
from tests.validation.topics import TOPICS, rows_of

from scalelab.validation.__main__ import CHAPTERS
from scalelab.validation.page import Part, Section, page

PAGE = Path(__file__).resolve().parents[2] / "book" / "validation.md"

# Rows of a topic for which a tenth more or less than the reference would pass: rare events, small
# differences, peers that are too slow for long runs, measurements of the real world.
ROUGH = {
    "introduction.machine_size": 2,
    "requirement.load_test": 1,
    "requirement.benchmark": 1,
    "requirement.timing": 7,
    "workload.temporal": 4,
    "workload.flash_crowd": 1,
    "workload.burstiness": 9,
    "infrastructure.entry": 2,
    "infrastructure.drift": 4,
    "storage.sharding": 1,
    "replication.stale_reads": 4,
    "replication.failover": 2,
    "replication.multi_primary": 1,
    "caching.hit_ratio": 3,
    "caching.freshness": 2,
    "multi_region.latency": 13,
    "multi_region.consistency": 10,
    "multi_region.outage": 5,
    "multi_region.conflict": 8,
    "multi_region.routing": 3,
    "queueing.fcfs": 2,
    "queueing.processor_sharing": 1,
}
# Differences that are shown as such, each with what is known of it.
EXPLAINED = {
    "introduction.usl": 9,
    "requirement.projection": 7,
    "requirement.load_test": 1,
    "requirement.benchmark": 6,
    "requirement.timing": 3,
    "workload.popularity": 4,
    "workload.think_time": 3,
    "workload.burstiness": 1,
    "trade_offs.cap": 1,
    "infrastructure.packing": 2,
    "infrastructure.edge": 1,
    "single_server.sharing": 1,
    "separate_database.index": 2,
    "storage.sharding": 1,
    "storage.scatter_gather": 1,
    "storage.transactions": 3,
    "storage.engine": 1,
    "replication.lag": 4,
    "replication.stale_reads": 6,
    "replication.failover": 1,
    "replication.multi_primary": 4,
    "caching.published": 1,
    "caching.stampede": 1,
    "caching.multi_level": 2,
    "multi_region.latency": 9,
    "multi_region.consistency": 11,
    "multi_region.routing": 1,
    "queueing.processor_sharing": 1,
}

every_topic = pytest.mark.parametrize("topic", TOPICS)


@every_topic
def test_every_row_agrees_or_is_explained(topic: str) -> None:
    """And nothing is explained that agrees: an account of no difference would be an alibi."""
    rows = rows_of(topic)
    assert len(rows) > 5
    assert [(row.quantity, row.settings) for row in rows if row.verdict == "misses"] == []
    assert [row.quantity for row in rows if row.explanation and row.verdict == "agrees"] == []
    assert sum(row.verdict == "explained" for row in rows) == EXPLAINED.get(topic, 0)


@every_topic
def test_a_figure_a_tenth_off_would_be_seen(topic: str) -> None:
    rough = [row for row in rows_of(topic) if row.tolerance > 0.1 * abs(row.reference)]
    assert len(rough) <= ROUGH.get(topic, 0), [(row.quantity, row.settings) for row in rough]


@every_topic
def test_no_two_rows_have_the_same_name(topic: str) -> None:
    names = [(row.quantity, row.settings, row.kind, row.source) for row in rows_of(topic)]
    assert len(set(names)) == len(names)


def test_no_two_headings_are_the_same() -> None:
    titles = [topic.title for topic in TOPICS.values()] + [chapter.title for chapter in CHAPTERS]
    assert len(set(titles)) == len(titles)


def test_the_tables_above_name_topics() -> None:
    assert {*ROUGH, *EXPLAINED} <= set(TOPICS)


def test_the_committed_page_is_up_to_date() -> None:
    sections = iter([Section(topic, rows_of(name)) for name, topic in TOPICS.items()])
    parts = [Part(chapter, tuple(next(sections) for _ in chapter.topics)) for chapter in CHAPTERS]
    assert PAGE.read_text() == page(parts), "run `make validation` and look at what moved"
