"""Measures speed against peers and native code, and the weight of pages; prints tables."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from scalelab.bench import eviction, kernels, placement, queueing, sliders, weight
from scalelab.bench.machine import machine
from scalelab.bench.report import Report

PARTS = ("eviction", "placement", "queueing", "kernels", "sliders", "weight")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scalelab.bench", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART",
        help=f"some of: {', '.join(PARTS)}",
    )  # fmt: skip
    parser.add_argument(
        "--stream", type=float, metavar="REQUESTS",
        help="also put so many requests (1e9: a billion) through a cache in blocks",
    )  # fmt: skip
    parser.add_argument(
        "--book", type=Path, default=Path("_build/html"), help="the built book (sliders, weight)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    given = parser.parse_args()
    if {"sliders", "weight"} & set(given.only) and not (given.book / "index.html").is_file():
        parser.error(
            f"{given.book} holds no built book; run `make book` first, or leave out the parts "
            "that need it with --only eviction placement queueing kernels"
        )
    return given


def main() -> int:
    given = arguments()
    parts: dict[str, Callable[[], Report]] = {
        "eviction": eviction.throughput,
        "placement": placement.throughput,
        "queueing": queueing.throughput,
        "kernels": kernels.in_browser,
        "sliders": lambda: sliders.dragged(given.book),
        "weight": lambda: weight.of_pages(given.book),
    }
    chosen = [parts[name] for name in parts if name in given.only]
    if given.stream:  # first, while the process has not needed memory for anything else
        chosen.insert(0, lambda: eviction.stream(int(given.stream)))
    described = machine()
    print(", ".join(f"{name} {value}" for name, value in described.items()), flush=True)
    reports = []
    for number, part in enumerate(chosen, 1):
        print(f"-- measuring {number} of {len(chosen)}", file=sys.stderr)
        report = part()
        reports.append(report)
        print(f"\n{report.text()}", flush=True)
    if given.json:
        content = {"machine": described, "reports": [report.data() for report in reports]}
        given.json.write_text(json.dumps(content, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
