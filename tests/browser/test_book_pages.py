"""Every page of the built book, in Chromium: for everyone, on every screen, from everywhere."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from tests.book.shown import CHAPTERS, LABS, PAGE_OF, QUIZZES
from tests.browser.driving import (
    PATIENCE_MS,
    alone,
    control_at,
    expect_numbers,
    lab_at,
    live_lab,
    open_lab,
    table_text,
)

from scalelab.web.lab import Lab, Slider

pytestmark = pytest.mark.browser

WELCOME = "book/welcome.html"
WIDTHS = [320, 375, 768, 1280, 1920]
# Without preload: it would load the style sheets' own imports from wrong addresses.
AXE: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
# What a dark page can break that a light one does not: all else is the same in both.
COLOURS = AXE | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
RULES = {"light": AXE, "dark": COLOURS}
# A table has many rows, all made alike, which would take most of the time.
FIRST_ROWS = {"exclude": [["tbody tr:nth-child(n+4)"]]}
LABS_ONLY = {"include": [[".scalelab-lab"]], **FIRST_ROWS}


every_chapter = pytest.mark.parametrize("address", CHAPTERS)


def pages(book: Path) -> list[str]:
    """Every page that a reader can stay on; index.html leads on to the welcome page."""
    found = (page.relative_to(book) for page in book.rglob("*.html"))
    return sorted(
        str(page) for page in found if "_static" not in page.parts and page.name != "index.html"
    )


def labs_of(page: Page) -> list[Locator]:
    """The labs of the page, all of them live."""
    places = page.locator("figure.scalelab-lab[data-lab]").all()
    for place in places:
        expect(place.locator(".scalelab-canvas svg")).to_be_visible(timeout=PATIENCE_MS)
    return places


def opened(page: Page) -> list[Locator]:
    """The labs of the page, their answers and data tables in view."""
    places = labs_of(page)
    for place in places:
        place.get_by_role("button", name="Skip", exact=True).click()
        place.locator(".scalelab-data > summary").click()
    return places


# --- with and without scripts --------------------------------------------------------------------


@every_chapter
def test_all_labs_are_live_the_one_in_view_first(
    address: str, page: Page, book_address: str
) -> None:
    """Whoever comes by a link to a section does not wait for the labs above it."""
    page.add_init_script(
        """window.came = [];
        new MutationObserver((changes) => {
          for (const { target } of changes)
            if (target.closest?.(".scalelab-canvas") && target.querySelector("svg"))
              came.push(target.closest("figure.scalelab-lab").dataset.lab);
        }).observe(document, { subtree: true, childList: true });"""
    )
    page.goto(f"{book_address}{address}#the-model")
    names = [place.get_attribute("data-lab") for place in labs_of(page)]
    assert page.evaluate("came[0]") == names[-1]
    assert set(names) == {name for name in LABS if PAGE_OF[name] == address}
    for name in names:
        expect(lab_at(page, name)).to_have_attribute("data-state", "ready")


def test_welcome_shows_a_lab_that_answers(page: Page, book_address: str) -> None:
    page.goto(book_address + WELCOME)
    (place,) = labs_of(page)
    canvas = place.locator(".scalelab-canvas svg").bounding_box()
    assert canvas
    assert page.viewport_size
    assert canvas["y"] < page.viewport_size["height"], "the chart begins below the fold"
    lab = LABS[place.get_attribute("data-lab")]
    place = open_lab(page, book_address + WELCOME, lab.name)
    start = {**lab.defaults, **place.evaluate("(lab) => JSON.parse(lab.dataset.settings)")}
    expect_numbers(place, lab, start)
    slider = next(control for control in lab.controls if isinstance(control, Slider))
    control_at(place, slider).get_by_role("slider").press("Home")
    expect_numbers(place, lab, {**start, slider.name: slider.values[0]})


@every_chapter
def test_picture_and_table_without_scripts(
    address: str, browser: Browser, book_address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(book_address + address)
    for name in (name for name in LABS if PAGE_OF[name] == address):
        expect_static_figure(lab_at(page, name), LABS[name])
    context.close()


def expect_static_figure(place: Locator, lab: Lab) -> None:
    picture = place.locator("img")
    expect(picture).to_be_visible()
    size, natural, opacity = (
        picture.evaluate(f"(one) => {code}")
        for code in (
            "one.width / one.height",
            "one.naturalWidth / one.naturalHeight",
            "getComputedStyle(one).opacity",
        )
    )
    assert size == pytest.approx(natural, rel=0.01), "not its own proportions"
    assert picture.evaluate("(one) => one.naturalWidth") > 500
    assert opacity == "1"
    table = lab.table()
    expect(place.locator("figcaption")).to_have_text(lab.sentence(table, lab.defaults))
    cells = "(rows) => rows.map((row) => [...row.cells].map((one) => one.textContent).join(' | '))"
    assert place.locator("tbody tr").evaluate_all(cells) == table_text(lab, table)


@every_chapter
def test_opened_from_disk(address: str, page: Page, book: Path) -> None:
    lab = next(one for name, one in LABS.items() if PAGE_OF[name] == address)
    place = open_lab(page, (book / address).as_uri(), lab.name)
    labs_of(page)
    slider = next(control for control in lab.controls if isinstance(control, Slider))
    control_at(place, slider).get_by_role("slider").press("End")
    expect_numbers(place, lab, {**lab.defaults, slider.name: slider.values[-1]})


# --- for everyone --------------------------------------------------------------------------------


def violations(page: Page, address: str, scheme: str) -> list[str]:
    """What axe finds in the labs as they open, and in all of the page with their tables in view."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(address)
    found = []
    if labs_of(page):
        found.append(Axe().run(page, context=LABS_ONLY, options=RULES[scheme]))
        opened(page)
    found.append(Axe().run(page, context=FIRST_ROWS, options=RULES[scheme]))
    return [f"{address}: {each.generate_report()}" for each in found if each.violations_count]


