"""The look of the charts, shared by the static picture and the front end."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

THEMES = Path(__file__).with_name("theme.json")


@cache
def _themes() -> dict[str, Any]:
    return dict(json.loads(THEMES.read_text()))


def chart_config(theme: Literal["light", "dark"]) -> dict[str, Any]:
    """Vega-Lite configuration: colours, fonts, grid, legend."""
    return {**_themes()["common"], **_themes()[theme]}
