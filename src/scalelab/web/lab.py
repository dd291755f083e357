"""What a lab is: one declaration from which Jupyter, the static page and the tests all work.

A `Lab` names a kernel, its controls, the columns of the table that the kernel returns, an
Altair chart over those columns and the sentences around it. `Lab.table` runs the kernel in
Python; the page runs the same kernel as WebAssembly from `Lab.definition`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import altair as alt
import numpy as np

from scalelab.kernels.jit import Floats, Ints, Table
from scalelab.models.lines import Format
from scalelab.web.wasm import kernel_types

if TYPE_CHECKING:
    from scalelab.web.widget import LabWidget

Setting = float | int
Settings = dict[str, Setting]
Row = dict[str, float | str]
Names = Mapping[str, Sequence[str]]


@runtime_checkable
class Named(Protocol):
    """Data of the reader's own that knows the names of what is numbered in it: an access log."""

    @property
    def values(self) -> Floats: ...
    def names(self, what: str) -> Sequence[str]: ...


UNKNOWN = "–"  # in place of a reading that no row has
OwnValues = Ints | Floats | Named


@dataclass(frozen=True)
class Slider:
    """A control that steps through ``values``; made by `linear` or `one_two_five`.

    ``format`` is a format specification that Python and d3 read alike (``",.0f"``, ``".0%"``),
    ``unit`` is written after the value.
    """

    name: str
    label: str
    values: tuple[Setting, ...]
    default: Setting
    unit: str = ""
    format: str = ",.0f"
    help: str = ""
    kind: Literal["slider"] = "slider"

    def __post_init__(self) -> None:
        if self.default not in self.values:
            raise ValueError(
                f"slider {self.name!r}: default {self.default} is not one of its values "
                f"{self.values[0]} ... {self.values[-1]}; choose one that a step reaches"
            )


@dataclass(frozen=True)
class Choice:
    """One of ``options``; the kernel gets its index."""

    name: str
    label: str
    options: tuple[str, ...]
    default: int = 0
    help: str = ""
    kind: Literal["choice"] = "choice"


@dataclass(frozen=True)
class Choices:
    """Any of ``options``; the kernel gets a bit mask, bit i for option i."""

    name: str
    label: str
    options: tuple[str, ...]
    default: int
    help: str = ""
    kind: Literal["choices"] = "choices"


Control = Slider | Choice | Choices


def linear(
    name: str, label: str, low: float, high: float, step: float, default: float, **more: Any
) -> Slider:
    """A slider in equal steps from ``low`` to ``high``; whole numbers when all three are int."""
    count = round((high - low) / step)
    values = tuple(
        low + i * step if isinstance(step, int) else round(low + i * step, 10)
        for i in range(count + 1)
    )
    return Slider(name, label, values, default, **more)


def one_two_five(
    name: str, label: str, low: float, high: float, default: float, **more: Any
) -> Slider:
    """A slider through 1, 2, 5, 10, 20, 50, ... from ``low`` to ``high``."""
    whole = all(isinstance(x, int) for x in (low, high, default))
    values = [
        digit * 10.0**decade
        for decade in range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        for digit in (1, 2, 5)
    ]
    inside = (round(v, 12) for v in values if low * 0.999 <= v <= high * 1.001)
    return Slider(name, label, tuple(int(v) if whole else v for v in inside), default, **more)


@dataclass(frozen=True)
class Column:
    """A column of the kernel's table. ``labels`` turns an index into a name.

    names: on data of the reader's own the index is a number of that data, and its name is found in
        the file: "endpoint" or "target" of an access log (`scalelab.models.lines.Format.names`).
        ``labels`` are then those of the built-in workload alone.
    """

    name: str
    title: str
    unit: str = ""
    format: str = ",.0f"
    labels: tuple[str, ...] = ()
    hidden: bool = False  # used by the chart or a reading, left out of the data table
    names: str = ""

    def label(self, value: float, names: Names | None = None) -> str | None:
        """The name that an index stands for, None in a column of numbers.

        names: those in the reader's own data, by what they name; None without such data.
        """
        if self.names and names is not None:
            known = names.get(self.names, ())
            index = int(value)
            return known[index] if index < len(known) else f"{self.names} {index}"
        return self.labels[int(value)] if self.labels else None

    def number(self, label: str, names: Names | None = None) -> int:
        """The index that a name stands for; -1 if the reader's own data has no such name."""
        if self.names and names is not None:
            known = names.get(self.names, ())
            return known.index(label) if label in known else -1
        return self.labels.index(label)

    def text(self, value: float, names: Names | None = None) -> str:
        """An entry as a reader sees it."""
        label = self.label(value, names)
        return format(value, self.format) if label is None else label


