"""Driving a lab as a reader does, and what Python says that the reader has to see then."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

from scalelab.web.lab import (
    Choice,
    Choices,
    Control,
    Lab,
    Names,
    OwnValues,
    Settings,
    Slider,
    control_text,
)

PATIENCE_MS = 20_000
SHOWN = """(lab) => ({
  sentence: lab.querySelector(".scalelab-summary").textContent,
  table: [...lab.querySelectorAll(".scalelab-data tbody tr")].map((row) =>
    [...row.cells].map((cell) => cell.textContent).join(" | ")),
  values: [...lab.querySelectorAll("[data-control] output")].map((value) => value.textContent),
})"""
# The series of the key of which nothing in the chart looks like their sample.
NOT_AS_DRAWN = """(lab) => [...lab.querySelectorAll(".scalelab-key li")].filter((entry) => {
  const sample = entry.querySelector("svg").firstChild;
  const isLine = sample.localName === "line";
  const { stroke, fill, strokeDasharray } = sample.style;
  const dashes = (text) => {
    const lengths = (text.match(/[\\d.]+/g) ?? []).map(Number);
    return lengths.some((length, i) => i % 2 && length) ? lengths.join() : ""; // no gap: solid
  };
  const marks = isLine ? ".mark-line, .mark-rule" : ".mark-rect, .mark-area, .mark-symbol";
  return ![...lab.querySelectorAll(`.scalelab-canvas :is(${marks}) *`)].some((drawn) => isLine
    ? drawn.getAttribute("stroke") === stroke &&
      dashes(drawn.getAttribute("stroke-dasharray") ?? "") === dashes(strokeDasharray)
    : [drawn.getAttribute("stroke"), drawn.getAttribute("fill")].includes(fill));
}).map((entry) => entry.textContent)"""
SHOWS = f"([lab, wanted]) => JSON.stringify(({SHOWN})(lab)) === JSON.stringify(wanted)"


def lab_at(page: Page, name: str) -> Locator:
    return page.locator(f'figure.scalelab-lab[data-lab="{name}"]')


def alone(page: Page, name: str) -> None:
    """Leaves the page's other labs as the figures they are without scripts.

    Each takes seconds to start, and there are several hundred visits. The tests of whole pages have
    all of a page's labs live together.
    """
    page.add_init_script(f"""
      // This event comes before the deferred scripts, which start the labs.
      document.addEventListener("readystatechange", () => {{
        for (const place of document.querySelectorAll("figure.scalelab-lab[data-lab]")) {{
          if (place.dataset.lab !== {json.dumps(name)}) delete place.dataset.lab;
        }}
      }});""")


def live_lab(page: Page, address: str, name: str) -> Locator:
    """The lab, live, as it opens.

    The address leads to the lab, so that the page starts it before its other labs.
    """
    page.goto(address if "#" in address else f"{address}#lab.{name}")
    lab = lab_at(page, name)
    expect(lab.locator(".scalelab-canvas svg")).to_be_visible(timeout=PATIENCE_MS)
    return lab


def open_lab(page: Page, address: str, name: str) -> Locator:
    """The lab, live, with its answer in view and its table open."""
    lab = live_lab(page, address, name)
    answered(lab)
    return lab


def answered(lab: Locator) -> None:
    """Brings the lab's answer into view, and opens its table."""
    skip = lab.get_by_role("button", name="Skip", exact=True)
    if skip.is_visible():
        skip.click()
    lab.locator(".scalelab-data > summary").click()


def control_at(lab: Locator, control: Control) -> Locator:
    return lab.locator(f'[data-control="{control.name}"]')


def table_text(lab: Lab, table: Any, names: Names | None = None) -> list[str]:
    """The rows of the data table, as the book's static figure writes them."""
    shown = [(i, column) for i, column in enumerate(lab.columns) if not column.hidden]
    return [" | ".join(column.text(row[i], names) for i, column in shown) for row in table]


