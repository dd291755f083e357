"""Which page of the book shows a lab or a quiz, as its notebooks say before any page is built."""

import re

import yaml
from tests.conftest import ROOT

from scalelab.labs.published import published
from scalelab.web.lab import Lab
from scalelab.web.quiz import Quiz

_PARTS = yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
_FILES = [entry["file"] for part in _PARTS for entry in part["chapters"]]
_NOTEBOOKS = [file for file in _FILES if file.startswith("chapters/")]
# The addresses of the chapters, in the order of the book.
CHAPTERS = [f"{file}.html" for file in _NOTEBOOKS]


def _shown() -> dict[str, str]:
    found = {}
    for file in _NOTEBOOKS:
        text = (ROOT / f"{file}.ipynb").read_text()
        for name in re.findall(r'data-(?:lab|quiz)=\\"([^"\\]+)\\"', text):
            found[name] = f"{file}.html"
    return found


# Lab or quiz -> the address of its chapter.
PAGE_OF = _shown()
LABS = {name: one for name, one in published().items() if name in PAGE_OF and isinstance(one, Lab)}
QUIZZES = {
    name: one for name, one in published().items() if name in PAGE_OF and isinstance(one, Quiz)
}
