"""The front end by itself, in Chromium: one small lab whose kernel is a few lines of JavaScript.

The kernel's Python twin is below, so every displayed number is held against `Lab`.
"""

import json
import re
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.small_labs import AREA

from scalelab.kernels.jit import Table, kernel
from scalelab.web import bundle
from scalelab.web.figure import figure_html
from scalelab.web.lab import (
    Choice,
    Choices,
    Column,
    HandOver,
    Lab,
    Prediction,
    Reading,
    Try,
    data,
    guess_rule,
    linear,
    one_two_five,
)
from scalelab.web.quiz import Option, Question, Quiz

pytestmark = pytest.mark.browser

LINES = ("plain", "steep", "steeper")


@kernel
def lines(factor: int, share: float, shape: int, chosen: int, delay_ms: int) -> Table:
    table = np.empty((4, 3))
    steepness = 1 + (chosen >> 1)
    for i in range(4):
        table[i, 0] = chosen >> 1
        table[i, 1] = i + 1
        table[i, 2] = factor * share * steepness * (i + 1) ** (1 + shape)
    return table


# Fails on a factor of 9, and takes `delay_ms` for each call.
WORKER = """
self.onmessage = ({ data: { run, calls } }) => {
  for (const [factor, share, shape, chosen, delay] of calls) {
    for (const start = performance.now(); performance.now() - start < delay; );
    if (factor === 9) { self.postMessage({ run, error: "nine is not to be had" }); return; }
    const table = [1, 2, 3, 4].flatMap((n) =>
      [chosen >> 1, n, factor * share * (1 + (chosen >> 1)) * n ** (1 + shape)]);
    self.postMessage({ run, table: Float64Array.from(table) });
  }
};
"""

LAB = Lab(
    name="small/lines",
    title="Lines that rise",
    kernel=lines,
    controls=[
        linear("factor", "Factor", 1, 10, 1, 2, help="What all is multiplied by."),
        linear("share", "Share", 0.1, 1.0, 0.1, 0.5, format=".0%"),
        Choice("shape", "Shape", ("straight", "bent")),
        Choices("chosen", "Lines", LINES, 0b011),
        one_two_five("delay_ms", "Delay", 1, 2000, 1, unit="ms"),
    ],
    columns=[
        Column("line", "Line", labels=LINES),
        Column("n", "Place", unit="steps"),
        Column("height", "Height", format=",.2f"),
    ],
    chart=alt.layer(
        alt.Chart(data())
        .mark_line()
        .encode(
            x=alt.X("n:Q", title="Place (steps)"),
            y=alt.Y("height:Q", title="Height"),
            color=alt.Color("line:N", scale=alt.Scale(domain=list(LINES))),
        ),
        guess_rule("y"),
    ),
    summary=(
        "With factor {factor} at {share} ({shape}; {chosen}) place 4 is {end} high; "
        "the first is {first}.[ At the factor 3 it is {three}.]"
    ),
    readings=[
        Reading("end", "height", {"line": "plain", "n": 4}, ",.2f"),
        Reading("first", "line", {"n": 4}),
        Reading("three", "height", {"line": "plain", "n": 4, "height": 6.0}, ",.1f"),
    ],
    prediction=Prediction("How high is place 4?", "end", 0, 20, 1, ",.0f", "steps"),
    tries=[Try("Make it ten.", {"factor": 10, "share": 1.0})],
    split="chosen",
    hand_overs=[HandOver(AREA, {"size": "factor", "share": "share", "kind": 1})],
)

