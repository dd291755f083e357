"""A lab or a quiz in Jupyter: an anywidget whose numbers come from numba in the kernel."""

import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import anywidget
import traitlets

from scalelab.models import lines, traces
from scalelab.web import bundle
from scalelab.web.figure import figure_html
from scalelab.web.lab import (
    Choice,
    Choices,
    Control,
    Lab,
    Named,
    Names,
    OwnValues,
    Setting,
    Settings,
    Slider,
)

# A part of a run shorter than this is not worth a message about progress.
PROGRESS_AFTER_S = 0.2
# More would weigh on the page, and nobody reads them; what comes later is shown by its number.
NAMES_SENT = 10_000


class FrontEnd(anywidget.AnyWidget):
    """What labs and quizzes have in common: the one front end, and Vega sent once to a page."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    definition = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        super().__init__(_esm=bundle.widget_module(), _css=bundle.style_sheet(), **traits)

    def bundle_with(self, html: str, text: str) -> dict[str, Any]:
        """The live view, and the static one for wherever no kernel is running."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": html,
            "text/plain": text,
        }


class LabWidget(FrontEnd):
    """A lab. Every control is a trait of that name, so ``jslink`` and ``observe`` work on it.

    table: the kernel's table as little-endian float64, row by row; shown: the settings that it
    belongs to; state: "ready", "running" or "failed"; runs: finished so far; progress: 0 to 1;
    error: what went wrong; own: what was found in data of the reader's own, empty without;
    names: of what is numbered in that data.
    """

    table = traitlets.Bytes().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    state = traitlets.Unicode("ready").tag(sync=True)
    runs = traitlets.Int(0).tag(sync=True)
    progress = traitlets.Float(0.0).tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)
    own = traitlets.Dict().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)

    lab: Lab

    @staticmethod
    def of(lab: Lab, own: OwnValues | None, settings: Settings) -> "LabWidget":
        """A widget for ``lab``; raises TraitError for a setting outside its control's range."""
        widget = _widget_class(lab)(definition=lab.definition(), **settings)
        widget.on_msg(widget._receive)
        if own is not None:
            widget._own_values = lab.own_values(own)
            widget.own = _given_by_python(lab, own)
            widget.names = _first_names(lab.names_in(own) or {})
        widget.observe(widget._control_changed, names=list(lab.defaults))
        widget.run()
        return widget

    _own_values: OwnValues | None = None

    @property
    def settings(self) -> Settings:
        return {control.name: getattr(self, control.name) for control in self.lab.controls}

    def run(self) -> None:
        """Compute the table for the present settings; long runs report their progress."""
        settings = self.settings
        parts = self.lab.parts(settings)
        tables = []
        started = time.monotonic()
        try:
            for done, part in enumerate(parts):
                tables.append(self.lab.call(part, self._own_values))
                if time.monotonic() - started > PROGRESS_AFTER_S:
                    self.state = "running"
                    self.progress = (done + 1) / len(parts)
        except Exception as error:
            with self.hold_sync():
                self.error = f"{type(error).__name__}: {error}"
                self.state = "failed"
            return
        with self.hold_sync():
            self.table = b"".join(table.astype("<f8").tobytes() for table in tables)
            self.shown = settings
            self.error = ""
            self.runs += 1
            self.progress = 1.0
            self.state = "ready"

    def mimebundle(self) -> dict[str, Any]:
        table = self.lab.table(self._own_values, **self.settings)
        names = self.names if self.own else None
        html = figure_html(self.lab, table, self.settings, names)
        return self.bundle_with(html, self.lab.sentence(table, self.settings, names))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:  # type: ignore[override]
        return self.mimebundle()

    def _control_changed(self, _: Any) -> None:
        # The page moves several controls in one message; the first notice computes them all.
        if self.shown != self.settings:
            self.run()

    def _receive(self, _: Any, message: Mapping[str, Any], buffers: list[memoryview]) -> None:
        kind = message.get("type")
        if kind == "vega":
            self.send({"type": "vega"}, [bundle.vega_script().encode()])
        elif kind == "run":
            self.run()
        elif kind == "own":
            self._take(str(message["name"]), bytes(buffers[0]))
        elif kind == "sample":
            assert self.lab.own is not None
            assert self.lab.own.sample is not None
            self.send({"type": "sample"}, [self.lab.own.sample.file.read_bytes()])
        elif kind == "forget-own":
            self._own_values = None
            self.own = {}
            self.names = {}
            self.run()

    def _take(self, name: str, content: bytes) -> None:
        try:
            values, found, names = _read(self.lab, content)
        except ValueError as error:
            with self.hold_sync():
                self.error = str(error)
                self.state = "failed"
            return
        self._own_values = values
        self.names = names
        self.own = {"name": name, **found}
        self.run()


def _read(lab: Lab, content: bytes) -> tuple[OwnValues, dict[str, Any], dict[str, list[str]]]:
    """The values for the kernel, the report on every line, and the names that the columns need."""
    assert lab.own is not None
    if lab.own.format is traces.FORMAT:
        trace = traces.read(content)
        return trace.keys, trace.report.as_dict(), {}
    found = lines.read(lab.own.format, content)
    namers = lab.own.format.names
    names = {c.names: lines.names_in(found.text, namers[c.names]) for c in lab.columns if c.names}
    return found.values.ravel(), found.report.as_dict(), _first_names(names)


def _first_names(names: Names) -> dict[str, list[str]]:
    return {what: list(each[:NAMES_SENT]) for what, each in names.items()}


def _given_by_python(lab: Lab, own: OwnValues) -> dict[str, Any]:
    assert lab.own is not None
    noun = lab.own.format.noun
    count = len(own.values if isinstance(own, Named) else own)
    return {"name": f"your {noun}s", "found": lines.counted(count, noun), "skipped": 0}


@cache
def _widget_class(lab: Lab) -> type[LabWidget]:
    taken = [control.name for control in lab.controls if hasattr(LabWidget, control.name)]
    if taken:
        raise ValueError(
            f"lab {lab.name!r} has a control {taken[0]!r}, allowed are names that a widget does "
            "not have itself; rename it in the kernel and in the lab"
        )
    traits = {
        control.name: _trait(control, lab.parameters[control.name]) for control in lab.controls
    }
    return type("LabWidget", (LabWidget,), {**traits, "lab": lab, "__module__": __name__})


def _trait(control: Control, kind: str) -> Any:
    low: Setting
    high: Setting
    if isinstance(control, Slider):
        low, high = min(control.values), max(control.values)
    elif isinstance(control, Choice):
        low, high = 0, len(control.options) - 1
    elif isinstance(control, Choices):
        low, high = 0, (1 << len(control.options)) - 1
    trait: Any = traitlets.Int if kind == "int64" else traitlets.Float
    return trait(control.default, min=low, max=high).tag(sync=True)
