"""Where the weeks of developers go if each team runs its infrastructure, or a platform or a cloud.

Learning: the i-th task with a component takes ``i ** -b`` of what the first takes on top of the
work itself, a power law (T. P. Wright, "Factors affecting the cost of airplanes", Journal of the
Aeronautical Sciences 3(4), 1936; A. Newell and P. S. Rosenbloom, "Mechanisms of skill acquisition
and the law of practice", 1981). Whoever leaves is replaced by somebody who begins again. After
each task one leaves with the same probability, so that a career's hours over its length are the
mean for ever (renewal and reward).

Tests: a run is green if none of ``m`` suites fails by chance, ``(1 - f) ** m``; all again until it
is green is a geometric number of runs, only what failed again is the longest of ``m`` of them.
Whoever waits for long does something else and has to find back, so a run costs its length or what
it takes to find back, whichever is less.

Everything is linear in the number of developers, so that what a change costs is a ratio of two
lines, and two ways cost the same at the roots of an equation of second degree at most.
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, log, power
from scalelab.kernels.jit import Floats, Table, kernel

OWN, PLATFORM, MANAGED, FIRST_RED, RERUN_RED = range(5)
CURVE, SET, CROSS, PART, RED = range(5)
LEARN, WAIT, FLAKY, DEBUG, RUN, TEAM_OF_PLATFORM, WORK = range(7)
PARTS = 7
PLATFORM_OWN, PLATFORM_MANAGED, MANAGED_OWN = range(3)
LOCAL, RERUN, TRACES = 1, 2, 4  # bits of the tooling
HEADS = 26
FEWEST, LAST = 5.0, 400.0  # developers in the first view
TOO_DEAR = 1.5  # times what a change costs if each team runs its own: beyond the first view
MOST_COMPONENTS = 8
ROWS = 3 * HEADS + 3 + 3 + 3 * PARTS + 2 * (MOST_COMPONENTS + 1)

KIND, SERIES, DEVELOPERS, COST, SHOWN, CHANGES, EACH, SHARE, RENT = range(9)
WHAT, HOURS, COMPONENTS, RED_SHARE, PAIR, FROM, TO, FOUND, ENDS = range(9, 18)
SUITES, RUNS, GREEN_MIN, PEOPLE, LOAD_FROM, LOAD_FOUND, LEFT = range(18, 25)
WIDTH = 25

# Assumptions, all of them.
WEEK_H = 40.0
WEEKS = 46.0  # that are worked in a year
TEAM = 7.0  # developers
TASKS_A_YEAR = 12.0  # of a developer with a component
WORK_H = 8.0  # of a change: to understand, write and review it
WRONG_TRIES = 3.0  # before a change is right
SEEN_LOCALLY = 0.7  # of them, with tests that need no shared environment
LOCAL_MIN = 1.0
FIRST_SUITES, SUITES_EACH = 6, 6  # of the program, and for each component
START_MIN, SUITE_MIN = 5.0, 1.0  # of a run: an environment, and each suite
LOOK_MIN = 10.0  # at a red run, until it turns out to be chance
FAULTS = 0.15  # of the changes have to be debugged where all components are
FAULT_H, FAULT_EACH_H = 2.0, 2.0  # such a fault takes, and for each component it may be in
TRACED = 0.5  # of the latter, with traces
TOOL_H = 0.5  # a week, for local tests and for traces, each: of a team, for each component
RUN_OWN_H, RUN_PLATFORM_H, RUN_MANAGED_H = 3.0, 0.25, 1.0  # a week, of a team, each component
LEARN_PLATFORM, LEARN_MANAGED = 0.25, 0.5  # of what the first task takes
CLUSTER = 3.0  # machines of a component that is to survive one of them
MACHINE_PER_S = 2000.0  # requests that one more machine takes
MOST_TASKS = 20_000


class Ways(NamedTuple):
    """What decides the cost of a change, for a number of developers ``n``.

    The ways give ``(a * n + b) / (n - people)`` USD; ``people`` is 0 but for the platform. The
    ``each`` are changes a week of a developer who is not in the platform's team.
    """

    own_each: float
    platform_each: float
    managed_each: float
    own_a: float
    own_b: float
    platform_a: float
    platform_b: float
    managed_a: float
    managed_b: float
    people: float


@kernel
def tasks_of_a_career(practice: float, leaves: float) -> float:
    """What all tasks of a career take, in first ones, if one leaves after each with ``leaves``."""
    total = 0.0
    there = 1.0
    for i in range(1, MOST_TASKS):
        total += there * power(float(i), -practice)
        there *= 1.0 - leaves
        if there < 1e-14:
            break
    return total


@kernel
def red(suites: int, flaky: float) -> float:
    """Chance that at least one of the suites fails by chance."""
    green = 1.0
    for _ in range(suites):
        green *= 1.0 - flaky
    return 1.0 - green


@kernel
def waited(minutes: float, resume_min: float) -> float:
    """What a developer loses by waiting for so long."""
    return min(minutes, resume_min)


@kernel
def run_min(suites: float) -> float:
    """How long a run of so many suites takes."""
    return START_MIN + SUITE_MIN * suites


@kernel
def flaky_min(suites: int, flaky: float, rerun: bool, resume_min: float) -> float:
    """What a right change loses because runs are red by chance.

    By hand: somebody looks, and starts all again. Otherwise what failed is run again at once, as
    part of the same wait, and somebody looks at what fails then.
    """
    whole = run_min(float(suites))
    if not rerun:
        again = 1.0 / (1.0 - red(suites, flaky)) - 1.0
        return again * (LOOK_MIN + waited(whole, resume_min))
    total = 0.0
    left = flaky  # chance that a suite has failed in all runs so far
    for j in range(1, 200):
        some = red(suites, left)
        if some < 1e-15:
            break
        again = run_min(suites * left / some)
        if j == 1:
            total += some * (waited(whole + again, resume_min) - waited(whole, resume_min))
        else:
            total += some * (LOOK_MIN + waited(again, resume_min))
        left *= flaky
    return total


@kernel
def runs_until_green(suites: int, flaky: float, rerun: bool) -> float:
    """Mean number of runs of a right change, the first one included."""
    if not rerun:
        return 1.0 / (1.0 - red(suites, flaky))
    total = 1.0
    left = flaky
    for _ in range(200):
        total += red(suites, left)
        left *= flaky
    return total


@kernel
def green_min(suites: int, flaky: float, rerun: bool) -> float:
    """Mean length of all runs until a right change is green."""
    whole = run_min(float(suites))
    if not rerun:
        return whole * runs_until_green(suites, flaky, False)
    again = runs_until_green(suites, flaky, True) - 1.0
    return whole + START_MIN * again + SUITE_MIN * suites * flaky / (1.0 - flaky)


@kernel
def wait_min(suites: int, tooling: int, resume_min: float) -> float:
    """What a change loses by waiting for tests that tell something."""
    seen = SEEN_LOCALLY if tooling & LOCAL else 0.0
    one = waited(run_min(float(suites)), resume_min)
    return (1.0 + WRONG_TRIES * (1.0 - seen)) * one + WRONG_TRIES * seen * LOCAL_MIN


@kernel
def debug_h(components: int, tooling: int) -> float:
    """What a change costs in debugging, on average."""
    part = TRACED if tooling & TRACES else 1.0
    return FAULTS * (FAULT_H + FAULT_EACH_H * components * part)


@kernel
def tool_h(components: int, tooling: int) -> float:
    """A team's hours a week for the tools that it has to keep; the platform has them built in."""
    tools = 0
    if tooling & LOCAL:
        tools += 1
    if tooling & TRACES:
        tools += 1
    return TOOL_H * tools * components


