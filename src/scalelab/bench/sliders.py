"""From a slider's movement to the painted chart, in the built book.

Each slider of each lab is moved by the keyboard, one step at a time around its default, and then
by a press of the pointer on its track. Every position is visited once: the page remembers
results. The time runs from the input event to the end of the frame that first shows a change in
the chart.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page

from scalelab.bench.browser import chromium, pages_with_labs, served
from scalelab.bench.report import Column, Report
from scalelab.labs.published import published
from scalelab.web.lab import Lab, Setting, Slider

STEPS = 3  # to either side of the default
GOAL_MS = 50.0
PATIENCE_MS = 3_000  # a chart that has not changed by then shows the same as before
LIVE_MS = 60_000
HALF_A_THUMB = 8
# Controls that make a run longer on purpose: beyond their defaults they are counted apart.
SIZES = ("n_requests", "n_objects", "n_keys")
LONGER = ", longer runs"

# Made for a lab once. `watched()` waits for the next input event and then for the chart to change.
# The picture's description changes before the picture does, so it does not count.
WATCH = """(lab, patience) => {
  const canvas = lab.querySelector(".scalelab-canvas");
  globalThis.watched = () => new Promise((resolve) => {
    let began = null;
    let frame = null;
    const begin = (event) => { began ??= event.timeStamp; };
    const finish = (milliseconds) => {
      changes.disconnect();
      lab.removeEventListener("input", begin, true);
      resolve(milliseconds);
    };
    const changes = new MutationObserver((records) => {
      if (began === null || frame !== null) return;
      if (records.every(({ type, target }) => type === "attributes" && target === canvas)) return;
      // The coming frame paints the change; a message sent from it arrives after that.
      frame = requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => finish(performance.now() - began);
        port2.postMessage(null);
      });
    });
    lab.addEventListener("input", begin, true);
    changes.observe(canvas, {
      subtree: true, childList: true, attributes: true, characterData: true,
    });
    setTimeout(() => finish(null), patience);
  });
}"""
START = "() => { globalThis.measured = globalThis.watched(); }"
RESULT = "() => globalThis.measured"


class Bench:
    """A live lab of the page, whose sliders are moved."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.place = page.locator(f'figure.scalelab-lab[data-lab="{lab.name}"]').first
        self.place.scroll_into_view_if_needed()
        self.place.locator(".scalelab-canvas svg").wait_for(timeout=LIVE_MS)
        skip = self.place.get_by_role("button", name="Skip", exact=True)
        if skip.count():
            skip.click()
        self.place.evaluate(WATCH, PATIENCE_MS)

    def after(self, movement: Callable[[], None]) -> float | None:
        """Milliseconds from the movement to the painted chart; None if that stays the same."""
        self.page.evaluate(START)
        movement()
        milliseconds: float | None = self.page.evaluate(RESULT)
        return milliseconds

    def reset(self) -> None:
        self.place.get_by_role("button", name="Reset", exact=True).click()
        self.page.wait_for_function(
            "(lab) => lab.dataset.state === 'ready'", arg=self.place.element_handle()
        )
        self.page.wait_for_timeout(100)

    def point(self, track: Locator, share: float) -> None:
        """Move the pointer to a place on a slider's track, 0 its left end and 1 its right."""
        track.scroll_into_view_if_needed()
        box = track.bounding_box()
        if box is None:
            raise RuntimeError(f"a slider of {self.lab.name} is not on the screen")
        inside = box["width"] - 2 * HALF_A_THUMB
        x = box["x"] + HALF_A_THUMB + share * inside
        self.page.mouse.move(x, box["y"] + box["height"] / 2)

    def slide(self, slider: Slider) -> Iterator[tuple[Setting, float | None]]:
        """Every movement of one slider: where it led, and how long that took."""
        track = self.place.locator(f'[data-control="{slider.name}"] input[type="range"]')
        default = slider.values.index(slider.default)
        last = len(slider.values) - 1
        for key, way, steps in (("ArrowLeft", -1, default), ("ArrowRight", 1, last - default)):
            self.reset()
            track.focus()
            for step in range(1, min(STEPS, steps) + 1):
                time = self.after(partial(self.page.keyboard.press, key))
                yield slider.values[default + way * step], time
        aim = default + STEPS + 1 if default + STEPS < last else default - STEPS - 1
        if 0 <= aim <= last:
            self.reset()
            self.point(track, aim / last)
            yield slider.values[aim], self.after(self.page.mouse.down)
            self.page.mouse.up()


Row = tuple[str, int, float, float, float, str, int]


def summed(name: str, times: dict[str, list[float | None]]) -> Row:
    """A line of the table, from the times by slider."""
    drawn = [one for found in times.values() for one in found if one is not None]
    middle, late = np.percentile(drawn, (50, 95))
    slowest = max(times, key=lambda label: max((one or 0.0 for one in times[label]), default=0.0))
    unchanged = sum(found.count(None) for found in times.values())
    return name, len(drawn), float(middle), float(late), max(drawn), slowest, unchanged


def rows(bench: Bench) -> Iterator[Row]:
    """The lab's line of the table, and one for runs longer than its default if it has any."""
    usual: dict[str, list[float | None]] = {}
    longer: dict[str, list[float | None]] = {}
    for control in bench.lab.controls:
        if isinstance(control, Slider):
            for setting, time in bench.slide(control):
                long = control.name in SIZES and setting > control.default
                (longer if long else usual).setdefault(control.label, []).append(time)
    if usual:  # a lab of choices alone has no slider to drag
        yield summed(bench.lab.name, usual)
    if longer:
        yield summed(bench.lab.name + LONGER, longer)


def dragged(book: Path) -> Report:
    """Every lab of the book, on the first page that shows it."""
    found = published()
    lines: list[Row] = []
    with served(book) as address, chromium() as browser:
        seen: set[str] = set()
        for page_name, names in pages_with_labs(book).items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address + page_name)
            for name in names:
                lab = found[name]
                if name not in seen and isinstance(lab, Lab):
                    seen.add(name)
                    lines += rows(Bench(page, lab))
            page.close()
        version = browser.version
    return Report(
        "From a slider to the painted chart",
        f"Milliseconds; up to {STEPS} steps to either side of each slider's default and one press "
        f"on its track. Chromium {version}, headless.",
        [
            Column("lab"), Column("movements", ",.0f"), Column("p50"), Column("p95"),
            Column("slowest"), Column("of slider"), Column("chart unchanged", ",.0f"),
        ],
        lines,
        f"95% of the movements of each lab under {GOAL_MS:g} ms at its default size",
        [
            f"{name} {late:.0f} ms"
            for name, _, _, late, *_ in lines
            if late >= GOAL_MS and not name.endswith(LONGER)
        ],
    )  # fmt: skip
