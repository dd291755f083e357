"""JupyterLab with a real kernel: the chapters open there, and their labs are driven by it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.book.shown import CHAPTERS, LABS, PAGE_OF
from tests.browser.driving import control_at, ends, expect_numbers
from tests.conftest import ROOT

from scalelab.labs.caching import hit_ratio
from scalelab.models.traces import read
from scalelab.samples.shop import FILE as SAMPLE
from scalelab.web.lab import Slider

pytestmark = pytest.mark.browser

STARTED_MS = 60_000
LINKED = """\
from ipywidgets import HBox, jslink
from scalelab.labs.caching import hit_ratio

one, other = hit_ratio.lab.widget(), hit_ratio.lab.widget(cache_size=1000)
jslink((one, "cache_size"), (other, "cache_size"))
HBox([one, other])"""


def notebook(cell: str) -> str:
    code = {"cell_type": "code", "id": "only", "metadata": {}, "source": cell}
    return json.dumps(
        {
            "cells": [{**code, "execution_count": None, "outputs": []}],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


@pytest.fixture
def jupyterlab(tmp_path: Path) -> Iterator[str]:
    """The address of a new JupyterLab over copies of the chapters; ends in a slash.

    One that served another test would open that test's notebooks again.
    """
    shutil.copytree(ROOT / "chapters", tmp_path / "notebooks" / "chapters")
    (tmp_path / "notebooks" / "linked.ipynb").write_text(notebook(LINKED))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("jupyter"), "lab", "--no-browser", "--allow-root"]
    command += ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command += ["--IdentityProvider.token=", f"--notebook-dir={tmp_path / 'notebooks'}"]
    own = {
        name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    }
    own["JUPYTER_CONFIG_PATH"] = str(ROOT / "tools" / "jupyter")  # as `make lab` has it
    address = f"http://127.0.0.1:{port}/"
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=log, stderr=log)
    try:
        answered = False
        while not answered:
            assert server.poll() is None, (tmp_path / "log").read_text()[-2000:]
            try:
                answered = urllib.request.urlopen(f"{address}api").status == 200
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.kill()  # asked politely, it waits for its kernels; they end when it has gone
        server.wait()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that may ask nobody but this machine. JupyterLab itself logs warnings."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    abroad: list[str] = []
    page.on(
        "request",
        lambda request: (
            request.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
            or abroad.append(request.url)
        ),
    )
    yield page
    context.close()
    assert not abroad


def run_all(page: Page, address: str) -> Locator:
    """Opens a notebook and runs all its cells; the labs in it."""
    page.goto(address)
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    # Run before its kernel is there, a notebook would ask for one.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=STARTED_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    return panel.locator("div.scalelab-lab[data-live]")


def opened(lab: Locator) -> Locator:
    """The lab with its answer in view and its table open."""
    expect(lab.locator(".scalelab-canvas svg")).to_be_visible(timeout=STARTED_MS)
    lab.get_by_role("button", name="Skip", exact=True).click()
    lab.locator(".scalelab-data > summary").click()
    return lab


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_labs_of_a_chapter_are_driven_by_the_kernel(
    chapter: str, page: Page, jupyterlab: str
) -> None:
    labs = run_all(page, f"{jupyterlab}lab/tree/{chapter.replace('.html', '.ipynb')}")
    for name in [name for name in LABS if PAGE_OF[name] == chapter]:
        lab = LABS[name]
        # Other labs may name it, too, where they hand something over.
        title = page.locator(".scalelab-title", has_text=lab.title)
        place = opened(labs.filter(has=title))
        expect_numbers(place, lab, lab.defaults)
        for control in lab.controls:
            if isinstance(control, Slider):
                control_at(place, control).get_by_role("slider").press("End")
                expect_numbers(place, lab, {**lab.defaults, control.name: ends(control)[1]})
                place.get_by_role("button", name="Reset").click()
        expect_numbers(place, lab, lab.defaults)


def test_nobody_is_asked_for_news_and_no_server_for_updates(page: Page, jupyterlab: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{jupyterlab}lab/tree/linked.ipynb")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=STARTED_MS)
    # What asks does so once the page stands, which is before the kernel does.
    page.wait_for_timeout(1000)
    expect(page.get_by_text("Jupyter news")).to_have_count(0)
    # These make the server ask: a feed, and the registry that it came from.
    through = ("/lab/api/news", "/lab/api/update")
    assert asked
    assert not [url for url in asked if any(path in url for path in through)]


def test_labs_compose_with_other_widgets(page: Page, jupyterlab: str) -> None:
    lab = hit_ratio.lab
    places = run_all(page, f"{jupyterlab}lab/tree/linked.ipynb")
    expect(places).to_have_count(2, timeout=STARTED_MS)
    one, other = (opened(place) for place in places.all())
    one.locator("[data-control=cache_size]").get_by_role("slider").press("Home")
    for place in (one, other):
        expect_numbers(place, lab, {**lab.defaults, "cache_size": 10})
    other.locator("[data-control=cache_size]").get_by_role("slider").press("End")
    most = ends(next(each for each in lab.controls if each.name == "cache_size"))[1]
    for place in (one, other):
        expect_numbers(place, lab, {**lab.defaults, "cache_size": most})


def test_the_kernel_reads_a_trace_of_the_reader_s_own(page: Page, jupyterlab: str) -> None:
    place = opened(run_all(page, f"{jupyterlab}lab/tree/linked.ipynb").first)
    place.locator("input[type=file]").set_input_files(SAMPLE)
    trace = read(SAMPLE)
    expect(place.locator(".scalelab-report")).to_contain_text(f"{len(trace):,} requests")
    expect_numbers(place, hit_ratio.lab, hit_ratio.lab.defaults, trace.keys)
    place.locator("input[type=file]").set_input_files(
        files=[{"name": "x.zip", "mimeType": "", "buffer": b"PK\x03\x04"}]
    )
    expect(place.locator(".scalelab-notice")).to_contain_text("this is a zip archive")


def test_labs_of_a_notebook_share_the_reader_s_own(page: Page, jupyterlab: str) -> None:
    places = run_all(page, f"{jupyterlab}lab/tree/linked.ipynb")
    expect(places).to_have_count(2, timeout=STARTED_MS)
    one = opened(places.first)
    other = places.nth(1)
    expect(other.locator(".scalelab-canvas svg")).to_be_visible(timeout=STARTED_MS)
    one.locator("input[type=file]").set_input_files(SAMPLE)
    trace = read(SAMPLE)
    expect_numbers(one, hit_ratio.lab, hit_ratio.lab.defaults, trace.keys)
    # Its question still stands.
    expect(other.locator(".scalelab-report")).to_be_empty()
    other.get_by_role("button", name=f"Use {SAMPLE.name} here, too").click()
    other.get_by_text("Data table", exact=True).click()
    expect_numbers(other, hit_ratio.lab, hit_ratio.lab.defaults, trace.keys)
    one.locator("input[type=file]").set_input_files(
        files=[{"name": "mine.txt", "mimeType": "", "buffer": b"a\nb\na\n"}]
    )
    for place in (one, other):
        expect(place.locator(".scalelab-report")).to_contain_text("mine.txt: 3 requests")
        expect_numbers(place, hit_ratio.lab, hit_ratio.lab.defaults, read(b"a\nb\na\n").keys)
    one.get_by_role("button", name="Back to the synthetic workload").click()
    expect_numbers(one, hit_ratio.lab, hit_ratio.lab.defaults)
    expect(other.locator(".scalelab-report")).to_contain_text("mine.txt: 3 requests")
