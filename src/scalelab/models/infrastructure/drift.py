"""How machines that were made alike grow apart, and what a test in one of them says of the others.

    >>> from scalelab.models.infrastructure.drift import compare
    >>> for fleet in compare():
    ...     print(f"{fleet.way}: {fleet.wrong_at_end:.0%} not as written, "
    ...           f"made again in {fleet.again_h:.1f} h")
    By hand: 95% not as written, made again in 30.0 h
    Code, once: 94% not as written, made again in 3.2 h
    Code, reconciled: 27% not as written, made again in 3.2 h
    Image, replaced: 3% not as written, made again in 0.1 h

Closed forms are in `scalelab.theory.infrastructure.drift`.
"""

from dataclasses import dataclass

from scalelab.facts.drift import STEP_LEFT_OUT
from scalelab.kernels.infrastructure import drift as kernels
from scalelab.models.check import within

WAYS = ("By hand", "Code, once", "Code, reconciled", "Image, replaced")
WRONG_STEP = STEP_LEFT_OUT.value
# Assumptions; none of them is published for shops like this one.
MACHINES, STEPS = 20, 60
CHANGES_PER_MONTH = 0.25
DECLARED = 0.9
EVERY_H, REPLACE_DAYS = 24.0, 7.0
STEP_MIN, PEOPLE = 3.0, 2
CODE_MIN, IMAGE_MIN = 15.0, 5.0  # for all machines, which start side by side


@dataclass(frozen=True)
class Fleet:
    """A year of machines that were made and kept in one way.

    ``wrong``: share that is not as written, the mean of each half of a month; ``wrong_low`` to
    ``wrong_high`` has four fifths of the runs. ``wrong_as_made`` is that share on the first day,
    ``wrong_at_end`` that of the last month. ``speaks_for``: share of production that is like the
    staging machine, mean of the year; ``all_alike``: chance that all of it is. ``configurations``
    are those of production in the last month.

    A share ``found`` of the changes by hand is put right, after ``found_h`` on average; None if
    none is. ``more_h`` and ``again_h`` are the hours to make ten machines more, and all again.
    """

    way: str
    months: tuple[float, ...]
    wrong: tuple[float, ...]
    wrong_low: tuple[float, ...]
    wrong_high: tuple[float, ...]
    wrong_as_made: float
    wrong_at_end: float
    speaks_for: float
    all_alike: float
    configurations: float
    found: float
    found_h: float | None
    more_h: float
    again_h: float


def compare(
    machines: int = MACHINES,
    steps: int = STEPS,
    wrong_step: float = WRONG_STEP,
    changes_per_month: float = CHANGES_PER_MONTH,
    declared: float = DECLARED,
    every_h: float = EVERY_H,
    replace_days: float = REPLACE_DAYS,
    step_min: float = STEP_MIN,
    people: int = PEOPLE,
    code_min: float = CODE_MIN,
    image_min: float = IMAGE_MIN,
    runs: int = kernels.RUNS,
) -> tuple[Fleet, ...]:
    """Four fleets, one for each of `WAYS`, that live through the same changes by hand.

    Parameters
    ----------
    machines : in production, 1 to 500; one more is staging.
    steps : of making a machine, 1 to 1000.
    wrong_step : chance that a step is done wrongly or left out, 0 to 1.
    changes_per_month : by hand, of each machine, 0 to 20.
    declared : share of the settings, and of the steps, that is in the code, 0 to 1.
    every_h : code is applied so often, 0.01 to 8760 h.
    replace_days : all machines are replaced so often, 0.01 to 365 days.
    step_min : of a person, for a step, 0 to 1000 min.
    people : who make machines side by side, 1 to 1000.
    code_min : until code has made all machines, 0 to 1e4 min.
    image_min : until an image has started on all machines, 0 to 1e4 min.
    runs : of the year, 10 to 10,000.

    Raises
    ------
    ValueError
        For an argument outside the ranges above.

    Notes
    -----
    A simulation of so many years, whose means agree with closed forms. Divergence, convergence and
    congruence are the terms of S. Traugott and L. Brown, "Why order matters", LISA 2002.

    Leaves out: mistakes that are alike, such as a fix that is made on all machines, or an error in
    the code, which reaches all of them; fixes that were needed, and are undone; what a deploy or a
    reconcile breaks; changes in the order of which something depends; drift of what the code
    relies on (versions that are not pinned); the time to write the code.
    """
    within("machines", machines, 1, 500)
    within("steps", steps, 1, 1000)
    within("wrong_step", wrong_step, 0.0, 1.0, advice="a share, not a percentage")
    within("changes_per_month", changes_per_month, 0.0, 20.0)
    within("declared", declared, 0.0, 1.0, advice="a share, not a percentage")
    within("every_h", every_h, 0.01, 8760.0, "h")
    within("replace_days", replace_days, 0.01, 365.0, "days")
    within("step_min", step_min, 0.0, 1000.0, "min")
    within("people", people, 1, 1000)
    within("code_min", code_min, 0.0, 1e4, "min")
    within("image_min", image_min, 0.0, 1e4, "min")
    within("runs", runs, 10, 10_000)
    table = kernels.drift(
        int(machines), int(steps), float(wrong_step), float(changes_per_month), float(declared),
        float(every_h), float(replace_days), float(step_min), int(people), float(code_min),
        float(image_min), int(runs),
    )  # fmt: skip
    found = []
    for number, way in enumerate(WAYS):
        mine = table[table[:, kernels.WAY] == number]
        times = mine[mine[:, kernels.KIND] == kernels.TIME]
        (year,) = mine[mine[:, kernels.KIND] == kernels.YEAR].tolist()
        found.append(
            Fleet(
                way=way,
                months=tuple(times[:, kernels.MONTH].tolist()),
                wrong=tuple(times[:, kernels.WRONG].tolist()),
                wrong_low=tuple(times[:, kernels.WRONG_LOW].tolist()),
                wrong_high=tuple(times[:, kernels.WRONG_HIGH].tolist()),
                wrong_as_made=year[kernels.AS_MADE],
                wrong_at_end=year[kernels.LAST_WRONG],
                speaks_for=year[kernels.SPEAKS],
                all_alike=year[kernels.ALIKE],
                configurations=year[kernels.CONFIGS],
                found=year[kernels.MENDED],
                found_h=year[kernels.FOUND_H] if year[kernels.FOUND] == 1.0 else None,
                more_h=year[kernels.MORE_H],
                again_h=year[kernels.AGAIN_H],
            )
        )
    return tuple(found)
