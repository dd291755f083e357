"""Computes every comparison and writes ``book/validation.md``; fails if one misses unexplained."""

import argparse
import sys
import time
from pathlib import Path

from scalelab.validation.caching import TOPICS
from scalelab.validation.page import Section, page
from scalelab.validation.row import Topic


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


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scalelab.validation", description=__doc__)
    parser.add_argument(
        "--page", type=Path, default=Path("book/validation.md"), help="where the page goes"
    )
    arguments = parser.parse_args()
    sections = [computed(topic) for topic in TOPICS]
    arguments.page.write_text(page(sections), encoding="utf-8")
    print(f"Wrote {arguments.page}", file=sys.stderr)
    return int(any(row.verdict == "misses" for section in sections for row in section.rows))


if __name__ == "__main__":
    sys.exit(main())
