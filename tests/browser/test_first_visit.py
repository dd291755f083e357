"""What a first visit costs: bytes over the wire, and nothing from any other site."""

import gzip

import pytest
from playwright.sync_api import Page, Response
from tests.book.shown import CHAPTERS

pytestmark = pytest.mark.browser

LIMIT_BYTES = 1_500_000
# Already compressed; a server sends them as they are.
PACKED = ("image/png", "font/woff2")


@pytest.mark.parametrize("name", [*CHAPTERS, "book/welcome.html"])
def test_first_visit_is_light_and_stays_on_the_site(
    name: str, page: Page, book_address: str
) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(book_address + name, wait_until="networkidle")
    for lab in page.locator("figure[data-lab]").all():
        lab.and_(page.locator("[data-state=ready]")).wait_for()
    # Scrolled to its end, so that whatever waits to be seen is loaded too.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")

    sent = {}
    for answer in answers:
        if answer.url.startswith(("data:", "blob:")):
            continue
        assert answer.url.startswith(book_address)
        assert answer.status == 200, answer.url
        body = answer.body()
        kind = answer.headers["content-type"]
        sent[answer.url] = len(body if kind in PACKED else gzip.compress(body, 6))
    assert len(sent) > 10
    print(f"{name}: {sum(sent.values()):,} bytes in {len(sent)} answers")
    assert 300_000 < sum(sent.values()) < LIMIT_BYTES, sorted(
        sent.items(), key=lambda one: -one[1]
    )[:5]
