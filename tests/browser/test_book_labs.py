"""Every lab of the book, in Chromium: the numbers it shows are the Python model's.

The page computes them in WebAssembly from the built book; Python computes them again by the lab's
numba kernel. Compared are the summary and every cell of the data table, letter for letter.
"""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
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

from scalelab.web.lab import Choice, Choices, Lab, Settings

pytestmark = pytest.mark.browser

# Pointers work alike in all of them: that they reach every control is tested with whole pages.
FIRST_OF_PAGE = list({page: name for name, page in reversed(PAGE_OF.items())}.values())


@pytest.mark.parametrize("name", LABS)
def test_a_reader_s_way_through_the_lab(name: str, page: Page, book_address: str) -> None:
    """All of it in one visit, and one more by the link: a page of many labs takes long to open."""
    lab = LABS[name]
    alone(page, name)
    place = live_lab(page, book_address + PAGE_OF[name], name)
    guess_too_low(place, lab)
    answered(place)
    expect_numbers(place, lab, lab.defaults)
    assert place.evaluate(NOT_AS_DRAWN) == []
    assert drive(place, lab, by_keyboard) > 2 * len(lab.controls)
    download_with_every_digit(place, lab)
    follow_every_prompt(place, lab)
    link = f"{book_address}{PAGE_OF[name]}#{extreme_fragment(lab)}"
    page.goto(link)
    expect_numbers(place, lab, extreme_settings(lab))
    place.get_by_role("button", name="Copy link").click()
    copied = page.url
    assert copied != link
    page.goto("about:blank")
    place = live_lab(page, copied, name)
    expect(place.locator(".scalelab-title")).to_be_in_viewport()
    answered(place)
    expect_numbers(place, lab, extreme_settings(lab))


@pytest.mark.parametrize("name", FIRST_OF_PAGE)
def test_pointer_through_every_control(name: str, page: Page, book_address: str) -> None:
    alone(page, name)
    place = open_lab(page, book_address + PAGE_OF[name], name)
    assert drive(place, LABS[name], by_pointer) >= len(LABS[name].controls)


@pytest.mark.parametrize("name", FIRST_OF_PAGE)
def test_link_that_somebody_wrote(name: str, page: Page, book_address: str) -> None:
    alone(page, name)
    link = f"{book_address}{PAGE_OF[name]}#{extreme_fragment(LABS[name])}"
    place = live_lab(page, link, name)
    expect(place.locator(".scalelab-title")).to_be_in_viewport()
    answered(place)
    expect_numbers(place, LABS[name], extreme_settings(LABS[name]))


def guess_too_low(place: Locator, lab: Lab) -> None:
    """Answers the lab's question with the lowest guess, which is held against the model."""
    ask = lab.prediction
    summary = place.locator(".scalelab-summary")
    expect(summary).to_be_hidden()
    place.get_by_role("slider", name=ask.question).press("Home")
    place.get_by_role("button", name="Check my guess").click()
    reading = next(one for one in lab.readings if one.name == ask.reading)
    answer = lab.read(reading, lab.table(), lab.defaults)
    assert answer is not None
    guessed, told = (f"{format(one, ask.format)} {ask.unit}".rstrip() for one in (ask.low, answer))
    verdict = place.locator(".scalelab-verdict")
    expect(verdict).to_contain_text(f"You guessed {guessed}. The model gives {told}: your guess is")
    expect(verdict).to_contain_text("too low.")
    expect(summary).to_be_visible()


def download_with_every_digit(place: Locator, lab: Lab) -> None:
    table = expect_numbers(place, lab, lab.defaults)
    with place.page.expect_download() as download:
        place.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == lab.name.replace("/", "-") + ".csv"
    head, *lines = csv.reader(io.StringIO(Path(download.value.path()).read_text()))
    shown = [(i, column) for i, column in enumerate(lab.columns) if not column.hidden]
    assert head == [f"{c.title} ({c.unit})" if c.unit else c.title for _, c in shown]
    for place_in_row, (i, column) in enumerate(shown):
        values = [line[place_in_row] for line in lines]
        if column.labels:
            assert values == [column.labels[int(value)] for value in table[:, i]]
        else:
            np.testing.assert_array_equal(np.array(values, float), table[:, i])


def follow_every_prompt(place: Locator, lab: Lab) -> None:
    prompts = place.locator(".scalelab-tries button")
    assert prompts.all_text_contents() == [one.prompt for one in lab.tries]
    for button, one in zip(prompts.all(), lab.tries, strict=True):
        button.click()
        expect_numbers(place, lab, lab.settled(one.settings))
        expect(button).to_have_attribute("aria-pressed", "true")


def extreme_settings(lab: Lab) -> Settings:
    return {control.name: ends(control)[0] for control in lab.controls}


def extreme_fragment(lab: Lab) -> str:
    """The address of the lab at its extremes, as a person would write it."""
    settings, given = extreme_settings(lab), []
    for control in lab.controls:
        value = settings[control.name]
        if isinstance(control, Choice):
            given.append(f"{control.name}={control.options[int(value)]}")
        elif isinstance(control, Choices):
            given.append(f"{control.name}={control.options[0]}")
        else:
            given.append(f"{control.name}={value}")
    return f"lab.{lab.name}?{'&'.join(given)}"