@kernel
def cost(a: float, b: float, people: float, n: float) -> float:
    """USD of a change with ``n`` developers, more than ``people``."""
    return (a * n + b) / (n - people)


@kernel
def platform_from(a: float, b: float, people: float, c: float, d: float, row: Floats) -> None:
    """From where to where ``(a n + b) / (n - people)`` is less than ``c + d / n``.

    That is where a square function is below 0: ``(a - c) n^2 + (b - d + c people) n + d people``.
    It is above 0 for as many as the platform's own developers, who alone deliver nothing.
    """
    square = a - c
    linear = b - d + c * people
    constant = d * people
    if people <= 0.0:
        return
    if abs(square) < 1e-12 * c:
        if linear < 0.0:
            row[FROM] = -constant / linear
            row[FOUND] = 1.0
        return
    inside = linear * linear - 4.0 * square * constant
    if inside < 0.0:
        return
    # Both roots without a difference of what is nearly equal.
    half = -0.5 * (linear + np.sqrt(inside)) if linear >= 0.0 else -0.5 * (linear - np.sqrt(inside))
    one = half / square
    other = constant / half if half != 0.0 else 0.0
    low, high = min(one, other), max(one, other)
    if square < 0.0:
        row[FROM] = high
        row[FOUND] = 1.0
    elif high > people:
        row[FROM] = low
        row[TO] = high
        row[FOUND] = 1.0
        row[ENDS] = 1.0