@dataclass(frozen=True)
class Reading:
    """One number of the result, for the summary: ``column`` of the first row that matches.

    A column with labels gives its label, without ``format``. ``where`` maps a column to a number,
    to a label, or to ``"{control}"`` for the setting of that control. No matching row gives a dash.
    """

    name: str
    column: str
    where: Mapping[str, float | str] = field(default_factory=dict)
    format: str = ",.2f"


@dataclass(frozen=True)
class Prediction:
    """The question asked before the result is shown; ``reading`` is what the guess is held against.

    The guess is drawn by the chart layer that `guess_rule` makes.
    """

    question: str
    reading: str
    low: float
    high: float
    step: float
    format: str
    unit: str = ""


@dataclass(frozen=True)
class Sample:
    """A file for readers who have none at hand; title: as in "Try it with a day of our log"."""

    file: Path
    title: str


@dataclass(frozen=True)
class OwnData:
    """A reader's own data in place of what the lab runs on otherwise.

    parameter: the kernel's one-dimensional array that it fills, row by row; empty otherwise.
    instead: what the lab runs on without it ("the synthetic workload").
    note: a sentence on what changes while it is in use.
    example: text that a reader can type over, for data of a few lines; none: files only.
    settings: where controls move when data is given.
    sample: a file to try it with.
    """

    parameter: str
    format: Format
    instead: str
    note: str = ""
    example: str = ""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    sample: Sample | None = None

    def as_dict(self) -> dict[str, Any]:
        sample = self.sample and {"name": self.sample.file.name, "title": self.sample.title}
        return {
            **vars(self),
            "format": self.format.as_dict(),
            "settings": dict(self.settings),
            "sample": sample,
        }


@dataclass(frozen=True)
class Try:
    """A prompt below the lab; clicking it moves the named controls."""

    prompt: str
    settings: Mapping[str, Setting]


@dataclass(frozen=True)
class HandOver:
    """Another lab that this lab's result can be taken to, as settings of its controls.

    settings: what each control there gets: the name of a reading, or of a control, of this lab; or
        a number that is always the same. Only sliders take what is measured.
    """

    lab: "Lab"
    settings: Mapping[str, str | Setting]

    def as_dict(self) -> dict[str, Any]:
        return {
            "lab": self.lab.name,
            "title": self.lab.title,
            "topic": self.lab.topic,
            "controls": [asdict(control) for control in self.lab.controls],
            "settings": dict(self.settings),
        }

    def reached(self, name: str, value: float) -> Setting:
        """``value`` within the range of the control ``name``, a whole number if it takes those."""
        (control,) = (each for each in self.lab.controls if each.name == name)
        if isinstance(control, Slider):
            value = min(max(value, min(control.values)), max(control.values))
        return round(value) if self.lab.parameters[name] == "int64" else float(value)


def data() -> alt.NamedData:
    """The kernel's table, for use in a lab's chart."""
    return alt.NamedData("table")


def guess_rule(channel: Literal["x", "y"] = "y") -> alt.Chart:
    """A dashed line at the reader's guess; draws nothing before there is one."""
    encoding = {channel: {"field": "guess", "type": "quantitative"}}
    rule: alt.Chart = (
        alt.Chart(alt.NamedData("guess"))
        .mark_rule(strokeDash=[6, 4], strokeWidth=2)
        .encode(**encoding)
    )
    return rule