QUIZ = Quiz(
    "small/quiz",
    "Quiz",
    [
        Question(
            "One and one?", [Option("Two", "As ever.", right=True), Option("Three", "One less.")]
        )
    ],
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The address of nothing but the lab and the quiz, on disk."""
    folder = tmp_path_factory.mktemp("front_end")
    entries = {
        "labs": {
            LAB.name: {"definition": LAB.definition(), "wasm": "", "pages": {AREA.name: "two.html"}}
        },
        "quizzes": {QUIZ.name: {"definition": QUIZ.definition()}},
        "parsers": {},
    }
    source = bundle.joined("page.js").split("\n", 1)[1]
    exposed = (
        "formatNumber, settingsFragment, parseFragment, settingsFromAddress, separated, mountLab"
    )
    (folder / "page.js").write_text(
        f"globalThis.scalelab = {json.dumps(entries)};\n"
        f"(() => {{ const WORKER_SOURCE = {json.dumps(WORKER)};\n{source}\n"
        f"globalThis.underTest = {{ {exposed} }}; start(); }})();"
    )
    (folder / "vega.js").write_text(bundle.vega_script())
    (folder / "labs.css").write_text(bundle.style_sheet())
    policy = "script-src 'self' file: blob: 'wasm-unsafe-eval'; worker-src blob:"
    figure = figure_html(LAB, LAB.table(), LAB.defaults)
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Labs</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="labs.css">'
        '<script defer src="vega.js"></script><script defer src="page.js"></script></head>'
        f"<body><main>{figure}{QUIZ.html()}</main></body></html>"
    )
    return folder / "index.html"


@pytest.fixture
def lab(page: Page, site: Path) -> Locator:
    page.goto(site.as_uri())
    place = page.locator("figure.scalelab-lab")
    expect(place.locator(".scalelab-canvas svg")).to_be_visible()
    return place


def skip(lab: Locator) -> None:
    lab.get_by_role("button", name="Skip").click()


def sentence(**settings: Any) -> str:
    return LAB.sentence(LAB.table(**settings), LAB.settled(settings))


def expect_sentence(lab: Locator, **settings: Any) -> None:
    expect(lab.locator(".scalelab-summary")).to_have_text(sentence(**settings))


def test_numbers_read_as_python_writes_them(lab: Locator, page: Page) -> None:
    numbers = [
        0.0,
        -0.0,
        0.5,
        1.5,
        2.5,
        0.125,
        0.375,
        0.25,
        0.005,
        0.285,
        1 / 3,
        999.5,
        1234567.891,
    ]
    numbers += [-2.5, -0.001, 1e-9, 6.02e23 / 1e8, 0.9995, 99.995]
    formats = [",.0f", ",.1f", ",.2f", ".0%", ".1%", ".2e"]
    pairs = [[number, each] for each in formats for number in numbers]
    shown = page.evaluate("(pairs) => pairs.map(([n, f]) => underTest.formatNumber(n, f))", pairs)
    assert shown == [format(number, each) for number, each in pairs]
    assert page.evaluate("underTest.formatNumber(NaN, ',.1f')") == "\N{EN DASH}"


def test_prediction_hides_the_answer_until_the_guess(lab: Locator) -> None:
    line = lab.locator(".mark-line.role-mark").first
    opacity = "(mark) => getComputedStyle(mark).opacity"
    assert line.evaluate(opacity) == "0"
    assert lab.locator(".guess_marks").first.evaluate(opacity) == "1"
    expect(lab.locator(".scalelab-summary")).to_be_hidden()
    assert "4.00" not in lab.inner_text()
    guess = lab.get_by_role("slider", name="How high is place 4?")
    guess.focus()
    guess.press("End")
    expect(guess).to_have_attribute("aria-valuetext", "20 steps")
    lab.get_by_role("button", name="Check my guess").click()
    verdict = "You guessed 20 steps. The model gives 4 steps: your guess is 16 steps too high."
    expect(lab.locator(".scalelab-verdict")).to_have_text(verdict)
    expect(lab.locator(".scalelab-verdict")).to_be_focused()
    assert line.evaluate(opacity) == "1"
    expect(lab.locator(".scalelab-canvas")).to_have_attribute("aria-label", sentence())
    lab.get_by_role("button", name="Guess again").click()
    assert line.evaluate(opacity) == "0"


def test_every_control_by_keyboard_gives_the_numbers_of_python(lab: Locator) -> None:
    skip(lab)
    expect_sentence(lab)
    factor = lab.get_by_role("slider", name="Factor")
    factor.focus()
    factor.press("End")
    expect_sentence(lab, factor=10)
    share = lab.get_by_role("slider", name="Share")
    share.focus()
    share.press("ArrowRight")
    share.press("ArrowRight")
    expect(share).to_have_attribute("aria-valuetext", "70%")
    expect_sentence(lab, factor=10, share=0.7)
    straight = lab.get_by_role("radio", name="straight")
    straight.focus()
    straight.press("ArrowRight")
    expect_sentence(lab, factor=10, share=0.7, shape=1)
    lab.get_by_role("checkbox", name="steeper").press("Space")
    expect_sentence(lab, factor=10, share=0.7, shape=1, chosen=0b111)
    lab.get_by_role("checkbox", name="plain").press("Space")
    expect_sentence(lab, factor=10, share=0.7, shape=1, chosen=0b110)
    lab.get_by_role("button", name="Reset").click()
    expect_sentence(lab)
    lab.get_by_role("button", name="Make it ten.").click()
    expect_sentence(lab, factor=10, share=1.0)
    expect(factor).to_have_value("9")


def test_announcement_waits_for_a_pause(lab: Locator) -> None:
    skip(lab)
    status = lab.locator(".scalelab-unseen[role=status]")
    expect(status).to_have_text(sentence())
    for _ in range(3):
        lab.get_by_role("slider", name="Factor").press("ArrowRight")
        assert status.text_content() == sentence()
    expect(status).to_have_text(sentence(factor=5))


def test_one_option_stays_on(lab: Locator) -> None:
    lab.get_by_role("checkbox", name="plain").uncheck()
    lab.get_by_role("checkbox", name="steep", exact=True).click()
    expect(lab.get_by_role("checkbox", name="steep", exact=True)).to_be_checked()
    expect(lab.get_by_text("At least one stays on.")).to_be_visible()
    expect_sentence(lab, chosen=0b010)


def test_long_run_shows_progress_and_can_be_stopped(lab: Locator, page: Page) -> None:
    skip(lab)
    lab.get_by_role("slider", name="Delay").press("End")
    expect(lab.get_by_role("progressbar")).to_be_visible()
    assert page.evaluate("1 + 1") == 2
    lab.get_by_role("button", name="Stop").click()
    expect(lab.get_by_role("alert")).to_contain_text("Stopped.")
    expect(lab.get_by_role("progressbar")).to_be_hidden()
    expect_sentence(lab)
    lab.get_by_role("button", name="Reset").click()
    lab.get_by_role("slider", name="Factor").press("End")
    expect_sentence(lab, factor=10)
    expect(lab.locator(".scalelab-notice")).to_be_hidden()


def test_newer_settings_do_not_wait_for_a_long_run(lab: Locator) -> None:
    skip(lab)
    lab.get_by_role("slider", name="Delay").press("End")
    expect(lab.get_by_role("progressbar")).to_be_visible()
    lab.get_by_role("slider", name="Delay").press("Home")
    lab.get_by_role("slider", name="Factor").press("End")
    expect(lab.locator(".scalelab-summary")).to_have_text(sentence(factor=10), timeout=1500)


def test_failure_is_said_and_passes(lab: Locator) -> None:
    skip(lab)
    factor = lab.get_by_role("slider", name="Factor")
    for _ in range(7):
        factor.press("ArrowRight")
    expect(lab.get_by_role("alert")).to_contain_text("nine is not to be had")
    expect(lab.locator(".scalelab-canvas svg")).to_be_visible()
    factor.press("ArrowRight")
    expect_sentence(lab, factor=10)
    expect(lab.locator(".scalelab-notice")).to_be_hidden()


def test_link_carries_the_settings(lab: Locator, page: Page, site: Path) -> None:
    settings = {"factor": 7, "share": 0.3, "shape": 1, "chosen": 0b101, "delay_ms": 2}
    fragment = page.evaluate(
        "(all) => underTest.settingsFragment(scalelab.labs['small/lines'].definition, all)",
        settings,
    )
    assert fragment == (
        "#lab.small/lines?factor=7&share=0.3&shape=bent&chosen=plain,steeper&delay_ms=2"
    )
    page.goto(f"{site.as_uri()}{fragment}")
    page.reload()
    expect_sentence(lab, **settings)
    page.goto(f"{site.as_uri()}#lab.small/lines?factor=900&share=x&shape=&chosen=none&gone=1")
    expect_sentence(lab, factor=10)
    page.goto(f"{site.as_uri()}#lab.small%2Flines?factor=3")
    expect_sentence(lab, factor=3)
    page.goto(f"{site.as_uri()}#lab.small%2Flines?factor=900")
    expect_sentence(lab, factor=10)
    lab.get_by_role("button", name="Copy link").click()
    expect(lab.get_by_text(re.compile("Link copied|address bar"))).to_be_visible()
    assert page.url.endswith("factor=10&share=0.5&shape=straight&chosen=plain,steep&delay_ms=1")


def test_names_with_commas_come_back_from_a_link(lab: Locator, page: Page) -> None:
    controls = [
        {"name": "one", "kind": "choice", "options": ["a", "a, b", "c"], "default": 2},
        {"name": "some", "kind": "choices", "options": ["a", "b, c", "d"], "default": 1},
    ]
    read = """([controls, text]) =>
      underTest.settingsFromAddress(controls, new URLSearchParams(text))"""
    for text, one, some in (
        ("one=a&some=b, c", 0, 0b010), ("one=c&some=a,b,c,d", 2, 0b111), ("one=d&some=c", 2, 1),
    ):  # fmt: skip
        assert page.evaluate(read, [controls, text]) == {"one": one, "some": some}
    # "a" is a part of "a, b".
    assert page.evaluate(read, [controls, "one=a, b"])["one"] == 1


def test_a_link_that_was_cut_off_opens_the_labs_as_they_are(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}#lab.small%2")
    page.reload()
    lab = page.locator("figure.scalelab-lab")
    expect(lab).to_have_attribute("data-state", "ready")
    expect_sentence(lab)


def test_data_table_and_download(lab: Locator, page: Page) -> None:
    skip(lab)
    lab.locator("summary", has_text="Data table").click()
    cells = lab.locator(".scalelab-data tbody td").all_inner_texts()
    rows = LAB.rows(LAB.table())
    columns = [(c.name, c.format, bool(c.labels)) for c in LAB.columns]
    assert cells == [
        str(row[name]) if labelled else format(row[name], each)
        for row in rows
        for name, each, labelled in columns
    ]
    with page.expect_download() as download:
        lab.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "small-lines.csv"
    text = Path(download.value.path()).read_text().splitlines()
    assert text[0] == "Line,Place (steps),Height"
    assert [line.split(",")[0] for line in text[1:]] == [row["line"] for row in rows]
    assert [float(line.split(",")[2]) for line in text[1:]] == [row["height"] for row in rows]


def test_fields_that_need_it_are_quoted(lab: Locator, page: Page) -> None:
    text = page.evaluate(
        "underTest.separated([{name: 'a', title: 'A, \"b\"'}], [{a: 'x'}, {a: 'y\\nz'}], ',')"
    )
    assert text == '"A, ""b"""\r\nx\r\n"y\nz"\r\n'


@pytest.mark.parametrize("width", [320, 480, 768, 1280, 1920])
def test_nothing_overflows(lab: Locator, page: Page, width: int) -> None:
    skip(lab)
    lab.locator("summary", has_text="Data table").click()
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(150)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    stage = lab.locator(".scalelab-stage").bounding_box()
    drawing = lab.locator(".scalelab-canvas svg").bounding_box()
    assert stage
    assert drawing
    assert abs(stage["width"] - drawing["width"]) <= 2
    sizes = "(all) => all.map((one) => one.getBoundingClientRect()).map((r) => [r.width, r.height])"
    targets = lab.locator(
        "button:visible, select:visible, input[type=range]:visible, label:has(input)"
    )
    assert all(w >= 24 and h >= 24 for w, h in targets.evaluate_all(sizes))


def test_quiz_answers_at_once(lab: Locator, page: Page) -> None:
    quiz = page.locator(".scalelab-quiz")
    quiz.get_by_role("radio", name="Two").focus()
    page.keyboard.press("ArrowDown")
    expect(quiz.get_by_text("Not quite. One less.")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(quiz.get_by_text("Right. As ever.")).to_be_visible()
    expect(quiz.get_by_text("1 of 1 answered, 0 right at the first try.")).to_be_visible()


# A model as anywidget gives it: the kernel answers later, and other widgets move its traits.
JUPYTER = """async ([definition, defaults]) => {
  const listeners = {}, sent = [];
  const traits = { ...defaults, definition, shown: {}, state: "ready", runs: 0, progress: 0,
                   error: "", own: {}, table: new DataView(new ArrayBuffer(0)) };
  const model = {
    get: (name) => traits[name],
    set(name, value) { if (traits[name] !== value) { traits[name] = value; this.fire(name); } },
    fire(name) { for (const each of listeners[`change:${name}`] ?? []) each(); },
    on(event, each) { (listeners[event] ??= []).push(each); },
    off(event, each) { listeners[event] = listeners[event].filter((one) => one !== each); },
    save_changes: () => sent.push(traits.factor),
    send: (message) => sent.push(message.type),
    answer() {
      const table = new Float64Array([0, 4, traits.factor]);
      const changes = { table: new DataView(table.buffer), state: "ready", runs: traits.runs + 1,
        shown: Object.fromEntries(Object.keys(defaults).map((name) => [name, traits[name]])) };
      Object.assign(traits, changes);
      Object.keys(changes).forEach((name) => this.fire(name));
    },
  };
  const host = document.body.appendChild(document.createElement("div"));
  host.id = "jupyter";
  const lab = underTest.mountLab(model, host, { vega: Promise.resolve(scalelabVega), address: null,
    elsewhere: null, stoppable: false, privacy: "" });
  globalThis.jupyter = { model, sent, lab, host };
  lab.begin();
}"""


def test_jupyter_model(lab: Locator, page: Page) -> None:
    page.evaluate(JUPYTER, [LAB.definition(), LAB.defaults])
    here = page.locator("#jupyter")
    page.wait_for_function("jupyter.sent.includes('run')")
    page.evaluate("jupyter.model.answer()")
    skip(here)
    expect(here.locator(".scalelab-summary")).to_contain_text("place 4 is 2.00 high")
    factor = here.get_by_role("slider", name="Factor")
    for _ in range(4):
        factor.press("ArrowRight")
    numbers = "jupyter.sent.filter((each) => typeof each === 'number')"
    assert page.evaluate(numbers) == [3], "newer settings wait for the answer"
    page.evaluate("jupyter.model.answer()")
    assert page.evaluate(numbers) == [3, 6], "the newest settings are next"
    page.evaluate("jupyter.model.answer()")
    expect(here.locator(".scalelab-summary")).to_contain_text("place 4 is 6.00 high")
    page.evaluate("jupyter.model.set('factor', 8)")
    expect(factor).to_have_value("7")
    assert page.evaluate(numbers) == [3, 6], "what others moved is not sent back"
    page.evaluate("jupyter.lab.close()")


def test_the_way_to_another_lab_is_a_link_here_and_python_in_jupyter(
    lab: Locator, page: Page, site: Path
) -> None:
    skip(lab)
    link = lab.get_by_role("link", name=f"{AREA.title} (Two)")
    fragment = f"#lab.{AREA.name}?size=10&share=0.5&kind=deep"
    expect(link).to_have_attribute("href", f"{site.with_name('two.html').as_uri()}{fragment}")
    page.evaluate(JUPYTER, [LAB.definition(), LAB.defaults])
    here = page.locator("#jupyter")
    page.wait_for_function("jupyter.sent.includes('run')")
    page.evaluate("jupyter.model.answer()")
    skip(here)
    expect(here.get_by_role("link", name=AREA.title)).to_have_count(0)
    line = here.get_by_role("region", name=f"Python for {AREA.title}")
    expect(line).to_have_text(
        "from scalelab.labs.two import area\narea.lab.widget(size=10, share=0.5, kind=1)"
    )
    here.locator(".scalelab-hand-over").get_by_role("button", name="Copy").click()
    expect(here.get_by_text(re.compile("Copied|select the lines"))).to_be_visible()
    page.evaluate("jupyter.lab.close()")


def test_picture_stays_without_scripts(page: Page, site: Path) -> None:
    assert page.context.browser
    context = page.context.browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(site.as_uri())
    picture = still.locator("figure.scalelab-lab img")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => getComputedStyle(image).opacity") == "1"
    expect(still.locator("figcaption")).to_have_text(sentence())
    context.close()
