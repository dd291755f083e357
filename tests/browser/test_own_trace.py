"""A reader's own trace on the lab of the built book: read, simulated and accounted for there."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.book.shown import PAGE_OF
from tests.browser.driving import PATIENCE_MS, alone, control_at, expect_numbers, open_lab

from scalelab.labs.caching import hit_ratio
from scalelab.models.traces import read
from scalelab.samples.shop import FILE as SAMPLE
from scalelab.web.lab import Settings

pytestmark = pytest.mark.browser

LAB = hit_ratio.lab
REAL = Path(__file__).resolve().parents[3] / "shared" / "traces"
BROKEN = b'key,size\n/a,1\n/b\n,3\n"x,4\n/a,1,9\n/a,2\n'
ORDERS = b"".join(
    b'192.0.2.1 - - [25/Nov/2026:21:00:00 +0000] "%s /%d HTTP/1.1" %d 512\n' % line
    for line in [(b"GET", 1, 200), (b"POST", 1, 200), (b"GET", 2, 404), (b"POST", 3, 200)]
)


@pytest.fixture
def lab(page: Page, book_address: str) -> Locator:
    alone(page, LAB.name)
    return open_lab(page, book_address + PAGE_OF[LAB.name], LAB.name)


def give(lab: Locator, name: str, content: bytes) -> Locator:
    """Hands the lab a file; the place where it reports on it."""
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    lab.locator("input[type=file]").set_input_files(files=[file])
    return lab.locator(".scalelab-report")


def every_policy(lab: Locator) -> Settings:
    for box in control_at(lab, LAB.controls[0]).get_by_role("checkbox").all():
        box.check()
    return {**LAB.defaults, "policies": (1 << len(hit_ratio.POLICIES)) - 1}


@pytest.mark.parametrize("path", [SAMPLE, REAL / "web07.csv.gz", REAL / "multi1.csv.gz"], ids=str)
def test_every_policy_hits_as_in_python(path: Path, lab: Locator) -> None:
    if not path.exists():
        pytest.skip(f"the real traces are not there ({path.name})")
    trace = read(path)
    report = give(lab, path.name, path.read_bytes())
    expect(report).to_contain_text(
        f"{path.name}: {len(trace):,} requests for {trace.n_keys:,} keys", timeout=PATIENCE_MS
    )
    expect_numbers(lab, LAB, every_policy(lab), trace.keys)


def test_a_dropped_file_is_taken_as_a_chosen_one(lab: Locator) -> None:
    lab.locator(".scalelab-drop").evaluate(
        """(zone) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["a\\nb\\na\\n"], "mine.txt"));
          zone.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
        }"""
    )
    expect(lab.locator(".scalelab-report")).to_contain_text(
        "mine.txt: 3 requests for 2 keys (one key per line), no line left out."
    )
    expect_numbers(lab, LAB, LAB.defaults, read(b"a\nb\na\n").keys)


@pytest.mark.parametrize(
    ("content", "found", "became"),
    [
        (
            BROKEN,
            "2 requests for 1 key (column 1, separated by comma), 4 lines left out.",
            [
                "2 × request", "1 × header", "1 × too few columns", "1 × too many columns",
                "1 × empty key", "1 × quote that is not closed",
                "Line 3: too few columns", "Line 4: empty key",
                "Line 5: quote that is not closed", "Line 6: too many columns",
            ],
        ),
        (
            ORDERS,
            "1 request for 1 key (an access log), 3 lines left out.",
            ["1 × request", "2 × not a GET request", "1 × status other than 2xx or 304"],
        ),
    ],
    ids=["malformed", "not for a cache"],
)  # fmt: skip
def test_every_line_is_accounted_for(
    content: bytes, found: str, became: list[str], lab: Locator
) -> None:
    report = give(lab, "mine", content)
    expect(report).to_contain_text(found)
    report.get_by_text("What became of each line").click()
    assert report.locator("li").all_text_contents() == became


def test_a_trace_does_not_wait_for_a_run_that_it_makes_pointless(lab: Locator) -> None:
    long = {"n_requests": 1_000_000, "n_objects": 100_000}
    for control in LAB.controls:
        if control.name in long:
            control_at(lab, control).get_by_role("slider").press("End")
            assert control.values[-1] == long[control.name]
    expect(lab.locator(".scalelab-running")).to_be_visible()
    trace = read(SAMPLE)
    give(lab, SAMPLE.name, SAMPLE.read_bytes())
    expect_numbers(lab, LAB, {**LAB.defaults, **long}, trace.keys)
    expect(lab.locator(".scalelab-notice")).to_be_hidden()
    # Nothing of the stopped run was kept as if it were the trace's.
    lab.get_by_role("button", name="Reset").click()
    expect_numbers(lab, LAB, LAB.defaults, trace.keys)


def test_what_cannot_be_read_is_said_and_left(lab: Locator) -> None:
    give(lab, "pages.zip", b"PK\x03\x04rest")
    expect(lab.locator(".scalelab-notice")).to_contain_text("this is a zip archive")
    give(lab, "mine", b"a\nb\na\n")
    expect(lab.locator(".scalelab-notice")).to_be_hidden()
    lab.get_by_role("button", name="Back to the synthetic workload").click()
    expect_numbers(lab, LAB, LAB.defaults)
    expect(lab.locator(".scalelab-report")).to_be_empty()
