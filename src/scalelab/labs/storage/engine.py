"""Lab: what an update costs a B-tree and two kinds of LSM tree."""

import altair as alt

from scalelab.facts.engine import LEVELDB_FILTER_BITS, POSTGRESQL_PAGE, ROCKSDB_SIZE_RATIO
from scalelab.kernels.storage.engine import RECORD_SIZES, SIZE_RATIOS, engine
from scalelab.models.storage.engine import ENGINES
from scalelab.theory.storage.engine import LEAF_FILL
from scalelab.web.lab import (
    Choice,
    Column,
    Lab,
    Prediction,
    Reading,
    Slider,
    Try,
    data,
    guess_rule,
    linear,
)

BTREE, LEVELLED, TIERED = ENGINES


def _chart() -> alt.TopLevelMixin:
    colour = alt.Color(
        "engine:N", title=None, scale=alt.Scale(domain=list(ENGINES)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=5)
    x = alt.X("x:O", title="Record (bytes) or ratio", axis=axis)
    table = alt.Chart(data())
    curve = table.transform_filter("datum.point >= 0")
    as_set = table.transform_filter("datum.point < 0")
    tooltip = [
        alt.Tooltip("engine:N", title="Engine"),
        alt.Tooltip("x:O", title="Bytes, or ratio"),
        alt.Tooltip("write:Q", title="Written for one byte", format=",.1f"),
        alt.Tooltip("present:Q", title="Reads, key exists", format=",.2f"),
        alt.Tooltip("absent:Q", title="Reads, key does not", format=",.2f"),
        alt.Tooltip("space:Q", title="Stored for one byte", format=",.2f"),
    ]

    def view(y: alt.Y, *more: alt.Chart) -> alt.LayerChart | alt.FacetChart:
        lines = curve.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, tooltip=tooltip)
        dots = as_set.mark_point(size=70, filled=True, opacity=1).encode(
            x=x, y=y, color=colour, tooltip=tooltip
        )
        rule = as_set.mark_rule(strokeWidth=1, opacity=0.6).encode(x=x)
        return alt.layer(*more, rule, lines, dots).properties(width=140, height=230)

    scale = alt.Scale(type="log", nice=False, padding=8)
    ticks = alt.Axis(values=[1, 2, 5, 10, 20, 50, 100, 200, 500])
    band = curve.mark_area(opacity=0.2).encode(
        x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q", color=colour
    )
    writes = view(
        alt.Y("write:Q", title="Written for one byte", scale=scale, axis=ticks),
        band,
        guess_rule("y"),
    )
    reads = view(alt.Y("read:Q", title="Places a look-up reads"))
    space = view(alt.Y("space:Q", title="Stored for one byte"))
    return alt.hconcat(writes, reads, space)


def _as_set(name: str, column: str, engine_name: str, form: str) -> Reading:
    return Reading(name, column, {"point": -1, "engine": engine_name}, form)


lab = Lab(
    name="storage/engine",
    title="Where do the writes go?",
    kernel=engine,
    controls=[
        Choice("varied", "Vary", ("Record size", "Size ratio")),
        Slider("record_bytes", "Record", RECORD_SIZES, 128, unit="bytes", help="Key and value"),
        Slider(
            "size_ratio", "Size ratio of LSM levels", SIZE_RATIOS, int(ROCKSDB_SIZE_RATIO.value),
            help="How much larger each level is than the one above it",
        ),
        Slider(
            "data_ratio", "Data", (32, 64, 128, 256, 512), 256, unit="memtables",
            help="With memtables of 64 MB, 256 are 16 GB; simulated with 50 records in each",
        ),
        linear("skew", "Skew of updates", 0.0, 1.2, 0.2, 0.0, format=".1f",
               help="0: all keys are updated equally often"),
        Slider("pool_share", "Buffer pool of the B-tree", (0.01, 0.02, 0.05, 0.1, 0.2, 0.5), 0.1,
               format=".0%", help="Share of its pages that memory holds"),
        linear("filter_bits", "Bloom filters", 0, 16, 2, int(LEVELDB_FILTER_BITS.value),
               unit="bits a key", help="Of the LSM trees; 0: none"),
        Choice("absent", "Look-ups ask for", ("Keys that exist", "Others")),
    ],
    constants={
        "page_bytes": int(POSTGRESQL_PAGE.value), "leaf_fill": LEAF_FILL, "memtable": 50,
        "rounds": 4, "n_runs": 3, "seed": 1,
    },
    columns=[
        Column("point", "Point", hidden=True),
        Column("x", "Record (bytes), or size ratio"),
        Column("engine", "Engine", labels=ENGINES),
        Column("write", "Written", "bytes for one", ",.1f"),
        Column("low", "Lowest run", format=",.1f"),
        Column("high", "Highest run", format=",.1f"),
        Column("read", "Reads as asked", hidden=True),
        Column("present", "Reads, key exists", format=",.2f"),
        Column("absent", "Reads, key does not", format=",.2f"),
        Column("space", "Stored", "bytes for one", ",.2f"),
        Column("runs", "Sorted runs", format=",.1f"),
    ],
    chart=_chart(),
    summary=(
        "For each byte updated, the B-tree writes {btree}, the levelled LSM tree {levelled}, the "
        "tiered one {tiered}. A look-up reads one page of the B-tree; of the LSM trees, if the "
        "key exists, {present_levelled} and {present_tiered}, if it does not, {absent_levelled} "
        "and {absent_tiered}. A byte of data takes {space_btree}, {space_levelled} and "
        "{space_tiered}."
    ),
    readings=[
        _as_set("btree", "write", BTREE, ",.1f"),
        _as_set("levelled", "write", LEVELLED, ",.1f"),
        _as_set("tiered", "write", TIERED, ",.1f"),
        _as_set("present_levelled", "present", LEVELLED, ",.2f"),
        _as_set("present_tiered", "present", TIERED, ",.2f"),
        _as_set("absent_levelled", "absent", LEVELLED, ",.2f"),
        _as_set("absent_tiered", "absent", TIERED, ",.2f"),
        _as_set("space_btree", "space", BTREE, ",.2f"),
        _as_set("space_levelled", "space", LEVELLED, ",.2f"),
        _as_set("space_tiered", "space", TIERED, ",.2f"),
    ],
    prediction=Prediction(
        "An LSM tree never writes in place: it flushes sorted runs, and merges them later into "
        "levels, each ten times as large as the one above. How many bytes does the levelled kind "
        "write in all for each byte updated?",
        reading="levelled", low=1.0, high=60.0, step=1.0, format=",.0f", unit="bytes",
    ),
    tries=[
        Try("Records of 512 bytes, a page's sixteenth. Who writes least now?",
            {"varied": 0, "record_bytes": 512}),
        Try("Vary the size ratio. At 2 both LSM trees are the same tree; which way does each go?",
            {"varied": 1, "size_ratio": 2}),
        Try("Ask for keys that do not exist, with no Bloom filters. Then give them 10 bits a key.",
            {"absent": 1, "filter_bits": 0}),
        Try("A few keys get most updates. Who saves more, the buffer pool or the memtable?",
            {"skew": 1.2}),
    ],
)  # fmt: skip