every_scheme = pytest.mark.parametrize("scheme", ["light", "dark"])


@every_scheme
@every_chapter
def test_no_accessibility_violation(
    address: str, scheme: str, page: Page, book_address: str
) -> None:
    assert not violations(page, book_address + address, scheme)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)


@every_scheme
def test_no_accessibility_violation_around_the_chapters(
    scheme: str, page: Page, book: Path, book_address: str
) -> None:
    for address in set(pages(book)) - set(CHAPTERS):
        assert not violations(page, book_address + address, scheme)


# The controls in view that have no outline when focused, or that a pointer does not reach.
UNREACHED = """(lab) => {
  const controls = [...lab.querySelectorAll("input, select, button, summary")];
  return controls.filter((one) => {
    if (!one.checkVisibility({ visibilityProperty: true })) return false;
    one.scrollIntoView({ block: "center" });
    one.focus();
    const marked = [one, one.nextElementSibling].some((each) => each &&
      parseFloat(getComputedStyle(each).outlineWidth) >= 2 &&
      getComputedStyle(each).outlineStyle !== "none");
    if (one.type === "file") return !marked; // which has a label for a button
    const box = one.getBoundingClientRect();
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return !marked || !(one.contains(hit) || hit?.closest("label")?.control === one);
  }).map((one) => one.outerHTML);
}"""


@every_chapter
def test_focus_is_seen_on_every_control(address: str, page: Page, book_address: str) -> None:
    """And a pointer reaches each: nothing lies over it."""
    page.goto(book_address + address)
    places = opened(page)
    page.keyboard.press("Shift")  # the keyboard is in use: focus-visible holds
    for place in places:
        assert place.evaluate(UNREACHED) == []


def test_motion_is_still_for_those_who_want_it_so(page: Page, book_address: str) -> None:
    name = "caching/latency"
    place = open_lab(page, book_address + PAGE_OF[name], name)
    place.get_by_role("slider").first.press("ArrowRight")
    moving = "(lab) => [...lab.querySelectorAll('*')].flatMap((one) => one.getAnimations()).length"
    assert place.evaluate(moving) == 0
    place.locator(".scalelab-tries button").first.click()
    assert place.evaluate(moving) == 0


@pytest.mark.parametrize("name", QUIZZES)
def test_every_answer_of_the_quiz_is_answered(name: str, page: Page, book_address: str) -> None:
    page.goto(book_address + PAGE_OF[name])
    quiz = QUIZZES[name]
    place = page.locator(".scalelab-quiz[data-live]")
    questions = place.locator("fieldset").all()
    for question, at in zip(quiz.questions, questions, strict=True):
        expect(at.locator("legend")).to_contain_text(question.prompt)
        for option in (*question.options, question.answer):
            at.get_by_role("radio", name=option.text, exact=True).check()
            word = "Right" if option.right else "Not quite"
            expect(at.locator(".scalelab-feedback")).to_have_text(f"{word}. {option.feedback}")
    first = sum(question.options[0].right for question in quiz.questions)
    total = len(quiz.questions)
    expect(place.locator(".scalelab-score")).to_have_text(
        f"{total} of {total} answered, {first} right at the first try."
    )


# --- on every screen and on paper ----------------------------------------------------------------


