"""Keeps a number and its unit on one line: "10 %", "81 ms" and the like never break in between."""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

NO_BREAK_SPACE = "\u00a0"
_UNIT = r"(?=(?:%|ms|s|kB|MB|GB|TB)(?!\w))"
_INSIDE = re.compile(rf"(?<=\d) {_UNIT}")
_AT_START = re.compile(rf"^ {_UNIT}")
_AS_WRITTEN = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.raw)


def unbroken(text: str, before: str = "") -> str:
    """``text`` with its numbers tied to their units; ``before`` is what stands in front of it."""
    if before[-1:].isdigit():
        text = _AT_START.sub(NO_BREAK_SPACE, text)
    return _INSIDE.sub(NO_BREAK_SPACE, text)


class NumbersKeepTheirUnits(SphinxPostTransform):
    """`unbroken` for all running text; code and formulae stay as they are."""

    default_priority = 900

    def run(self, **_: Any) -> None:
        for element in list(self.document.findall(nodes.Element)):
            if isinstance(element, _AS_WRITTEN):
                continue
            for place, child in enumerate(element.children):
                if isinstance(child, nodes.Text):
                    before = element[place - 1].astext() if place else ""
                    element[place] = nodes.Text(unbroken(child.astext(), before))


def setup(app: Sphinx) -> None:
    """Adds the transform to the book's build."""
    app.add_post_transform(NumbersKeepTheirUnits)
