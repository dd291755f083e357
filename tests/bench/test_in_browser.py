"""What the benchmarks do in Chromium, on one lab; no time is judged here."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from scalelab.bench import kernels, sliders, weight
from scalelab.bench.browser import pages_with_labs
from scalelab.labs.published import published
from scalelab.web.lab import Lab
from scalelab.web.sphinx import kernel_address
from scalelab.web.wasm import compile_kernels

pytestmark = pytest.mark.browser
NAME = "caching/stampede"


@pytest.fixture
def lab() -> Lab:
    found = published()[NAME]
    assert isinstance(found, Lab)
    return found


def test_a_kernel_runs_in_the_page_and_natively(lab: Lab, page: Page, tmp_path: Path) -> None:
    address = kernel_address(lab)
    module = compile_kernels([address], tmp_path)[address]
    native, in_page = kernels.alternating(lab, page, module, rounds=2)
    assert native > 0
    assert in_page > 0


def test_every_slider_of_a_lab_moves_its_chart(
    lab: Lab, page: Page, book: Path, book_address: str
) -> None:
    (shown, *_) = [name for name, labs in pages_with_labs(book).items() if NAME in labs]
    page.goto(book_address + shown)
    ((name, movements, middle, late, longest, slowest, _),) = sliders.rows(sliders.Bench(page, lab))
    assert name == NAME
    assert movements >= 12
    assert 0 < middle <= late <= longest
    assert slowest in {control.label for control in lab.controls}


def test_first_visits_are_light_and_ask_nobody_else(
    browser: Browser, book: Path, book_address: str
) -> None:
    pages = pages_with_labs(book)
    assert pages
    for name in pages:
        _, requests, plain, packed, _, elsewhere = weight.weighed(browser, book_address, name)
        assert requests > 5
        assert packed < plain
        assert packed < weight.GOAL_MB
        assert elsewhere == 0