FILLED = """(lab) => Math.abs(lab.querySelector(".scalelab-stage").clientWidth -
  lab.querySelector(".scalelab-canvas svg").getBoundingClientRect().width) <= 2"""


def too_wide(page: Page, address: str) -> dict[int, int]:
    """The widths of a screen on which the page is wider than that, and how wide it is."""
    page.goto(address)
    places = opened(page)
    wide = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for place in places:
            page.wait_for_function(FILLED, arg=place.element_handle())
        content = page.evaluate("document.documentElement.scrollWidth")
        if content > width:
            wide[width] = content
    return wide


@every_chapter
def test_nothing_overflows(address: str, page: Page, book_address: str) -> None:
    assert not too_wide(page, book_address + address)


def test_nothing_overflows_around_the_chapters(page: Page, book: Path, book_address: str) -> None:
    for address in set(pages(book)) - set(CHAPTERS):
        assert not too_wide(page, book_address + address), address


def asks_across(lab: Lab) -> bool:
    """Whether the reader's guess is an upright line, whose label may need room at its side."""
    chart = json.dumps(lab.definition()["chart"])
    return '"x": {"field": "guess"' in chart


@pytest.mark.parametrize("name", [name for name, lab in LABS.items() if asks_across(lab)])
def test_label_of_a_guess_takes_no_width_from_the_drawing(
    name: str, page: Page, book_address: str
) -> None:
    page.set_viewport_size({"width": 375, "height": 900})
    alone(page, name)
    place = live_lab(page, book_address + PAGE_OF[name], name)
    place.get_by_role("slider", name=LABS[name].prediction.question).press("End")
    page.set_viewport_size({"width": 370, "height": 900})  # drawn anew, with the guess in its place
    page.wait_for_function(FILLED, arg=place.element_handle())
    stage = place.locator(".scalelab-stage").bounding_box()
    label = place.locator(".guess_label_marks text").bounding_box()
    axis = place.locator(".role-axis-domain line").first.bounding_box()
    assert stage
    assert label
    assert axis
    assert label["x"] + label["width"] <= stage["x"] + stage["width"]
    assert axis["width"] > 0.5 * stage["width"]


@pytest.mark.parametrize(
    ("address", "scheme"), [(CHAPTERS[0], "light"), *((address, "dark") for address in CHAPTERS)]
)
def test_paper_gets_the_picture(address: str, scheme: str, page: Page, book_address: str) -> None:
    """Dark ink also from a dark screen, where it is not what was there."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(book_address + address)
    opened(page)
    page.emulate_media(media="print", color_scheme=scheme)
    page.set_viewport_size({"width": 680, "height": 960})  # A4 within its margins, in CSS pixels
    for place in labs_of(page):
        drawing = place.locator(".scalelab-canvas svg").bounding_box()
        assert drawing
        assert drawing["width"] <= 680
        for hidden in (".scalelab-controls", ".scalelab-tries", ".scalelab-buttons"):
            expect(place.locator(hidden).first).to_be_hidden()
        expect(place.locator(".scalelab-summary")).to_be_visible()
        ink = "(lab) => [getComputedStyle(lab).color, getComputedStyle(lab).backgroundColor]"
        assert place.evaluate(ink) == ["rgb(31, 39, 51)", "rgb(255, 255, 255)"]


# --- from everywhere -----------------------------------------------------------------------------


def test_strict_policy_holds_and_is_kept(page: Page, book: Path, book_address: str) -> None:
    page.add_init_script(
        "globalThis.violations = [];"
        "addEventListener('securitypolicyviolation', (event) => "
        "violations.push(`${event.violatedDirective} ${event.blockedURI}`));"
    )
    for address in pages(book):
        html = (book / address).read_text()
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
        assert policy, address
        assert "'unsafe-eval'" not in policy[1]
        scripts = re.search(r"script-src ([^;]+)", policy[1])
        assert scripts
        assert "'unsafe-inline'" not in scripts[1]
        page.goto(book_address + address)
        labs_of(page)
        assert page.evaluate("violations") == [], address


def test_policy_stops_foreign_code(browser: Browser, book_address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(book_address + CHAPTERS[0])
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "globalThis.foreign = true";
          document.head.append(script);
        }"""
    )
    assert page.evaluate("globalThis.foreign") is None
    context.close()


def test_missing_page_is_the_book_s_own(book: Path, book_address: str) -> None:
    assert (book / "404.html").is_file()
    with pytest.raises(urllib.error.HTTPError, match="404") as missing:
        urllib.request.urlopen(book_address + "chapters/no-such-page.html", timeout=10)
    assert missing.value.read() == (book / "404.html").read_bytes()
    missing.value.close()