@dataclass(frozen=True, eq=False)
class Lab:
    """A lab. See the module's first lines; every field is shown in CONTRIBUTING's example.

    name: ``"topic/lab"``, also its module below `scalelab.labs` and its address in the page.
    kernel: numba kernel whose parameters are control names, ``constants`` and that of ``own``.
    split: name of a `Choices` control; long runs are cut into one kernel call per chosen option,
        so that they can show progress and be stopped.
    summary: a sentence or more with ``{names}`` of readings and controls. What is in square
        brackets is left out where one of its readings has no value.
    own: data of the reader's own that it can run on.
    hand_overs: labs that its result can be taken to.
    """

    name: str
    title: str
    kernel: Callable[..., Table]
    controls: Sequence[Control]
    columns: Sequence[Column]
    chart: alt.TopLevelMixin
    summary: str
    readings: Sequence[Reading]
    prediction: Prediction
    tries: Sequence[Try]
    constants: Mapping[str, Setting] = field(default_factory=dict)
    split: str | None = None
    own: OwnData | None = None
    hand_overs: Sequence[HandOver] = ()

    def __post_init__(self) -> None:
        named = {control.name for control in self.controls} | set(self.constants)
        wanted = set(self.parameters) - {self.own.parameter if self.own else None}
        if named != wanted:
            raise ValueError(
                f"lab {self.name!r}: kernel {self.kernel.__name__} takes {sorted(wanted)}, "
                f"but controls and constants are {sorted(named)}; give each parameter one"
            )
        both = {control.name for control in self.controls} & {one.name for one in self.readings}
        if both:
            raise ValueError(
                f"lab {self.name!r} has both a control and a reading called {sorted(both)}; the "
                "summary could mean either, so give the reading another name"
            )
        for hand_over in self.hand_overs:
            self._check(hand_over)

    def _check(self, hand_over: HandOver) -> None:
        controls = {control.name: control for control in hand_over.lab.controls}
        known = {each.name for each in self.readings} | {each.name for each in self.controls}
        for name, source in hand_over.settings.items():
            if name not in controls:
                raise ValueError(
                    f"lab {self.name!r} hands over to {name!r} of {hand_over.lab.name!r}, which "
                    f"has no such control; its controls are {sorted(controls)}"
                )
            if isinstance(source, str) and source not in known:
                raise ValueError(
                    f"lab {self.name!r} hands over {source!r}, which it has neither as a reading "
                    f"nor as a control; it has {sorted(known)}"
                )
            if isinstance(source, str) and not isinstance(controls[name], Slider):
                raise ValueError(
                    f"lab {self.name!r} hands over {source!r} to {name!r} of "
                    f"{hand_over.lab.name!r}, which is no slider; give a fixed number"
                )

    @property
    def topic(self) -> str:
        """The chapter's name, in words."""
        return self.name.split("/")[0].replace("_", " ").capitalize()

    @property
    def parameters(self) -> dict[str, str]:
        """The kernel's parameters and their types, in order."""
        return kernel_types(self.kernel)

    @property
    def defaults(self) -> Settings:
        return {control.name: control.default for control in self.controls}

    def settled(self, settings: Mapping[str, Setting]) -> Settings:
        """``settings`` over the defaults.

        Raises ValueError for a name that no control has.
        """
        unknown = set(settings) - set(self.defaults)
        if unknown:
            raise ValueError(
                f"lab {self.name!r} has no control {sorted(unknown)}; "
                f"its controls are {sorted(self.defaults)}"
            )
        return {**self.defaults, **settings}

    def parts(self, settings: Settings) -> list[Settings]:
        """The kernel calls that make up one run: one, or one per option of ``split``."""
        if self.split is None:
            return [settings]
        mask = int(settings[self.split])
        return [{**settings, self.split: 1 << bit} for bit in range(63) if mask >> bit & 1]

    def call(
        self,
        settings: Settings,
        own: OwnValues | None = None,
        kernel: Callable[..., Table] | None = None,
    ) -> Table:
        """One kernel call; ``kernel`` stands in for the lab's own, compiled in another way."""
        given: dict[str, Any] = {**self.constants, **settings}
        if self.own is not None:
            given[self.own.parameter] = self.own_values(own)
        number = {"int64": int, "float64": float}
        return (kernel or self.kernel)(
            *(number[kind](given[name]) if kind in number else given[name]
              for name, kind in self.parameters.items())
        )  # fmt: skip

    def own_values(self, own: OwnValues | None) -> Ints | Floats:
        """The array for the kernel; none is an empty one."""
        assert self.own is not None
        kind = self.parameters[self.own.parameter].removesuffix("[]")
        if own is None:
            return np.empty(0, kind)
        values = own.values if isinstance(own, Named) else own
        return np.ascontiguousarray(values, kind).ravel()

    def names_in(self, own: OwnValues | None) -> Names | None:
        """The names that the columns need, as far as ``own`` knows them; None without own data."""
        if own is None:
            return None
        if not isinstance(own, Named):
            return {}
        return {column.names: own.names(column.names) for column in self.columns if column.names}

    def table(self, own: OwnValues | None = None, **settings: Setting) -> Table:
        """The kernel's table at ``settings`` (the defaults where none is given).

        ``own`` is data of the reader's own, for a lab that takes some.
        """
        parts = self.parts(self.settled(settings))
        tables = [self.call(part, own) for part in parts]
        return np.concatenate(tables) if tables else np.empty((0, len(self.columns)))

    def hand_over(self, name: str, own: OwnValues | None = None, **settings: Setting) -> Settings:
        """Settings of the lab ``name`` that follow from this lab's result.

        They are exact, but for the ends of the other lab's controls and where those take whole
        numbers; the page moves on to the nearest that the controls reach. What has no reading (a
        dash in the summary) is left out. ``own`` and ``settings`` as for `table`:

            hit_ratio.lab.table(**popularity.lab.hand_over("caching/hit_ratio", own=log))

        Raises ValueError for a lab that this one has no hand-over to.
        """
        targets = {each.lab.name: each for each in self.hand_overs}
        if name not in targets:
            raise ValueError(
                f"lab {self.name!r} has nothing for {name!r}; it hands over to {sorted(targets)}"
            )
        shown = self.settled(settings)
        table = self.table(own, **settings)
        given: dict[str, float | None] = dict(shown)
        names = self.names_in(own)
        given |= {each.name: self.read(each, table, shown, names) for each in self.readings}
        handed: Settings = {}
        for control, source in targets[name].settings.items():
            value = given[source] if isinstance(source, str) else source
            if value is not None:
                handed[control] = targets[name].reached(control, value)
        return handed

    def rows(self, table: Table, names: Names | None = None) -> list[Row]:
        """The table as records with labels in place of indices, as the chart reads it.

        ``names``, here and below: those in the reader's own data (`names_in`), None without.
        """
        return [
            {
                column.name: column.label(value, names) or float(value)
                for column, value in zip(self.columns, row, strict=True)
            }
            for row in table
        ]

    def texts(self, table: Table, settings: Settings, names: Names | None = None) -> dict[str, str]:
        """Every placeholder of the summary: the controls' settings and the readings, as text."""
        shown = {c.name: control_text(c, settings[c.name]) for c in self.controls}
        for reading in self.readings:
            shown[reading.name] = self.reading_text(reading, table, settings, names)
        return shown

    def reading_text(
        self, reading: Reading, table: Table, settings: Settings, names: Names | None = None
    ) -> str:
        """The reading as a reader sees it: a number, a label, or a dash where no row matches."""
        value = self.read(reading, table, settings, names)
        if value is None:
            return UNKNOWN
        (column,) = (each for each in self.columns if each.name == reading.column)
        return column.label(value, names) or format(value, reading.format)

    def read(
        self, reading: Reading, table: Table, settings: Settings, names: Names | None = None
    ) -> float | None:
        """The reading's number, or None where no row matches."""
        index = {column.name: i for i, column in enumerate(self.columns)}
        matching = np.ones(len(table), bool)
        for name, wanted in reading.where.items():
            column = self.columns[index[name]]
            if isinstance(wanted, str) and wanted.startswith("{"):
                wanted = settings[wanted[1:-1]]
            elif isinstance(wanted, str):
                wanted = column.number(wanted, names)
            matching &= table[:, index[name]] == wanted
        found = table[matching, index[reading.column]]
        return float(found[0]) if found.size else None

    def sentence(self, table: Table, settings: Settings, names: Names | None = None) -> str:
        """The summary of a result, in words, without the clauses that nothing can be said in."""
        texts = self.texts(table, settings, names)
        # A label may look like what is not known, and is known.
        unknown = {
            reading.name
            for reading in self.readings
            if self.read(reading, table, settings, names) is None
        }

        def clause(found: re.Match[str]) -> str:
            return "" if unknown & set(re.findall(r"\{(\w+)\}", found[1])) else found[1]

        return re.sub(r"\[([^][]*)\]", clause, self.summary).format(**texts)

    def definition(self) -> dict[str, Any]:
        """The whole lab as JSON, which is all that the front end knows about it."""
        chart = self.chart.to_dict()
        for unwanted in ("$schema", "config"):
            chart.pop(unwanted, None)
        return {
            "name": self.name,
            "title": self.title,
            "parameters": [{"name": n, "type": kind} for n, kind in self.parameters.items()],
            "constants": dict(self.constants),
            "split": self.split,
            "own": self.own and self.own.as_dict(),
            "hand_overs": [each.as_dict() for each in self.hand_overs],
            "controls": [asdict(control) for control in self.controls],
            "columns": [asdict(column) for column in self.columns],
            "chart": chart,
            "summary": self.summary,
            "readings": [asdict(reading) for reading in self.readings],
            "prediction": asdict(self.prediction),
            "tries": [asdict(one) for one in self.tries],
        }

    def widget(self, own: OwnValues | None = None, **settings: Setting) -> "LabWidget":
        """The lab as an ipywidgets widget, computed in this kernel; each control is a trait."""
        from scalelab.web.widget import LabWidget

        return LabWidget.of(self, own, self.settled(settings))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.widget().mimebundle()


def control_text(control: Control, setting: Setting) -> str:
    """A control's setting as a reader sees it."""
    if isinstance(control, Slider):
        text = format(setting, control.format)
        return f"{text} {control.unit}".rstrip()
    chosen = int(setting)
    if isinstance(control, Choice):
        return control.options[chosen]
    return ", ".join(name for bit, name in enumerate(control.options) if chosen >> bit & 1)
