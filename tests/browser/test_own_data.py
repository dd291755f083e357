"""Data of the reader's own, typed or dropped, on the labs of the built book that take some."""

import gzip

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.book.shown import LABS, PAGE_OF
from tests.browser.driving import PATIENCE_MS, alone, expect_numbers, open_lab

from scalelab.models import access_log, lines
from scalelab.samples import week

pytestmark = pytest.mark.browser

# The trace's layouts have tests of their own.
TAKERS = [name for name, lab in LABS.items() if lab.own and lab.own.format.name != "trace"]
TYPED = [name for name in TAKERS if LABS[name].own.example]  # type: ignore[union-attr]
LOGS = [name for name in TAKERS if LABS[name].own.format.name == "access_log"]  # type: ignore[union-attr]


def open_taker(name: str, page: Page, book_address: str) -> Locator:
    alone(page, name)
    return open_lab(page, book_address + PAGE_OF[name], name)


def expect_in_use(place: Locator, name: str, called: str, content: bytes) -> None:
    """The lab runs on ``content``, and says of every line what became of it."""
    lab = LABS[name]
    assert lab.own is not None
    read = lines.read(lab.own.format, content)
    report = place.locator(".scalelab-report")
    expect(report).to_contain_text(f"{called}: {read.report.found}, ", timeout=PATIENCE_MS)
    expect_numbers(place, lab, lab.settled(lab.own.settings), read.values)
    report.get_by_text("What became of each line").click()
    became = [f"{count:,} × {reason}" for reason, count in read.report.counts.items()]
    became += [f"Line {each.line:,}: {each.reason}" for each in read.report.problems]
    assert report.locator("li").all_text_contents() == became


@pytest.mark.parametrize("name", TYPED)
def test_what_is_typed_is_used_and_accounted_for(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    assert lab.own is not None
    place = open_taker(name, page, book_address)
    box = place.get_by_role("textbox", name=f"Your own {lab.own.format.noun}s")
    assert box.input_value() == lab.own.example
    typed = lab.own.example.rstrip("\n") + "\nnot,a,line,of,this\n"
    box.fill(typed)
    place.get_by_role("button", name=f"Use these {lab.own.format.noun}s").click()
    expect_in_use(place, name, "what you typed", typed.encode())
    place.get_by_role("button", name=f"Back to {lab.own.instead}").click()
    expect_numbers(place, lab, lab.settled(lab.own.settings))
    expect(place.locator(".scalelab-report")).to_be_empty()


@pytest.mark.parametrize("name", TYPED)
def test_a_packed_file_is_read_as_what_is_typed(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    assert lab.own is not None
    place = open_taker(name, page, book_address)
    content = gzip.compress(lab.own.example.encode())
    file = {"name": "mine.gz", "mimeType": "application/gzip", "buffer": content}
    place.locator("input[type=file]").set_input_files(files=[file])
    expect_in_use(place, name, "mine.gz", content)


@pytest.mark.parametrize("name", TYPED)
def test_what_cannot_be_used_is_said_and_left(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    assert lab.own is not None
    place = open_taker(name, page, book_address)
    place.locator("textarea").fill("")
    use = place.get_by_role("button", name=f"Use these {lab.own.format.noun}s")
    use.click()
    notice = place.locator(".scalelab-notice")
    expect(notice).to_contain_text(f"there is no {lab.own.format.noun} in it: it is empty")
    place.locator("textarea").fill(lab.own.example)
    use.click()
    expect(notice).to_be_hidden()


@pytest.mark.parametrize("name", LOGS)
def test_the_sample_log_takes_one_click(name: str, page: Page, book_address: str) -> None:
    lab = LABS[name]
    assert lab.own is not None
    place = open_taker(name, page, book_address)
    place.get_by_role("button", name=f"Try it with {week.TITLE}").click()
    log = access_log.read(week.FILE)
    settings = lab.settled(lab.own.settings)
    expect_numbers(place, lab, settings, log)
    report = place.locator(".scalelab-report")
    expect(report).to_contain_text(log.report.found)
    report.get_by_role("button", name=f"Back to {lab.own.instead}").click()
    expect_numbers(place, lab, settings)


@pytest.mark.parametrize("name", LOGS)
def test_a_log_with_broken_lines_is_accounted_for(name: str, page: Page, book_address: str) -> None:
    some = week.FILE.read_bytes()
    content = b"\n".join(gzip.decompress(some).splitlines()[:300]) + b'\nbroken\n[] "GET\n'
    place = open_taker(name, page, book_address)
    file = {"name": "mine.log", "mimeType": "text/plain", "buffer": content}
    place.locator("input[type=file]").set_input_files(files=[file])
    report = place.locator(".scalelab-report")
    read = access_log.read(content)
    expect(report).to_contain_text(f"mine.log: {read.report.found}, ", timeout=PATIENCE_MS)
    lab = LABS[name]
    assert lab.own is not None
    expect_numbers(place, lab, lab.settled(lab.own.settings), read)
    report.get_by_text("What became of each line").click()
    became = [f"{count:,} × {reason}" for reason, count in read.report.counts.items()]
    became += [f"Line {each.line:,}: {each.reason}" for each in read.report.problems]
    assert report.locator("li").all_text_contents() == became
