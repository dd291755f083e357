"""A result taken to another lab by a link, on a server or from a disk."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.driving import PATIENCE_MS, expect_numbers, lab_at, open_lab
from tests.browser.small_labs import AREA, COUNTS, PAGE_OF

pytestmark = pytest.mark.browser


@pytest.fixture(params=["disk", "server"])
def address(request: pytest.FixtureRequest) -> str:
    if request.param == "server":
        return str(request.getfixturevalue("small_book_address"))
    return str(request.getfixturevalue("small_book").as_uri()) + "/"


def way(place: Locator) -> Locator:
    return place.get_by_role("link", name=f"{AREA.title} (Two)")


def test_the_link_leads_to_the_other_lab_at_what_was_found(page: Page, address: str) -> None:
    place = open_lab(page, address + PAGE_OF[COUNTS.name], COUNTS.name)
    assert COUNTS.hand_over(AREA.name) == {"size": 60, "share": 0.25, "kind": 1}
    expect(place.locator(".scalelab-hand-over")).to_contain_text(
        "Size: 50 things; Share: 20%; Kind: deep"
    )
    place.get_by_role("slider", name="Factor").press("End")
    # The way is kept in step with the result: 600 requests, and 500 is the nearest size.
    expect(place.locator(".scalelab-hand-over")).to_contain_text("Size: 500 things")
    way(place).focus()
    page.keyboard.press("Enter")
    there = lab_at(page, AREA.name)
    expect(there.locator(".scalelab-canvas svg")).to_be_visible(timeout=PATIENCE_MS)
    assert page.url.startswith(address + PAGE_OF[AREA.name])
    there.locator(".scalelab-data > summary").click()
    expect_numbers(there, AREA, {"size": 500, "share": 0.2, "kind": 1})


def test_it_says_nothing_before_the_question_is_answered(page: Page, small_book: Path) -> None:
    page.goto((small_book / PAGE_OF[COUNTS.name]).as_uri())
    place = lab_at(page, COUNTS.name)
    expect(place.locator(".scalelab-canvas svg")).to_be_visible(timeout=PATIENCE_MS)
    expect(way(place)).to_be_hidden()
    place.get_by_role("button", name="Skip", exact=True).click()
    expect(way(place)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_can_be_read(page: Page, small_book: Path, scheme: str) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    place = open_lab(page, (small_book / PAGE_OF[COUNTS.name]).as_uri(), COUNTS.name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box = way(place).bounding_box()
    assert box
    assert box["height"] >= 24
    colours = way(place).evaluate(
        "(link) => [getComputedStyle(link).color,"
        " getComputedStyle(link.closest('figure')).backgroundColor]"
    )
    ink, paper = ([float(part) for part in re.findall(r"[\d.]+", colour)[:3]] for colour in colours)
    assert contrast(ink, paper) >= 4.5


def contrast(one: list[float], other: list[float]) -> float:
    """By WCAG 2.2."""

    def luminance(colour: list[float]) -> float:
        shares = [part / 255 for part in colour]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)
