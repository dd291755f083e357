"""Every lab of the book, in Chromium: the numbers it shows are the Python model's.

The page computes them in WebAssembly from the built book; Python computes them again by the lab's
numba kernel. Compared are the summary and every cell of the data table, letter for letter.
"""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.book.shown import LABS, PAGE_OF
from tests.browser.driving import (
    NOT_AS_DRAWN,
    alone,
    answered,
    by_keyboard,
    by_pointer,
    drive,
    ends,
    expect_numbers,
    live_lab,
    open_lab,
)

from scalelab.web.lab import Choice, Choices

pytestmark = pytest.mark.browser

every_lab = pytest.mark.parametrize("name", LABS)
# Pointers work alike in all of them: that they reach every control is tested with whole pages.
FIRST_OF_PAGE = list({page: name for name, page in reversed(PAGE_OF.items())}.values())


@every_lab
def test_keyboard_through_every_control(name: str, page: Page, book_address: str) -> None:
    alone(page, name)
    place = open_lab(page, book_address + PAGE_OF[name], name)
    expect_numbers(place, LABS[name], LABS[name].defaults)
    assert place.evaluate(NOT_AS_DRAWN) == []
    assert drive(place, LABS[name], by_keyboard) > 2 * len(LABS[name].controls)


@pytest.mark.parametrize("name", FIRST_OF_PAGE)
def test_pointer_through_every_control(name: str, page: Page, book_address: str) -> None:
    alone(page, name)
    place = open_lab(page, book_address + PAGE_OF[name], name)
    assert drive(place, LABS[name], by_pointer) >= len(LABS[name].controls)


@every_lab
def test_every_prompt_leads_to_its_settings(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    alone(page, name)
    place = open_lab(page, book_address + PAGE_OF[name], name)
    prompts = place.locator(".scalelab-tries button")
    assert prompts.all_text_contents() == [one.prompt for one in lab.tries]
    for button, one in zip(prompts.all(), lab.tries, strict=True):
        button.click()
        expect_numbers(place, lab, lab.settled(one.settings))
        expect(button).to_have_attribute("aria-pressed", "true")


@every_lab
def test_guess_is_held_against_the_model(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    ask = lab.prediction
    alone(page, name)
    place = live_lab(page, book_address + PAGE_OF[name], name)
    summary = place.locator(".scalelab-summary")
    expect(summary).to_be_hidden()
    guess = place.get_by_role("slider", name=ask.question)
    guess.press("Home")
    place.get_by_role("button", name="Check my guess").click()
    reading = next(one for one in lab.readings if one.name == ask.reading)
    answer = lab.read(reading, lab.table(), lab.defaults)
    assert answer is not None
    guessed, told = (f"{format(one, ask.format)} {ask.unit}".rstrip() for one in (ask.low, answer))
    verdict = place.locator(".scalelab-verdict")
    expect(verdict).to_contain_text(f"You guessed {guessed}. The model gives {told}: your guess is")
    expect(verdict).to_contain_text("too low.")
    expect(summary).to_be_visible()


@every_lab
def test_link_brings_extreme_settings_back(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    settings = {control.name: ends(control)[0] for control in lab.controls}
    given = []
    for control in lab.controls:
        value = settings[control.name]
        if isinstance(control, Choice):
            given.append(f"{control.name}={control.options[int(value)]}")
        elif isinstance(control, Choices):
            given.append(f"{control.name}={control.options[0]}")
        else:
            given.append(f"{control.name}={value}")
    link = f"{book_address}{PAGE_OF[name]}#lab.{name}?{'&'.join(given)}"
    alone(page, name)
    place = live_lab(page, link, name)
    expect(place.locator(".scalelab-title")).to_be_in_viewport()
    answered(place)
    expect_numbers(place, lab, settings)
    place.get_by_role("button", name="Copy link").click()
    copied = page.url
    assert copied != link
    page.goto("about:blank")
    expect_numbers(open_lab(page, copied, name), lab, settings)


@every_lab
def test_downloaded_table_has_every_digit(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    alone(page, name)
    place = open_lab(page, book_address + PAGE_OF[name], name)
    table = expect_numbers(place, lab, lab.defaults)
    with page.expect_download() as download:
        place.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == name.replace("/", "-") + ".csv"
    head, *lines = csv.reader(io.StringIO(Path(download.value.path()).read_text()))
    shown = [(i, column) for i, column in enumerate(lab.columns) if not column.hidden]
    assert head == [f"{c.title} ({c.unit})" if c.unit else c.title for _, c in shown]
    for place_in_row, (i, column) in enumerate(shown):
        values = [line[place_in_row] for line in lines]
        if column.labels:
            assert values == [column.labels[int(value)] for value in table[:, i]]
        else:
            np.testing.assert_array_equal(np.array(values, float), table[:, i])
