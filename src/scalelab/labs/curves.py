"""A view that several labs draw alike: curves from columns of the table."""

from collections.abc import Mapping, Sequence

import altair as alt

from scalelab.web.lab import guess_rule


def folded(rows: alt.Chart, columns: Mapping[str, str], value: str = "value") -> alt.Chart:
    """A row for each of the ``columns``, with its number as ``value`` and its name as ``series``.

    ``columns``: of the table, by the names that the key has for them.
    """
    at = f"indexof({list(columns.values())!r}, datum.key)"
    chart: alt.Chart = rows.transform_fold(
        list(columns.values()), as_=["key", value]
    ).transform_calculate(series=f"{list(columns)!r}[{at}]")
    return chart


def curves(
    rows: alt.Chart, x: alt.X, y: alt.Y, colour: alt.Color, tooltip: Sequence[alt.Tooltip],
    guess: bool,
) -> alt.LayerChart | alt.FacetChart:  # fmt: skip
    """A line for each series, dots and a rule at what is asked for, and the reader's guess if any.

    ``rows`` have ``here``, 1 for those that are asked for and 0 for those of the lines.
    """
    here = rows.transform_filter("datum.here == 1")
    lines = rows.transform_filter("datum.here == 0").mark_line(strokeWidth=2.5)
    points = here.mark_point(filled=True, size=70, opacity=1)
    layers = [
        here.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x=x),
        *(marks.encode(x=x, y=y, color=colour, tooltip=tooltip) for marks in (lines, points)),
    ]
    if guess:
        layers.append(guess_rule("y"))
    return alt.layer(*layers)
