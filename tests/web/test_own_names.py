"""Names of what is numbered in a reader's own data, and the sample that a lab brings."""

from typing import Any

import pytest
from tests.browser.small_labs import COUNTS, PACE, SAMPLE

from scalelab.models.access_log import read
from scalelab.web.figure import table_html
from scalelab.web.widget import LabWidget

LOG = read(
    "".join(
        f'192.0.2.1 - - [25/Nov/2026:08:30:00 +0100] "GET {target} HTTP/1.1" 200 512\n'
        for target in ("/shelf/3", "/pay", "/shelf/4")
    ).encode()
)


def entries(text: str) -> list[str]:
    return [each.split("</td>")[0] for each in text.split("<td>")[1:]]


def test_labels_are_those_of_the_built_in_workload_and_names_those_of_the_file() -> None:
    settings = COUNTS.defaults
    built_in = COUNTS.table()
    assert [row["endpoint"] for row in COUNTS.rows(built_in)] == ["/", "/cart", "/orders"]
    assert COUNTS.sentence(built_in, settings).endswith("20 of them for /cart.")
    table, names = COUNTS.table(LOG), COUNTS.names_in(LOG)
    assert names == {"endpoint": ("/shelf/*", "/pay")}
    assert COUNTS.rows(table, names)[0] == {"endpoint": "/shelf/*", "requests": 2, "total": 3}
    assert COUNTS.sentence(table, settings, names).endswith("1 of them for /pay.")
    assert entries(table_html(COUNTS, table, names)) == ["/shelf/*", "2", "/pay", "1"]


def test_without_names_the_number_is_shown_and_no_label_that_is_wrong() -> None:
    table, names = COUNTS.table(LOG.values), COUNTS.names_in(LOG.values)
    assert names == {}
    assert [row["endpoint"] for row in COUNTS.rows(table, names)] == ["endpoint 0", "endpoint 1"]
    (column,) = (each for each in COUNTS.columns if each.name == "endpoint")
    assert column.number("/cart") == 1
    assert column.number("/pay", COUNTS.names_in(LOG)) == 1
    assert column.number("/cart", COUNTS.names_in(LOG)) == -1
    with pytest.raises(ValueError, match="not in tuple"):
        column.number("/nowhere")


def test_a_log_is_taken_as_it_is_and_as_its_values() -> None:
    for lab in (COUNTS, PACE):
        assert (lab.table(LOG) == lab.table(LOG.values)).all()
    assert COUNTS.hand_over("two/area", own=LOG) == COUNTS.hand_over("two/area", own=LOG.values)


class Heard(list[Any]):
    """What a widget sends to the page."""

    def __call__(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.append((message, buffers))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    heard = Heard()
    monkeypatch.setattr(LabWidget, "send", lambda _, *what: heard(*what))
    return heard


def test_a_widget_shows_the_names_of_a_file_and_of_a_log_from_python(heard: Heard) -> None:
    given = COUNTS.widget(LOG)
    assert given.names == {"endpoint": ["/shelf/*", "/pay"]}
    assert given.own["found"] == "3 requests"
    assert "/shelf/*" in given.mimebundle()["text/html"]
    widget = COUNTS.widget()
    assert (widget.names, widget.own) == ({}, {})
    assert "/orders" in widget.mimebundle()["text/html"]
    widget._receive(None, {"type": "sample"}, [])
    ((message, buffers),) = heard
    assert message == {"type": "sample"}
    widget._receive(None, {"type": "own", "name": SAMPLE.file.name}, buffers)
    assert widget.own["name"] == "week.log.gz"
    assert widget.names == {"endpoint": list(read(SAMPLE.file).endpoints)}
    assert "/product/*" in widget.mimebundle()["text/html"]
    widget._receive(None, {"type": "forget-own"}, [])
    assert (widget.names, widget.own) == ({}, {})


def test_names_that_nobody_reads_are_not_sent(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scalelab.web.widget.NAMES_SENT", 1)
    widget = COUNTS.widget(LOG)
    assert widget.names == {"endpoint": ["/shelf/*"]}
    assert "endpoint 1" in widget.mimebundle()["text/html"]
    assert PACE.widget(LOG).names == {}