def expect_numbers(
    place: Locator, lab: Lab, settings: Settings, own: OwnValues | None = None
) -> np.ndarray:
    """Waits until the lab shows what Python computes at ``settings``; returns the table."""
    table = lab.table(own, **settings)
    names = lab.names_in(own)
    wanted = {
        "sentence": lab.sentence(table, settings, names),
        "table": table_text(lab, table, names),
        "values": [
            control_text(control, settings[control.name])
            for control in lab.controls
            if isinstance(control, Slider)
        ],
    }
    # One question to the browser for all of it: each costs some milliseconds, at every setting.
    try:
        place.page.wait_for_function(
            SHOWS, arg=[place.element_handle(), wanted], timeout=PATIENCE_MS
        )
    except Exception:
        assert place.evaluate(SHOWN) == wanted, settings
        raise
    return table


Step = tuple[Callable[[], None], int | float]


def by_keyboard(place: Locator, control: Control) -> Iterator[Step]:
    """Through the control by keys: what to press, and the setting that follows.

    A slider goes to both ends, a step from each and to its middle; without a browser native
    and WebAssembly are compared at many more of its settings, in less time.
    """
    at = control_at(place, control)
    if isinstance(control, Slider):
        slider = at.get_by_role("slider")
        middle = len(control.values) // 2
        yield lambda: slider.press("Home"), control.values[0]
        yield lambda: slider.press("ArrowRight"), control.values[1]
        yield lambda: slider.fill(str(middle)), control.values[middle]
        yield lambda: slider.press("End"), control.values[-1]
        yield lambda: slider.press("ArrowLeft"), control.values[-2]
    elif isinstance(control, Choice):
        select = at.locator("select")
        many = select.count() > 0
        last = len(control.options) - 1
        for start in (0, *range(1, last + 1)):
            key = "Home" if start == 0 and many else "ArrowDown"
            if start == 0 and not many:
                radio = at.get_by_role("radio").first
                yield lambda radio=radio: radio.press("Space"), 0
                continue
            focused = select if many else at.locator("input:checked")
            yield lambda focused=focused, key=key: focused.press(key), start
    else:
        mask = control.default
        for bit, box in enumerate(at.get_by_role("checkbox").all()):
            if mask == 1 << bit:
                continue
            mask ^= 1 << bit
            yield lambda box=box: box.press("Space"), mask


def by_pointer(place: Locator, control: Control) -> Iterator[Step]:
    """The same by pointer: a slider in one drag from end to end, every option."""
    at = control_at(place, control)
    if isinstance(control, Slider):
        slider = at.get_by_role("slider")
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        mouse, middle = place.page.mouse, box["y"] + box["height"] / 2
        last = len(control.values) - 1

        def follows(index: int) -> None:
            thumb = 10  # half of its width: the track's ends are that far inside
            x = box["x"] + thumb + index / last * (box["width"] - 2 * thumb)
            mouse.move(x, middle, steps=4)
            if index == 0:
                mouse.down()
            expect(at.locator("output")).to_have_text(control_text(control, control.values[index]))

        def drag() -> None:
            for index in (0, last // 2, last):
                follows(index)
            mouse.up()

        yield drag, control.values[-1]
    elif isinstance(control, Choice):
        select = at.locator("select")
        for index, option in enumerate(control.options):
            if select.count():
                yield lambda option=option: select.select_option(option), index
            else:
                label = at.locator("label", has_text=option).first
                yield label.click, index
    else:
        mask = control.default
        for bit, option in enumerate(at.locator("label").all()):
            if mask == 1 << bit:
                continue
            mask ^= 1 << bit
            yield option.click, mask


def drive(place: Locator, lab: Lab, way: Callable[[Locator, Control], Iterator[Step]]) -> int:
    """Drives every control in turn, the others at their defaults; the number of settings held."""
    held = 0
    for control in lab.controls:
        for act, setting in way(place, control):
            act()
            expect_numbers(place, lab, {**lab.defaults, control.name: setting})
            held += 1
        place.get_by_role("button", name="Reset").click()
    expect_numbers(place, lab, lab.defaults)
    return held


def ends(control: Control) -> tuple[int | float, int | float]:
    """The control's two extreme settings."""
    if isinstance(control, Slider):
        return control.values[0], control.values[-1]
    if isinstance(control, Choice):
        return 0, len(control.options) - 1
    assert isinstance(control, Choices)
    return 1, (1 << len(control.options)) - 1
