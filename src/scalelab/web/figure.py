"""A lab without JavaScript: the chart as a picture, the summary and the data table.

This is what a notebook shows on a code host, in print, and in the page before (or without) the
script that makes the lab live.
"""

import base64
import json
import re
from html import escape
from typing import Any

import vl_convert

from scalelab.kernels.jit import Table
from scalelab.web.lab import Column, Lab, Names, Settings
from scalelab.web.theme import chart_config

WIDTH = 640
HEIGHT = 320
AXES = 120  # what the axes of one view take of the width


def figure_html(lab: Lab, table: Table, settings: Settings, names: Names | None = None) -> str:
    """The figure that the front end takes over in the page; the same bytes for the same result.

    names: those in the reader's own data, None without.
    """
    sentence = lab.sentence(table, settings, names)
    changed = {k: v for k, v in settings.items() if v != lab.defaults[k]}
    svg = picture(lab, table, names)
    width, height = size(svg)
    return (
        f'<figure class="scalelab-lab" data-lab="{escape(lab.name)}"'
        f" data-settings='{escape(json.dumps(changed))}'>\n"
        f'<p class="scalelab-title">{escape(lab.title)}</p>\n'
        f'<img src="{data_address(svg)}" alt="{escape(sentence)}" '
        f'width="{width}" height="{height}">\n'
        f"<figcaption>{escape(sentence)}</figcaption>\n"
        f"<details><summary>Data table</summary>\n{table_html(lab, table, names)}\n</details>\n"
        "</figure>"
    )


def picture(lab: Lab, table: Table, names: Names | None = None) -> str:
    """The chart as SVG."""
    return str(vl_convert.vegalite_to_svg(filled_chart(lab, table, names)))


def size(svg: str) -> tuple[int, int]:
    """Width and height of a picture: several views together are seldom as wide as one."""
    width, height = re.findall(r'^<svg[^>]* width="(\d+)" height="(\d+)"', svg)[0]
    return int(width), int(height)


def data_address(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def filled_chart(lab: Lab, table: Table, names: Names | None = None) -> dict[str, Any]:
    """The lab's Vega-Lite specification with the result in it.

    Views one below the other are each as wide as the picture, but for the axes; views side by side
    bring their own widths.
    """
    chart = lab.definition()["chart"]
    if "vconcat" in chart:
        views = [{"width": WIDTH - AXES, **view} for view in chart["vconcat"]]
        chart = {**chart, "vconcat": views, "padding": 10}
    return {
        **chart,
        "datasets": {"table": lab.rows(table, names), "guess": []},
        "width": WIDTH,
        "height": HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "config": chart_config("light"),
    }


def table_html(lab: Lab, table: Table, names: Names | None = None) -> str:
    """The columns that are not hidden, formatted, as an HTML table."""
    shown = [(i, column) for i, column in enumerate(lab.columns) if not column.hidden]
    head = "".join(f'<th scope="col">{escape(_heading(column))}</th>' for _, column in shown)
    body = "\n".join(
        "<tr>"
        + "".join(f"<td>{escape(column.text(row[i], names))}</td>" for i, column in shown)
        + "</tr>"
        for row in table
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def _heading(column: Column) -> str:
    return f"{column.title} ({column.unit})" if column.unit else column.title
