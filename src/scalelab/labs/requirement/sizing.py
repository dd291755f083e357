"""Lab: what two million customers mean for the machines."""

import altair as alt

from scalelab.kernels.requirement.sizing import LINKS, PER_HOUR, SHOWN, STEP, sizing
from scalelab.models.requirement.sizing import LAWS, WAYS
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
    one_two_five,
)

KINDS = ("Hour", "Chain")
CHAIN = (
    "Registered customers",
    "Come that day",
    "Visits that day",
    "Visits, busiest hour",
    "On the site at once, mean",
    "On the site at once",
    "Requests a second, mean",
    "Requests a second",
    "Requests in work",
    "Servers",
    "Mbit/s, peak",
    "Stored that day (GB)",
)
# With the names that leave a phone some room for the chart.
SHOWN_LINKS = {
    "Registered customers": "Customers",
    "Come that day": "Come that day",
    "Visits, busiest hour": "Busiest hour",
    "On the site at once": "At once",
    "Requests a second": "Requests/s",
    "Requests in work": "In work",
    "Servers": "Servers",
}
SHORT_NAMES = f"{SHOWN_LINKS}[datum.label]"
ROWS_PER_HOUR = PER_HOUR // STEP
NAMES = (
    *(f"{i // ROWS_PER_HOUR:02}:{60 // ROWS_PER_HOUR * (i % ROWS_PER_HOUR):02}"
      for i in range(SHOWN)),
    *CHAIN,
)  # fmt: skip
assert len(CHAIN) == LINKS
DAYS = ("Ordinary day", "Day of the campaign")
POWERS = (
    "datum.value >= 1e6 ? datum.value / 1e6 + 'M' : "
    "datum.value >= 1e3 ? datum.value / 1e3 + 'k' : datum.value"
)


def _colour() -> alt.Color:
    return alt.Color(
        "day:N", title=None, scale=alt.Scale(domain=list(DAYS)),
        legend=alt.Legend(symbolType="stroke", symbolOpacity=1),
    )  # fmt: skip


def _both(kind: str) -> alt.Chart:
    """Rows of a kind, one for each of the two days."""
    name = f"datum.key == 'ordinary' ? '{DAYS[0]}' : '{DAYS[1]}'"
    return (
        alt.Chart(data())
        .transform_filter(f"datum.kind == '{kind}'")
        .transform_fold(["ordinary", "campaign"], as_=["key", "number"])
        .transform_calculate(
            day=name,
            fewest="datum.key == 'ordinary' ? datum.ordinary_low : datum.campaign_low",
            most="datum.key == 'ordinary' ? datum.ordinary_high : datum.campaign_high",
        )
    )


def _chain() -> alt.LayerChart | alt.FacetChart:
    links = _both("Chain").transform_filter(alt.FieldOneOfPredicate("name", list(SHOWN_LINKS)))
    # Whoever has ten customers has a hundredth of a request in work.
    links = links.transform_calculate(
        place="max(datum.number, 0.1)",
        other="max(datum.key == 'ordinary' ? datum.campaign : datum.ordinary, 0.1)",
        text="datum.number < 9.95 && datum.name != 'Servers' ? format(datum.number, ',.1f')"
        " : format(datum.number, ',.0f')",
    )
    x = alt.X(
        "place:Q", title="How many; each step is ten times more",
        scale=alt.Scale(type="log", nice=False, padding=40),
        axis=alt.Axis(values=[10**power for power in range(-1, 9)], labelExpr=POWERS),
    )  # fmt: skip
    y = alt.Y("name:N", title=None, sort=list(SHOWN_LINKS), axis=alt.Axis(labelExpr=SHORT_NAMES))
    tooltip = [
        alt.Tooltip("name:N", title="Number of"),
        alt.Tooltip("day:N", title="On an"),
        alt.Tooltip("number:Q", title="Is", format=",.1f"),
    ]
    between = (
        links.transform_filter("datum.key == 'ordinary'")
        .mark_rule(strokeWidth=2, opacity=0.4)
        .encode(x=x, x2="other:Q", y=y)
    )
    dots = links.mark_point(size=90, filled=True, opacity=1).encode(
        x=x, y=y, color=_colour(), tooltip=tooltip
    )
    usual = links.transform_filter("datum.key == 'ordinary'").mark_text(
        align="right", dx=-8, fontWeight="bold"
    )
    sale = links.transform_filter(
        "datum.key == 'campaign' && datum.number > 1.02 * datum.ordinary"
    ).mark_text(align="left", dx=8)
    texts = [each.encode(x=x, y=y, text="text:N") for each in (usual, sale)]
    return alt.layer(between, dots, *texts, guess_rule("x")).properties(height=200)


