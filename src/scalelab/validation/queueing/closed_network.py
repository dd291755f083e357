"""Queueing networks against examples of textbooks, mean values and the machine repair model."""

from collections.abc import Iterator

from scalelab.models.queueing.closed_network import Network, Open, Station, solve, solve_open
from scalelab.models.workload.think_time import serve
from scalelab.theory.queueing.closed_network import by_states, mean_values
from scalelab.validation.row import Row, Topic

QUOTED = "as quoted by the tests of {cite:t}`v-marzolla2014`"
JAIN = f"{{cite:t}}`v-jain1991`, page 577, {QUOTED}"
LAZOWSKA = "{cite:t}`v-lazowska1984`, page 117, as quoted by the tests of {cite:t}`v-franks2009`"
LAZOWSKA_OPEN = f"{{cite:t}}`v-lazowska1984`, page 113, {QUOTED}"
MEANS = "mean value analysis, {cite:t}`v-reiser1980`"
STATES = "sum over all states, {cite:t}`v-baskett1975`"
REPAIR = "M/M/c//N, {cite:t}`v-kleinrock1975`"

JAIN_STATIONS = (
    Station("CPU", 0.125, visits=16), Station("disk A", 0.3, visits=10),
    Station("disk B", 0.2, visits=5),
)  # fmt: skip
LAZOWSKA_STATIONS = (
    Station("CPU", 0.005, visits=121), Station("disk 1", 0.03, visits=70),
    Station("disk 2", 0.027, visits=50),
)  # fmt: skip


def bolch(example: str) -> str:
    return f"{{cite:t}}`v-bolch1998`, example {example}, {QUOTED}"


def queues(
    where: str, source: str, found: Network | Open, printed: dict[str, float], digit: float
) -> Iterator[Row]:
    """The numbers at stations beside those that a book prints, the last digit being ``digit``."""
    for name, number in printed.items():
        queue = found.queue[name]
        ours = queue if isinstance(queue, float) else float(queue[-1])
        yield Row(
            f"Customers at the {name}", where, "published", source, number, ours, digit, ".4f"
        )  # fmt: skip


def per_visit(
    where: str, source: str, found: Network, stations: tuple[Station, ...],
    printed: dict[str, float], digit: float,
) -> Iterator[Row]:  # fmt: skip
    """Times of one visit, which is what the books print."""
    for one in stations:
        ours = float(found.residence_s[one.name][-1]) / one.visits
        yield Row(
            f"A visit of the {one.name} (s)", where, "published", source, printed[one.name], ours,
            digit, ".4f",
        )  # fmt: skip


