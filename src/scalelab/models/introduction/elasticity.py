"""What does capacity that follows demand cost and refuse, against a fixed one?

    >>> from scalelab.models.introduction.elasticity import simulate
    >>> peak, elastic = simulate("Fixed for the peak"), simulate("Elastic")
    >>> elastic.machine_hours < 0.5 * peak.machine_hours
    True
    >>> peak.refused == 0.0, elastic.refused > 300_000.0
    (True, True)

The closed forms of the same model are in `scalelab.theory.introduction.elasticity`.
"""

from dataclasses import dataclass

from scalelab.kernels.introduction.elasticity import elasticity
from scalelab.models.check import one_of, within

STRATEGIES = ("Fixed for the mean", "Fixed for the peak", "Elastic", "Elastic and told")
MEAN_RATE, PER_MACHINE = 1000.0, 100.0
MEASURE_S, BURSTS_A_DAY = 60.0, 12.0


@dataclass(frozen=True)
class Elasticity:
    """Result of `simulate`, for a day; means of the runs, and the lowest and the highest of them.

    ``refused`` are requests, ``refused_share`` of all; ``used`` is the share of what the machines
    paid for could do. At the worst moment ``worst_share`` of the requests are refused and
    ``worst_machines`` are missing. Some are refused in ``short_min`` minutes. On average over the
    day ``missing`` machines are missing and ``spare`` are too many.
    """

    machine_hours: float
    machine_hours_low: float
    machine_hours_high: float
    refused: float
    refused_low: float
    refused_high: float
    refused_share: float
    used: float
    worst_share: float
    short_min: float
    worst_machines: float
    spare: float
    missing: float


def simulate(
    strategy: str,
    peak_to_trough: float = 4.0,
    sale: float = 3.0,
    rise_s: float = 60.0,
    boot_s: float = 300.0,
    target: float = 0.7,
    hold_min: float = 10.0,
    burst: float = 0.2,
    most: int = 60,
    measure_s: float = MEASURE_S,
    mean_rate: float = MEAN_RATE,
    per_machine: float = PER_MACHINE,
    bursts_a_day: float = BURSTS_A_DAY,
    n_runs: int = 20,
    seed: int = 1,
) -> Elasticity:
    """Machine-hours and refused requests of a day with a sale, under one strategy.

    Parameters
    ----------
    strategy : one of `STRATEGIES`. The fixed ones are sized by what is planned, the sale included,
        "Elastic" by what it measures, "Elastic and told" by what it measures and by the plan of the
        sale; all by the same ``target``.
    peak_to_trough : demand at six in the evening over that at six in the morning, 1 to 100.
    sale : times the usual demand from ten to eleven in the morning, 1 to 100; 1 is none.
    rise_s : until the sale has reached its height, and until it is over again, 0 to 3600 s.
    boot_s : from the order of a machine until it serves, 0 to 3600 s.
    target : how busy a machine may be, 0.05 to 1. What is left is head-room.
    hold_min : how long a machine must not have been wanted before it is given back, 0 to 60 min.
    burst : mean height of a random burst, as a share of the demand, 0 to 10; it fades with a time
        constant of 10 min.
    most : machines that there can be, 1 to 10,000,000.
    measure_s : how old the demand is that the controller sees, 0 to 1800 s.
    mean_rate : mean demand of a day without a sale, 0.001 to 1,000,000,000 requests/s.
    per_machine : what one machine can take, 0.001 to 1,000,000 requests/s.
    bursts_a_day : mean number of bursts, 0 to 1000.
    n_runs : days, 1 to 1000.
    seed : any int; one seed gives one result.

    Raises
    ------
    ValueError
        For an unknown name or an argument outside the ranges above.

    Notes
    -----
    Time goes in steps of 15 s; shorter delays are rounded down. A machine is paid for from its
    order. Leaves out: queues (what finds no room is refused at once, and nobody tries again);
    machines that get slow before they are full; machines that fail, or that cannot be had when
    everybody wants some; the work of starting, and caches that are cold; a price by the minute
    that is higher than that of machines taken for years; weekends and growth.
    """
    one_of("strategy", strategy, STRATEGIES, separator="; ")
    within("peak_to_trough", peak_to_trough, 1.0, 100.0)
    within("sale", sale, 1.0, 100.0, advice="1 is no sale")
    within("rise_s", rise_s, 0.0, 3600.0, "s")
    within("boot_s", boot_s, 0.0, 3600.0, "s")
    within("target", target, 0.05, 1.0, advice="a share, not a percentage")
    within("hold_min", hold_min, 0.0, 60.0, "min")
    within("burst", burst, 0.0, 10.0, advice="a share, not a percentage")
    within("most", most, 1, 10_000_000)
    within("measure_s", measure_s, 0.0, 1800.0, "s")
    within("mean_rate", mean_rate, 0.001, 1e9, "requests/s")
    within("per_machine", per_machine, 0.001, 1e6, "requests/s")
    within("bursts_a_day", bursts_a_day, 0.0, 1000.0)
    within("n_runs", n_runs, 1, 1000)
    table = elasticity(
        float(peak_to_trough), float(sale), float(rise_s), float(boot_s), float(target),
        float(hold_min), float(burst), int(most), float(measure_s), float(mean_rate),
        float(per_machine), float(bursts_a_day), int(n_runs), int(seed),
    )  # fmt: skip
    row = [float(x) for x in table[STRATEGIES.index(strategy), 12:]]
    row.append(row[3] / (86_400.0 * per_machine))
    return Elasticity(*row)