def _day() -> alt.LayerChart | alt.FacetChart:
    hours = _both("Hour")
    x = alt.X(
        "hour:Q", title="Hour of the day", scale=alt.Scale(domain=[0, 24], nice=False),
        axis=alt.Axis(values=list(range(0, 25, 3))),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("name:N", title="At"),
        alt.Tooltip("day:N", title="Day"),
        alt.Tooltip("number:Q", title="At once, mean", format=",.0f"),
        alt.Tooltip("fewest:Q", title="Lowest run", format=",.0f"),
        alt.Tooltip("most:Q", title="Highest run", format=",.0f"),
    ]
    band = hours.mark_area(opacity=0.25).encode(
        x=x, y=alt.Y("fewest:Q", title="On the site"), y2="most:Q", color=_colour()
    )
    lines = hours.mark_line(strokeWidth=2.5).encode(
        x=x, y=alt.Y("number:Q", title="On the site"),
        color=_colour(), tooltip=tooltip,
    )  # fmt: skip
    return alt.layer(band, lines).properties(height=150)


def _of(name: str, link: str, column: str, form: str = ",.0f") -> Reading:
    return Reading(name, column, {"name": link}, form)


lab = Lab(
    name="requirement/sizing",
    title="What do two million customers ask of the machines?",
    kernel=sizing,
    controls=[
        one_two_five("customers", "Registered customers", 10_000, 50_000_000, 2_000_000),
        Slider("active", "Of them come on a day",
               (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5), 0.05,
               format=".1%", help="An assumption, as are the next four: ask the business"),
        Slider("session_min", "A visit lasts", (1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60), 10,
               unit="min", help="Mean"),
        Choice("law", "How long visits last", LAWS, 1,
               help="The mean is the same; the last is the shape of 12,330 measured visits"),
        Slider("requests", "Requests in a visit", (5, 10, 20, 30, 60, 100, 200, 500), 60,
               help="To our servers"),
        Slider("busiest", "Visits in the busiest hour",
               (0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15, 0.2, 0.25), 0.1, format=".0%",
               help="Share of the day's; 4.2% if all hours were equal"),
        Slider("campaign", "Campaign: times the visits", (1, 1.5, 2, 3, 5, 8, 10), 3,
               format=",.1f", help="Of an ordinary day; 1 is no campaign"),
        Choice("way", "Its visits come", WAYS, 1,
               help="After the message: most at once, then fewer and fewer, an hour on average"),
    ],
    constants={
        "visits_per_active": 1.2, "fade_min": 60.0, "response_ms": 100.0, "server_rate": 100.0,
        "utilisation": 0.6, "response_kb": 25.0, "write_share": 0.05, "write_kb": 2.0,
        "copies": 3, "n_runs": 9, "seed": 1,
    },
    columns=[
        Column("name", "Time, or number of", labels=NAMES),
        Column("kind", "Kind", labels=KINDS, hidden=True),
        Column("hour", "Hour", hidden=True),
        Column("ordinary", "Ordinary day", format=",.1f"),
        Column("ordinary_low", "Lowest run", format=",.1f"),
        Column("ordinary_high", "Highest run", format=",.1f"),
        Column("campaign", "Day of the campaign", format=",.1f"),
        Column("campaign_low", "Its lowest run", format=",.1f"),
        Column("campaign_high", "Its highest run", format=",.1f"),
    ],
    chart=alt.vconcat(_chain(), _day()),
    summary=(
        "Of {customers} customers, {active_n} come on an ordinary day. At its busiest moment "
        "{at_once} are on the site at once. They ask for {rate} requests a second, of which "
        "{in_work} are in work at any time. A campaign with {campaign} times the visits brings "
        "{campaign_at_once} at once and {campaign_rate} requests a second. Servers needed: "
        "{servers}, and for the campaign {campaign_servers}."
    ),
    readings=[
        _of("active_n", "Come that day", "ordinary"),
        _of("busiest_n", "Visits, busiest hour", "ordinary"),
        _of("mean_at_once", "On the site at once, mean", "ordinary"),
        _of("at_once", "On the site at once", "ordinary"),
        _of("at_once_low", "On the site at once", "ordinary_low"),
        _of("at_once_high", "On the site at once", "ordinary_high"),
        _of("mean_rate", "Requests a second, mean", "ordinary"),
        _of("rate", "Requests a second", "ordinary"),
        _of("in_work", "Requests in work", "ordinary", ",.1f"),
        _of("servers", "Servers", "ordinary"),
        _of("bandwidth", "Mbit/s, peak", "ordinary"),
        _of("stored", "Stored that day (GB)", "ordinary", ",.1f"),
        _of("campaign_at_once", "On the site at once", "campaign"),
        _of("campaign_rate", "Requests a second", "campaign"),
        _of("campaign_servers", "Servers", "campaign"),
    ],
    prediction=Prediction(
        "Of two million customers, one in twenty comes on an ordinary day, stays for ten minutes "
        "and comes again in one case in five. How many are on the site at once, at the busiest "
        "moment of the day?",
        reading="at_once", low=500, high=100_000, step=500, format=",.0f", unit="customers",
    ),
    tries=[
        Try(
            "The campaign's visits spread over the day. As many people: how many machines?",
            {"way": 0},
        ),
        Try(
            "All visits last ten minutes, none shorter or longer. Which of the peaks moves?",
            {"law": 0},
        ),
        Try(
            "Customers stay for 20 minutes and ask as often in all. What doubles, what does not?",
            {"session_min": 20},
        ),
        Try(
            "Ten thousand customers. Why is there a band around the line now?",
            {"customers": 10_000},
        ),
    ],
)  # fmt: skip
