"""Numbers and their units in the book's running text."""

import pytest
from docutils import nodes
from docutils.utils import new_document

from scalelab.web.typography import NumbersKeepTheirUnits, unbroken


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("from 90 % to 95 %", "from 90\u00a0% to 95\u00a0%"),
        ("takes 20 ms, or 2 s.", "takes 20\u00a0ms, or 2\u00a0s."),
        ("8 servers, 3 steps", "8 servers, 3 steps"),
        ("so much % of it", "so much % of it"),
    ],
)
def test_a_number_is_tied_to_its_unit_and_to_nothing_else(text: str, tied: str) -> None:
    assert unbroken(text) == tied


def test_a_unit_is_tied_to_a_number_in_front_of_the_text() -> None:
    assert unbroken(" ms in place of", before="117") == "\u00a0ms in place of"
    assert unbroken(" ms in place of", before="some") == " ms in place of"


def test_code_stays_as_it_is() -> None:
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.strong("", "117"), nodes.Text(" ms; 5 %"))
    document += nodes.literal_block("5 ms", "5 ms")
    NumbersKeepTheirUnits(document).run()
    assert document[0].astext() == "117\u00a0ms; 5\u00a0%"
    assert document[1].astext() == "5 ms"