def books() -> Iterator[Row]:
    found = solve(20, JAIN_STATIONS, 4.0)
    where = "20 users of a timesharing system, Z = 4 s"
    yield from queues(
        where, JAIN, found, {"CPU": 1.991, "disk A": 16.177, "disk B": 0.500}, 1e-3
    )  # fmt: skip
    yield from per_visit(
        where, JAIN, found, JAIN_STATIONS, {"CPU": 0.373, "disk A": 4.854, "disk B": 0.300}, 1e-3
    )
    found = solve(3, LAZOWSKA_STATIONS, 15.0)
    yield from queues(
        "3 customers, Z = 15 s", LAZOWSKA, found,
        {"CPU": 0.0976, "disk 1": 0.3947, "disk 2": 0.2350}, 1e-4,
    )  # fmt: skip
    yield from queues(
        "open, 0.3 customers/s", LAZOWSKA_OPEN, solve_open(0.3, LAZOWSKA_STATIONS),
        {"CPU": 0.222}, 1e-3,
    )  # fmt: skip
    several = (
        Station("station 1", 1 / 0.8, 2), Station("station 2", 1 / 0.6, 3, 0.667),
        Station("station 3", 1 / 0.4, 1, 0.2),
    )  # fmt: skip
    found = solve(3, several)
    where, source = "3 customers, stations of 2, 3 and 1 servers", bolch("8.1")
    yield Row(
        "Customers a second", where, "published", source, 0.945, float(found.throughput_per_s[-1]),
        1e-3, ".4f",
    )  # fmt: skip
    yield from queues(
        where, source, found, {"station 1": 1.290, "station 2": 1.050, "station 3": 0.660}, 1e-3
    )
    yield from per_visit(
        where, source, found, several,
        {"station 1": 1.366, "station 2": 1.667, "station 3": 3.496}, 1e-3,
    )  # fmt: skip
    central = (
        Station("station 1", 0.02), Station("station 2", 0.2, 1, 0.4),
        Station("station 3", 0.4, 1, 0.2), Station("station 4", 0.6, 1, 0.1),
    )  # fmt: skip
    found = solve(6, central)
    where, source = "6 customers, four single servers", bolch("8.3")
    yield from queues(
        where, source, found,
        {"station 1": 0.244, "station 2": 2.261, "station 3": 2.261, "station 4": 1.234}, 1e-3,
    )  # fmt: skip
    mixed = (
        Station("station 1", 0.5, 2), Station("station 2", 0.6, 1, 0.5),
        Station("station 3", 0.8, 1, 0.5), Station("station 4", 1.0, 0),
    )  # fmt: skip
    found = solve(3, mixed)
    where, source = "3 customers, two servers, single ones, a delay", bolch("8.4")
    yield from queues(
        where, source, found,
        {"station 1": 0.624, "station 2": 0.473, "station 3": 0.686, "station 4": 1.217}, 1e-3,
    )  # fmt: skip


def other_ways() -> Iterator[Row]:
    """Convolution beside means, states and the machine repair model."""
    for name, stations, customers, think in (
        ("Jain's stations", JAIN_STATIONS, 20, 4.0), ("Jain's stations", JAIN_STATIONS, 500, 60.0),
        ("Lazowska's stations", LAZOWSKA_STATIONS, 3000, 15.0),
    ):  # fmt: skip
        demands = [(one.demand_s, one.servers) for one in stations]
        found = solve(customers, stations, think)
        exact = mean_values(customers, think, demands)
        where = f"{name}, {customers:,} customers, Z = {think:g} s"
        yield Row(
            "Response (s)", where, "theory", MEANS, exact.response, float(found.response_s[-1]),
            1e-9 * exact.response, ".6f",
        )  # fmt: skip
        yield Row(
            "Customers a second", where, "theory", MEANS, exact.throughput,
            float(found.throughput_per_s[-1]), 1e-9 * exact.throughput, ".6f",
        )  # fmt: skip
    for customers, think, service, servers in (
        (35, 40.0, 0.6, 1), (60, 10.0, 0.5, 4), (6000, 10.0, 0.01, 4), (12_000, 10.0, 0.01, 16),
    ):  # fmt: skip
        found = solve(customers, [Station("CPU", service, servers)], think)
        other = serve(customers, think, 1e3 * service, servers)
        where = f"{customers:,} customers, Z = {think:g} s, S = {service:g} s, {servers} servers"
        yield Row(
            "Response (s), one station", where, "theory", REPAIR, other.response_s,
            float(found.response_s[-1]), 1e-9 * other.response_s, ".6f",
        )  # fmt: skip
    for background in (0.4, 2.0, 3.6):
        shared = (Station("CPU", 0.5, 4, background=background), Station("disk", 0.25))
        exact = by_states(
            12, 2.0, [(one.demand_s, one.servers) for one in shared], [background, 0.0]
        )
        found = solve(12, shared, 2.0)
        yield Row(
            "Response (s)", f"12 customers, {background:g} of 4 CPUs busy with jobs", "theory",
            STATES, exact.response, float(found.response_s[-1]), 1e-9, ".6f",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    yield from books()
    yield from other_ways()


TOPIC = Topic(
    title="Queueing networks",
    about=(
        "Customers who go round between stations with one or several servers, by convolution, "
        "beside the worked examples of textbooks (tolerance: the last digit printed), mean value "
        "analysis, sums over all states and the machine repair model (tolerance: nine digits)."
    ),
    rows=rows,
)