@kernel
def put(row: Floats, way: int, n: float, w: Ways) -> None:
    """What a way delivers and costs with ``n`` developers."""
    row[SERIES] = way
    row[DEVELOPERS] = n
    people = 0.0
    a, b, each = w.own_a, w.own_b, w.own_each
    if way == PLATFORM:
        a, b, each, people = w.platform_a, w.platform_b, w.platform_each, w.people
    elif way == MANAGED:
        a, b, each = w.managed_a, w.managed_b, w.managed_each
    at_work = max(n - people, 0.0)
    row[PEOPLE] = min(people, n)
    row[CHANGES] = at_work * each
    row[EACH] = row[CHANGES] / n
    row[SHARE] = row[EACH] * WORK_H / WEEK_H
    if at_work > 1e-9:
        row[COST] = cost(a, b, people, n)
        row[LEFT] = 1.0
        row[SHOWN] = 1.0 if row[COST] <= TOO_DEAR * cost(w.own_a, w.own_b, 0.0, n) else 0.0


@kernel
def put_crossing(row: Floats, pair: int, w: Ways) -> None:
    """From how many developers one way is cheaper than another."""
    row[KIND] = CROSS
    row[PAIR] = pair
    row[SERIES] = MANAGED if pair == MANAGED_OWN else PLATFORM
    rival_a, rival_b = w.own_a, w.own_b
    if pair == PLATFORM_MANAGED:
        rival_a, rival_b = w.managed_a, w.managed_b
    if pair != MANAGED_OWN:
        platform_from(w.platform_a, w.platform_b, w.people, rival_a, rival_b, row)
    elif w.managed_a < w.own_a:
        row[FROM] = max((w.managed_b - w.own_b) / (w.own_a - w.managed_a), 0.0)
        row[FOUND] = 1.0
    n = row[FROM]
    row[DEVELOPERS] = n
    if row[FOUND] == 1.0 and FEWEST <= n <= LAST:
        row[COST] = cost(rival_a, rival_b, 0.0, n)
        row[SHOWN] = 1.0 if row[COST] <= TOO_DEAR * cost(w.own_a, w.own_b, 0.0, n) else 0.0


