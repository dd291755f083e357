"""Lab: the scalability law fitted to measurements, and how far it can be trusted beyond them."""

import altair as alt

from scalelab.kernels.introduction.usl import usl
from scalelab.models.introduction.measurements import FORMAT
from scalelab.models.introduction.usl import DATA_SETS, STATES
from scalelab.web.lab import (
    Choice,
    Column,
    Lab,
    OwnData,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    guess_rule,
)

KINDS = ("Fitted to", "Held back", "The law", "Look ahead", "Peak")
USED, HELD_BACK, CURVE, LOOK_AHEAD, PEAK = KINDS
GREY = "#8b93a1"
EXAMPLE = """machines, orders a second
1, 100
2, 188
4, 331
6, 428
8, 489
12, 560
"""


def _chart() -> alt.LayerChart | alt.FacetChart:
    """Bands that would dwarf the measurements are cut off."""
    table = (
        alt.Chart(data())
        .transform_joinaggregate(most="max(measured)")
        .transform_calculate(
            **{
                name: f"clamp(datum.{name}, 0, 1.4 * datum.most)"
                for name in ("curve_low", "curve_high", "new_low", "new_high")
            }
        )
    )
    x = alt.X("n:Q", title="Machines, processors, users …", scale=alt.Scale(nice=False))
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=[CURVE, USED, HELD_BACK]))

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", title="Throughput")

    curve = table.transform_filter(f"datum.kind == '{CURVE}'")
    banded = curve.transform_filter("datum.has_bands == 1")
    tooltip = [
        alt.Tooltip("kind:N", title="What"),
        alt.Tooltip("n:Q", title="Machines", format=",.1f"),
        alt.Tooltip("measured:Q", title="Throughput", format=",.1f"),
        alt.Tooltip("law:Q", title="By the law", format=",.1f"),
    ]
    new = banded.mark_area(opacity=0.25, color=GREY, line={"color": GREY}).encode(
        x=x, y=y("new_low"), y2="new_high:Q"
    )
    certain = banded.mark_area(opacity=0.3, color=GREY).encode(
        x=x, y=y("curve_low"), y2="curve_high:Q"
    )
    # One line, and marks that differ in shape: the key needs no dash patterns.
    line = curve.mark_line(strokeDash=[1, 0]).encode(x=x, y=y("law"), color=colour, tooltip=tooltip)
    marks = [
        table.transform_filter(f"datum.kind == '{kind}'")
        .mark_point(filled=True, size=90, opacity=1, shape=shape)
        .encode(x=x, y=y("measured"), color=colour, tooltip=tooltip)
        for kind, shape in ((USED, "circle"), (HELD_BACK, "diamond"))
    ]
    # A peak far beyond what is drawn would squeeze everything else.
    top = (
        table.transform_joinaggregate(drawn="max(end)")
        .transform_filter(f"datum.kind == '{PEAK}' && datum.n <= datum.drawn")
        .transform_calculate(text="'▲|peak at ' + format(datum.n, '.0f')")
        .mark_text(dy=18, lineBreak="|", fontWeight="bold")
        .encode(x=x, y=y("law"), text="text:N", tooltip=tooltip)
    )
    return alt.layer(new, certain, line, *marks, top, guess_rule("y"))


def _of_fit(name: str, column: str, form: str, known: str | None = None) -> Reading:
    """The fit's numbers are in the first row; a dash where there is none."""
    return Reading(name, column, {} if known is None else {known: 1}, form)


def _ahead(name: str, column: str, banded: bool = True) -> Reading:
    where: dict[str, float | str] = {"kind": LOOK_AHEAD}
    return Reading(name, column, where | ({"has_bands": 1} if banded else {}), ",.1f")


