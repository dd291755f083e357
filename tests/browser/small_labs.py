"""Small labs that take an access log and hand their result over, on two pages like a book's."""

import os
from collections.abc import Sequence
from pathlib import Path

import altair as alt
import pytest
from tests.browser.small_kernels import area, counts, pace

from scalelab.models.access_log import FORMAT
from scalelab.samples import week
from scalelab.web import bundle, sphinx
from scalelab.web.figure import figure_html
from scalelab.web.lab import (
    Choice,
    Column,
    HandOver,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Sample,
    Try,
    data,
    guess_rule,
    linear,
    one_two_five,
)
from scalelab.web.wasm import compile_kernels

SAMPLE = Sample(week.FILE, week.TITLE)
ENDPOINTS = ("/", "/cart", "/orders")


def _prediction(reading: str) -> Prediction:
    return Prediction("How much is it?", reading, 0, 1000, 10, ",.0f")


AREA = Lab(
    name="two/area",
    title="How large is it?",
    kernel=area,
    controls=[
        one_two_five("size", "Size", 10, 10_000, 500, unit="things"),
        linear("share", "Share", 0.1, 1.0, 0.1, 0.5, format=".0%"),
        Choice("kind", "Kind", ("flat", "deep")),
    ],
    columns=[Column("n", "Place"), Column("area", "Area", format=",.1f")],
    chart=alt.layer(
        alt.Chart(data()).mark_line().encode(x="n:Q", y="area:Q"), guess_rule("y")
    ),
    summary="At {size}, {share} and {kind} it is {first}.",
    readings=[Reading("first", "area", {"n": 1}, ",.1f")],
    prediction=_prediction("first"),
    tries=[],
)  # fmt: skip

COUNTS = Lab(
    name="one/counts",
    title="What is asked for?",
    kernel=counts,
    controls=[linear("factor", "Factor", 1, 10, 1, 1)],
    columns=[
        Column("endpoint", "Endpoint", labels=ENDPOINTS, names="endpoint"),
        Column("requests", "Requests"),
        Column("total", "Total", hidden=True),
    ],
    chart=alt.layer(
        alt.Chart(data()).mark_bar().encode(x="requests:Q", y="endpoint:N"), guess_rule("x")
    ),
    summary="There are {total} requests, {second} of them for {name}.",
    readings=[
        Reading("total", "total", {}, ",.0f"),
        Reading("second", "requests", {"endpoint": 1}, ",.0f"),
        Reading("name", "endpoint", {"endpoint": 1}),
    ],
    prediction=_prediction("total"),
    tries=[Try("Ten times as much.", {"factor": 10})],
    own=OwnData(
        "log", FORMAT, instead="the shop's workload", settings={"factor": 2}, sample=SAMPLE
    ),
    hand_overs=[HandOver(AREA, {"size": "total", "share": 0.25, "kind": 1})],
)  # fmt: skip

PACE = Lab(
    name="one/pace",
    title="How fast do they come?",
    kernel=pace,
    controls=[linear("bin_s", "Bin", 1, 60, 1, 10, unit="s")],
    columns=[
        Column("requests", "Requests"),
        Column("writes", "Writes"),
        Column("bins", "Bins", format=",.1f"),
    ],
    chart=alt.layer(
        alt.Chart(data()).mark_bar().encode(x="requests:Q", y="writes:Q"), guess_rule("x")
    ),
    summary="Of {requests} requests {writes} write.",
    readings=[Reading("requests", "requests", {}, ",.0f"), Reading("writes", "writes", {}, ",.0f")],
    prediction=_prediction("requests"),
    tries=[],
    own=OwnData("log", FORMAT, instead="the even stream", sample=SAMPLE),
)  # fmt: skip

PAGES: dict[str, Sequence[Lab]] = {
    "chapters/one.html": (COUNTS, PACE),
    "chapters/two.html": (AREA,),
}
PAGE_OF = {lab.name: page for page, labs in PAGES.items() for lab in labs}
LABS = {lab.name: lab for labs in PAGES.values() for lab in labs}
POLICY = sphinx.policy("")


def write_book(folder: Path) -> None:
    """The two pages below ``folder``, with scripts and addresses as the book has them."""
    namers = {"endpoint": FORMAT.names["endpoint"]}
    readers = [sphinx.address_of(each) for each in (FORMAT.parse, *namers.values())]
    # A package called tests may be installed: the compiler finds the kernels by their file alone.
    kernels = {lab.name: f"small_kernels:{lab.kernel.__name__}" for lab in LABS.values()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        modules = compile_kernels([*readers, *kernels.values()], folder / "wasm")
    static = folder / "_static" / "scalelab"
    static.mkdir(parents=True)
    (static / "vega.js").write_text(bundle.vega_script())
    (static / "page.js").write_text(bundle.page_script())
    (static / "labs.css").write_text(bundle.style_sheet())
    (static / "read.js").write_text(sphinx.parser_script(FORMAT, namers, modules))
    sample = sphinx.sample_script(SAMPLE.file)
    (static / sphinx.sample_script_name(SAMPLE.file)).write_text(sample)
    for lab in LABS.values():
        pages = {each.lab.name: PAGE_OF[each.lab.name] for each in lab.hand_overs}
        script = sphinx.lab_script(lab, modules[kernels[lab.name]], pages)
        (static / sphinx.script_name(lab.name)).write_text(script)
    for page, labs in PAGES.items():
        (folder / page).parent.mkdir(exist_ok=True)
        (folder / page).write_text(_page(labs))


def _page(labs: Sequence[Lab]) -> str:
    figures = "\n".join(figure_html(lab, lab.table(), lab.defaults) for lab in labs)
    scripts = [*(sphinx.script_name(lab.name) for lab in labs), "read.js", "vega.js", "page.js"]
    loads = "".join(f'<script defer src="../_static/scalelab/{name}"></script>' for name in scripts)
    return (
        '<!doctype html><html lang="en" data-content_root="../"><head><meta charset="utf-8">'
        f'<title>{labs[0].title}</title><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="../_static/scalelab/labs.css">{loads}</head>'
        f"<body><main>{figures}</main></body></html>"
    )