@kernel
def developer_experience(
    developers: int, components: int, first_h: float, turnover: float, flaky: float, tooling: int,
    people_each: float, adoption: float, load_per_s: float, learning: float, resume_min: float,
    usd_per_month: float, machine_usd: float, request_usd: float,
) -> Table:  # fmt: skip
    """For each way `HEADS` numbers of developers and one as set; crossings; parts; red runs.

    The first task with one of the ``components`` takes ``first_h`` more than later; twice the
    tasks leave ``learning`` of it. A part ``turnover`` of the developers leaves in a year. A suite
    fails by chance with probability ``flaky``. ``tooling`` has bits for local tests, reruns of what
    failed and traces. The platform has ``people_each`` developers for each component, and is used
    by a part ``adoption`` of the others. Each component gets ``load_per_s`` requests. A run costs
    at most ``resume_min``. Prices: of a developer and of a machine, a month; managed, of a request.

    Columns: kind of row; way, or which red runs; developers; USD of a change; 1 if it is to be
    drawn; changes a week, of all and of each; share of the time that goes into the work itself;
    rent (USD a month). Then of a part of the week: which, and hours of each developer. Of red runs:
    components, and their share. Of a crossing: which pair, from how many developers, to how many, 1
    if there is one, 1 if it ends. As set: suites, runs of a right change until one is green, and
    minutes; developers of the platform; requests a second from which one's own is cheaper than
    managed, and 1 if there is such a number; 1 if anybody is left for changes.
    """
    practice = -log(learning) / log(2.0)
    k = components
    suites = FIRST_SUITES + SUITES_EACH * k
    rerun = (tooling & RERUN) != 0
    leaves = turnover / TASKS_A_YEAR
    learn_h = first_h * turnover / WEEKS * tasks_of_a_career(practice, leaves) * k
    waits = wait_min(suites, tooling, resume_min) / 60.0
    chance = flaky_min(suites, flaky, rerun, resume_min) / 60.0
    bugs = debug_h(k, tooling)
    change_h = WORK_H + waits + chance + bugs
    tools = tool_h(k, tooling)
    learns = (learn_h, LEARN_PLATFORM * learn_h, LEARN_MANAGED * learn_h)
    runs = (
        (RUN_OWN_H * k + tools) / TEAM, RUN_PLATFORM_H * k / TEAM,
        (RUN_MANAGED_H * k + tools) / TEAM,
    )  # fmt: skip
    own_each = max(WEEK_H - learns[0] - runs[0], 1e-3) / change_h
    with_it = max(WEEK_H - learns[1] - runs[1], 1e-3) / change_h
    managed_each = max(WEEK_H - learns[2] - runs[2], 1e-3) / change_h
    platform_each = adoption * with_it + (1.0 - adoption) * own_each
    people = people_each * k
    months = 12.0 / WEEKS  # to a week of work
    person, machine = usd_per_month * months, machine_usd * months
    busy = load_per_s / MACHINE_PER_S
    apart = (1.0 - adoption) * CLUSTER * k * machine / TEAM
    seconds = 365.25 * 86_400.0 / WEEKS
    w = Ways(
        own_each, platform_each, managed_each,
        (person + CLUSTER * k * machine / TEAM) / own_each, k * machine * busy / own_each,
        (person + apart) / platform_each,
        (k * machine * (CLUSTER + busy) - apart * people) / platform_each,
        person / managed_each, k * load_per_s * seconds * request_usd / managed_each, people,
    )  # fmt: skip
    table = np.zeros((ROWS, WIDTH))
    row = 0
    for way in range(3):
        for i in range(HEADS):
            put(table[row], way, FEWEST * exp(log(LAST / FEWEST) * i / (HEADS - 1.0)), w)
            table[row, KIND] = CURVE
            row += 1
    n = float(developers)
    here = row
    for way in range(3):
        put(table[row], way, n, w)
        table[row, KIND] = SET
        table[row, SUITES] = suites
        table[row, RUNS] = runs_until_green(suites, flaky, rerun)
        table[row, GREEN_MIN] = green_min(suites, flaky, rerun)
        row += 1
    at_work = max(n - people, 0.0)
    clusters = n / TEAM
    table[here + OWN, RENT] = k * machine_usd * (CLUSTER * clusters + busy)
    clusters = 1.0 + (1.0 - adoption) * at_work / TEAM
    table[here + PLATFORM, RENT] = k * machine_usd * (CLUSTER * clusters + busy)
    table[here + MANAGED, RENT] = k * load_per_s * seconds / months * request_usd
    dearer = seconds * request_usd / managed_each - machine / MACHINE_PER_S / own_each
    if k > 0 and dearer > 0.0:
        table[here + OWN, LOAD_FROM] = n * (w.own_a - w.managed_a) / k / dearer
        table[here + OWN, LOAD_FOUND] = 1.0
    for pair in range(3):
        put_crossing(table[row], pair, w)
        row += 1
    learn_platform = adoption * learns[1] + (1.0 - adoption) * learns[0]
    run_platform = adoption * runs[1] + (1.0 - adoption) * runs[0]
    for way in range(3):
        part, learning_h, running_h = 1.0, learns[way], runs[way]
        if way == PLATFORM:
            part, learning_h, running_h = at_work / n, learn_platform, run_platform
        each = table[here + way, EACH]
        hours = (
            part * learning_h, each * waits, each * chance, each * bugs, part * running_h,
            WEEK_H * (1.0 - part), each * WORK_H,
        )  # fmt: skip
        for what in range(PARTS):
            table[row, KIND] = PART
            table[row, SERIES] = way
            table[row, WHAT] = what
            table[row, HOURS] = hours[what]
            row += 1
    for series in (FIRST_RED, RERUN_RED):
        for number in range(MOST_COMPONENTS + 1):
            table[row, KIND] = RED
            table[row, SERIES] = series
            table[row, COMPONENTS] = number
            table[row, SUITES] = FIRST_SUITES + SUITES_EACH * number
            fails = flaky if series == FIRST_RED else flaky * flaky
            table[row, RED_SHARE] = red(FIRST_SUITES + SUITES_EACH * number, fails)
            row += 1
    return table