lab = Lab(
    name="introduction/usl",
    title="Fit the law to measurements, and look ahead",
    kernel=usl,
    own=OwnData(
        "measurements", FORMAT, instead="the built-in measurements",
        note="The choice of measurements has no effect on it.",
        example=EXAMPLE,
        settings={"hold_back": 0},
    ),
    controls=[
        Choice("data_set", "Measurements", tuple(DATA_SETS)),
        Slider("hold_back", "Hold back the largest",
               (*range(9), 10, 12, 16, 20, 24), 5, unit="measurements",
               help="The law is fitted to the others, at least four: as if these sizes had not "
                    "been tried yet"),
        Slider("look_ahead", "Look ahead to",
               (8, 16, 24, 32, 48, 64, 96, 128, 216, 256, 512, 1024), 64,
               unit="machines", help="Or processors, users, threads: what was measured"),
    ],
    columns=[
        Column("kind", "What", labels=KINDS),
        Column("n", "Machines", format=",.1f"),
        Column("measured", "Throughput", format=",.1f"),
        Column("law", "By the law", format=",.1f"),
        Column("curve_low", "Curve, from", format=",.1f"),
        Column("curve_high", "to", format=",.1f"),
        Column("new_low", "New measurement, from", format=",.1f"),
        Column("new_high", "to", format=",.1f"),
        Column("has_bands", "Has bands", hidden=True),
        Column("outside", "Outside", hidden=True),
        *(
            Column(f"{name}{part}", f"{name}{part}", hidden=True)
            for name in ("sigma", "kappa", "one_machine", "peak")
            for part in ("", "_low", "_high", "_known")
        ),
        Column("peak_ends", "Peak's interval ends", hidden=True),
        Column("n_outside", "Held back and outside", hidden=True),
        Column("state", "State", labels=STATES, hidden=True),
        Column("n_used", "Used", hidden=True),
        Column("n_held_back", "Held back", hidden=True),
        Column("has_law", "Has a law", hidden=True),
        Column("end", "The curve's end", hidden=True),
    ],
    chart=_chart(),
    summary=(
        "Of the measurements, {used} are used. {state}. The peak: {top} at {peak} machines "
        "({peak_low} to {peak_high}). At {look_ahead} the law says {ahead}, and a new measurement "
        "should be within {new_low} to {new_high}. Measured there, but held back: {really}. Of "
        "{held} held back, {outside} are outside of the band. Contention is {sigma} ({sigma_low} "
        "to {sigma_high}), coherency {kappa} ({kappa_low} to {kappa_high}), and one machine does "
        "{one}. Ranges are for 95%; a dash stands for what there is not."
    ),
    readings=[
        _of_fit("state", "state", ",.0f"),
        _of_fit("used", "n_used", ",.0f"),
        _of_fit("held", "n_held_back", ",.0f"),
        _of_fit("outside", "n_outside", ",.0f"),
        _of_fit("sigma", "sigma", ".4f", "has_law"),
        _of_fit("sigma_low", "sigma_low", ".4f", "sigma_known"),
        _of_fit("sigma_high", "sigma_high", ".4f", "sigma_known"),
        _of_fit("kappa", "kappa", ".5f", "has_law"),
        _of_fit("kappa_low", "kappa_low", ".5f", "kappa_known"),
        _of_fit("kappa_high", "kappa_high", ".5f", "kappa_known"),
        _of_fit("one", "one_machine", ",.1f", "has_law"),
        Reading("top", "law", {"kind": PEAK}, ",.1f"),
        Reading("peak", "n", {"kind": PEAK}, ",.1f"),
        _of_fit("peak_low", "peak_low", ",.1f", "peak_known"),
        _of_fit("peak_high", "peak_high", ",.1f", "peak_ends"),
        _ahead("ahead", "law", banded=False),
        _ahead("curve_low", "curve_low"),
        _ahead("curve_high", "curve_high"),
        _ahead("new_low", "new_low"),
        _ahead("new_high", "new_high"),
        Reading("really", "measured", {"kind": HELD_BACK, "n": "{look_ahead}"}, ",.1f"),
    ],
    prediction=Prediction(
        "A ray tracer was measured with 1, 4, 8, 12, 16 and 20 processors. The law goes past "
        "each of these six by no more than 3. It promises its best, 203, at 24 processors, and "
        "147 with 64, because they get in each other's way. What did the machine do with 64?",
        reading="really", low=0, high=400, step=5, format=",.0f",
    ),
    tries=[
        Try("Measure twice more, up to 28 processors. Where does the peak go, and what does the "
            "band at 64 say now?", {"data_set": 0, "hold_back": 3, "look_ahead": 64}),
        Try("Use all eleven measurements. Is there a peak at all?",
            {"data_set": 0, "hold_back": 0, "look_ahead": 64}),
        Try("A MySQL server with half of its 32 measurements. The law fits, the bands are narrow. "
            "How many of the other half do they hold?",
            {"data_set": 2, "hold_back": 16, "look_ahead": 32}),
        Try("The same server, with the first eight only. What does a band look like that knows how "
            "little it knows?", {"data_set": 2, "hold_back": 24, "look_ahead": 32}),
    ],
)  # fmt: skip
