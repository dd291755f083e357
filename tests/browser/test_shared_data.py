"""One file for all labs of a page: given to one, in use or on offer in the others."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.driving import PATIENCE_MS, expect_numbers, lab_at, open_lab
from tests.browser.small_labs import COUNTS, PACE, PAGE_OF, SAMPLE

from scalelab.models.access_log import AccessLog, read
from scalelab.web.lab import Lab

pytestmark = pytest.mark.browser

LINE = '192.0.2.%d - - [25/Nov/2026:08:30:%02d +0100] "%s HTTP/1.1" 200 512\n'
ONE = "".join(LINE % (1, i, "POST /pay" if i % 3 else "GET /shelf/7") for i in range(30)).encode()
OTHER = (LINE % (2, 5, "GET /a") + "broken\n" + LINE % (2, 7, "PUT /b")).encode()
TRIES = f"Try it with {SAMPLE.title}"


@pytest.fixture(params=["disk", "server"])
def labs(page: Page, request: pytest.FixtureRequest) -> tuple[Locator, Locator]:
    """Both labs of the page, live; the second still asks its question."""
    if request.param == "server":
        address = request.getfixturevalue("small_book_address")
    else:
        address = f"{request.getfixturevalue('small_book').as_uri()}/"
    first = open_lab(page, address + PAGE_OF[COUNTS.name], COUNTS.name)
    second = lab_at(page, PACE.name)
    expect(second.locator(".scalelab-canvas svg")).to_be_visible(timeout=PATIENCE_MS)
    return first, second


def give(place: Locator, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "text/plain", "buffer": content}
    place.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]


def answer(place: Locator) -> None:
    place.get_by_role("button", name="Skip", exact=True).click()
    place.locator(".scalelab-data > summary").click()


def offer(place: Locator, name: str) -> Locator:
    return place.get_by_role("button", name=f"Use {name} here, too")


def expect_in_use(place: Locator, lab: Lab, name: str, log: AccessLog) -> None:
    assert lab.own is not None
    report = place.locator(".scalelab-report")
    expect(report).to_contain_text(f"In use: {name}: {log.report.found}", timeout=PATIENCE_MS)
    expect(offer(place, name)).to_be_hidden()
    expect_numbers(place, lab, lab.settled(lab.own.settings), log)


def test_a_question_that_stands_keeps_its_lab_until_the_reader_says_so(
    labs: tuple[Locator, Locator],
) -> None:
    first, second = labs
    give(first, "mine.log", ONE)
    expect_in_use(first, COUNTS, "mine.log", read(ONE))
    expect(first.locator(".scalelab-summary")).to_contain_text("40 of them for /pay")
    expect(offer(second, "mine.log")).to_be_visible()
    answer(second)
    expect_numbers(second, PACE, PACE.defaults)
    offer(second, "mine.log").click()
    expect_in_use(second, PACE, "mine.log", read(ONE))


def test_labs_that_have_answered_take_it_at_once_and_go_back_each_by_itself(
    labs: tuple[Locator, Locator],
) -> None:
    first, second = labs
    answer(second)
    give(second, "mine.log", ONE)
    expect_in_use(second, PACE, "mine.log", read(ONE))
    expect_in_use(first, COUNTS, "mine.log", read(ONE))
    give(first, "other.log", OTHER)
    expect_in_use(first, COUNTS, "other.log", read(OTHER))
    expect_in_use(second, PACE, "other.log", read(OTHER))
    for place in labs:
        place.get_by_text("What became of each line").click()
        expect(place.locator(".scalelab-report")).to_contain_text(
            "Line 2: not a line of an access log"
        )
    first.get_by_role("button", name="Back to the shop's workload").click()
    expect_numbers(first, COUNTS, COUNTS.settled(COUNTS.own.settings))  # type: ignore[union-attr]
    expect_in_use(second, PACE, "other.log", read(OTHER))
    offer(first, "other.log").click()
    expect_in_use(first, COUNTS, "other.log", read(OTHER))
    second.get_by_role("button", name="Back to the even stream").click()
    expect_numbers(second, PACE, PACE.defaults)


def test_what_cannot_be_read_stays_where_it_was_given(labs: tuple[Locator, Locator]) -> None:
    first, second = labs
    answer(second)
    give(first, "mine.log", ONE)
    expect_in_use(second, PACE, "mine.log", read(ONE))
    give(first, "pages.zip", b"PK\x03\x04rest")
    expect(first.locator(".scalelab-notice")).to_contain_text("this is a zip archive")
    expect(second.locator(".scalelab-notice")).to_be_hidden()
    expect(offer(second, "pages.zip")).to_be_hidden()
    expect_in_use(second, PACE, "mine.log", read(ONE))


def test_the_sample_takes_one_click(labs: tuple[Locator, Locator]) -> None:
    first, second = labs
    button = first.get_by_role("button", name=TRIES)
    button.focus()
    button.press("Enter")
    log = read(SAMPLE.file)
    expect_in_use(first, COUNTS, SAMPLE.file.name, log)
    expect(first.locator(".scalelab-data tbody")).to_contain_text("/product/*")
    expect(offer(second, SAMPLE.file.name)).to_be_visible()
    second.get_by_role("button", name=TRIES).click()
    expect(second.locator(".scalelab-summary")).to_be_visible()
    second.locator(".scalelab-data > summary").click()
    expect_in_use(second, PACE, SAMPLE.file.name, log)


def test_it_fits_a_phone(page: Page, small_book: Path) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    first = open_lab(page, (small_book / PAGE_OF[COUNTS.name]).as_uri(), COUNTS.name)
    give(first, "a-rather-long-name-of-an-access-log-of-last-week.log", ONE)
    expect(page.get_by_role("button", name="here, too")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for button in first.locator("button:visible").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= 24
