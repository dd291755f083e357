"""The colours of the series: the style sheet's are the pictures', and all can be seen."""

import re

import pytest

from scalelab.web.bundle import style_sheet
from scalelab.web.theme import chart_config

SERIES = re.findall(
    r"--scalelab-series-(\d+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style_sheet()
)
SURFACE = re.search(r"--scalelab-surface: light-dark\((#\w{6}), (#\w{6})\)", style_sheet())


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme", "place"), [("light", 1), ("dark", 2)])
def test_series_are_those_of_the_pictures_and_can_be_seen(theme: str, place: int) -> None:
    colours = [series[place] for series in SERIES]
    assert [int(series[0]) for series in SERIES] == list(range(1, 12))
    assert colours == chart_config(theme)["range"]["category"]  # type: ignore[arg-type]
    assert SURFACE
    for colour in colours:
        assert contrast(colour, SURFACE[place]) >= 3
