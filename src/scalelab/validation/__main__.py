"""Computes every comparison and writes ``book/validation.md``; fails if one misses unexplained."""

import argparse
import sys
import time
from pathlib import Path

from scalelab.validation import (
    caching,
    growth,
    infrastructure,
    introduction,
    load_balancing,
    multi_region,
    patterns,
    principles,
    queueing,
    replication,
    requirement,
    separate_database,
    single_server,
    storage,
    trade_offs,
    workload,
)
from scalelab.validation.page import Part, Section, page
from scalelab.validation.row import Chapter, Topic

CHAPTERS: tuple[Chapter, ...] = (
    introduction.CHAPTER,
    requirement.CHAPTER,
    workload.CHAPTER,
    trade_offs.CHAPTER,
    principles.CHAPTER,
    patterns.CHAPTER,
    infrastructure.CHAPTER,
    storage.CHAPTER,
    growth.CHAPTER,
    single_server.CHAPTER,
    separate_database.CHAPTER,
    load_balancing.CHAPTER,
    replication.CHAPTER,
    caching.CHAPTER,
    multi_region.CHAPTER,
    queueing.CHAPTER,
)  # in the order of the book, and the library of queues


def computed(topic: Topic) -> Section:
    start = time.perf_counter()
    section = Section(topic, tuple(topic.rows()))
    seconds = time.perf_counter() - start
    print(f"{topic.title}: {len(section.rows)} comparisons, {seconds:.1f} s", file=sys.stderr)
    for row in section.rows:
        if row.verdict == "misses":
            print(
                f"  MISS {row.quantity}, {row.settings}: {row.ours} for {row.reference}, "
                f"{row.difference} apart where {row.tolerance} is allowed",
                file=sys.stderr,
            )
    return section


def part(chapter: Chapter) -> Part:
    return Part(chapter, tuple(computed(topic) for topic in chapter.topics))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scalelab.validation", description=__doc__)
    parser.add_argument(
        "--page", type=Path, default=Path("book/validation.md"), help="where the page goes"
    )
    arguments = parser.parse_args()
    parts = [part(chapter) for chapter in CHAPTERS]
    arguments.page.write_text(page(parts), encoding="utf-8")
    print(f"Wrote {arguments.page}", file=sys.stderr)
    rows = [row for each in parts for section in each.sections for row in section.rows]
    return int(any(row.verdict == "misses" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
