"""How long users wait for a page, when each goes to the nearest of some regions.

A round trip is the way over the great circle and back in fibre, times a stretch (cables go round
things), and the last mile, which is drawn once for a user: exponential. A page needs some round
trips and the server's time. So the waits of an area are a shifted exponential law, those of all
users a mixture of them, and its quantiles need no simulation.

Which regions are best is found among all sets of them: the mean (k-median) or the farthest area
(k-centre) decides (S. L. Hakimi, Operations Research 12(3) 1964).
"""

import numpy as np

from scalelab.facts.places import AREAS, CONTINENTS, EARTH_RADIUS, REGIONS
from scalelab.kernels.elementary import exp
from scalelab.kernels.jit import Floats, Ints, Table, kernel
from scalelab.kernels.sphere import great_circle

N_AREAS, N_REGIONS, N_CONTINENTS = len(AREAS), len(REGIONS), len(CONTINENTS)
N_SETS = 1 << N_REGIONS
AREA_LATITUDES = tuple(area.latitude for area in AREAS)
AREA_LONGITUDES = tuple(area.longitude for area in AREAS)
AREA_CONTINENTS = tuple(CONTINENTS.index(area.continent) for area in AREAS)
MILLIONS = tuple(area.million for area in AREAS)
REGION_LATITUDES = tuple(region.latitude for region in REGIONS)
REGION_LONGITUDES = tuple(region.longitude for region in REGIONS)
RADIUS = EARTH_RADIUS.value

FIBRE_KM_PER_MS = 100.0  # of round trip: 200 km/ms, two thirds of c, there and back
BY_POPULATION, WEST, EAST = 0, 1, 2
# Shares of the continents, if the shop sells mostly in the west or in Asia.
WEST_SHARES = (0.45, 0.05, 0.40, 0.02, 0.06, 0.02)
EAST_SHARES = (0.08, 0.03, 0.08, 0.03, 0.76, 0.02)
MEAN, FARTHEST = 0, 1
TIE = 1e-6  # weight of the mean where the farthest areas are equally far

AREA, REGION, BEST, CONTINENT = 0, 1, 2, 3  # kinds of rows
COLUMNS = 15


@kernel
def distances() -> Table:
    """Kilometres from each area to each region."""
    table = np.zeros((N_AREAS, N_REGIONS))
    for a in range(N_AREAS):
        for r in range(N_REGIONS):
            table[a, r] = great_circle(
                AREA_LATITUDES[a],
                AREA_LONGITUDES[a],
                REGION_LATITUDES[r],
                REGION_LONGITUDES[r],
                RADIUS,
            )
    return table


@kernel
def user_shares(customers: int) -> Floats:
    """Share of the users in each area: within a continent, that of the people."""
    of_continent = np.zeros(N_CONTINENTS)
    for a in range(N_AREAS):
        of_continent[AREA_CONTINENTS[a]] += MILLIONS[a]
    people = of_continent.sum()
    shares = np.zeros(N_AREAS)
    for a in range(N_AREAS):
        continent = AREA_CONTINENTS[a]
        wanted = of_continent[continent] / people
        if customers == WEST:
            wanted = WEST_SHARES[continent]
        if customers == EAST:
            wanted = EAST_SHARES[continent]
        shares[a] = wanted * MILLIONS[a] / of_continent[continent]
    return shares


@kernel
def size_of(chosen: int) -> int:
    size = 0
    for r in range(N_REGIONS):
        size += chosen >> r & 1
    return size


@kernel
def nearest_of(far: Table, area: int, on: int) -> int:
    """The nearest region of the set ``on``; -1 if it is empty."""
    found = -1
    for r in range(N_REGIONS):
        if on >> r & 1 and (found < 0 or far[area, r] < far[area, found]):
            found = r
    return found


@kernel
def nearest(chosen: int, far: Table, where: Ints, distance: Floats) -> None:
    """For each area, which region of the set is the nearest, and how far; the first if none is."""
    for a in range(N_AREAS):
        where[a] = max(nearest_of(far, a, chosen), 0)
        distance[a] = far[a, where[a]]


@kernel
def costs(far: Table, shares: Floats, aim: int) -> Floats:
    """Kilometres to be kept small, for every set of regions; each but one from a smaller set."""
    reach = np.zeros((N_SETS, N_AREAS))
    cost = np.full(N_SETS, np.inf)
    for chosen in range(1, N_SETS):
        last = 0
        while not chosen >> last & 1:
            last += 1
        rest = chosen ^ (1 << last)
        mean, farthest = 0.0, 0.0
        for a in range(N_AREAS):
            km = far[a, last]
            if rest > 0:
                km = min(km, reach[rest, a])
            reach[chosen, a] = km
            mean += shares[a] * km
            farthest = max(farthest, km)
        cost[chosen] = mean if aim == MEAN else farthest + TIE * mean
    return cost


@kernel
def best_sets(cost: Floats) -> Ints:
    """For each number of regions, the set that costs least (index 0: none)."""
    best = np.zeros(N_REGIONS + 1, np.int64)
    for chosen in range(1, N_SETS):
        size = size_of(chosen)
        if best[size] == 0 or cost[chosen] < cost[best[size]]:
            best[size] = chosen
    return best


@kernel
def greedy_sets(cost: Floats) -> Ints:
    """Regions added one by one, each time the one that helps most; none ever moves."""
    sets = np.zeros(N_REGIONS + 1, np.int64)
    for size in range(1, N_REGIONS + 1):
        before = sets[size - 1]
        for r in range(N_REGIONS):
            tried = before | (1 << r)
            if tried != before and (sets[size] == 0 or cost[tried] < cost[sets[size]]):
                sets[size] = tried
    return sets


@kernel
def later_than(time: float, fixed: Floats, shares: Floats, spread: float) -> float:
    """Share of users who wait longer: ``fixed`` by area and an exponential with mean ``spread``."""
    share = 0.0
    for a in range(fixed.size):
        if time < fixed[a]:
            share += shares[a]
        elif spread > 0.0:
            share += shares[a] * exp((fixed[a] - time) / spread)
    return share


@kernel
def quantile(q: float, fixed: Floats, shares: Floats, spread: float) -> float:
    """The time that a share ``q`` of the users does not exceed, by bisection to a microsecond."""
    # Where shares do not quite add up to 1 because they are rounded, only their proportion counts.
    allowed = (1.0 - q) * shares.sum()
    low, high = np.inf, -np.inf
    for a in range(fixed.size):
        low = min(low, fixed[a])
        high = max(high, fixed[a])
    high += 50.0 * spread
    while high - low > 0.001:
        middle = 0.5 * (low + high)
        if later_than(middle, fixed, shares, spread) > allowed:
            low = middle
        else:
            high = middle
    return float(high)


@kernel
def put_quantiles(row: Floats, fixed: Floats, shares: Floats, spread: float) -> None:
    row[8] = quantile(0.50, fixed, shares, spread)
    row[9] = quantile(0.95, fixed, shares, spread)
    row[10] = quantile(0.99, fixed, shares, spread)


@kernel
def latency(
    regions: int, customers: int, round_trips: int, stretch: float, last_mile: float, server: float,
    aim: int,
) -> Table:  # fmt: skip
    """A row for each area, each region, each number of regions in the best places, each continent.

    Columns: kind of the row, name, latitude and longitude, share of the users, region that they
    go to (N_REGIONS for several), mean distance to it (km) and round trip without the last mile
    (ms), p50, p95 and p99 of a page (ms), number of regions, 1 if the region is on, 1 if it is
    among the best for as many, cost over that of the best: of the greedy choice for a number of
    regions, of the regions that are on for a continent. The last row is for all users.
    """
    far = distances()
    shares = user_shares(customers)
    cost = costs(far, shares, aim)
    best = best_sets(cost)
    greedy = greedy_sets(cost)
    chosen = max(1, regions & (N_SETS - 1))
    size = size_of(chosen)
    spread = round_trips * last_mile
    where, km = np.zeros(N_AREAS, np.int64), np.zeros(N_AREAS)
    fixed = np.zeros(N_AREAS)
    table = np.zeros((N_AREAS + 2 * N_REGIONS + N_CONTINENTS + 1, COLUMNS))
    for i in range(table.shape[0]):
        table[i, 1] = i
    for n in range(1, N_REGIONS + 1):
        nearest(best[n], far, where, km)
        for a in range(N_AREAS):
            fixed[a] = round_trips * stretch * km[a] / FIBRE_KM_PER_MS + server
        row = table[N_AREAS + N_REGIONS + n - 1]
        row[0] = BEST
        row[4] = 1.0
        row[5] = N_REGIONS
        row[6] = (shares * km).sum()
        row[7] = stretch * row[6] / FIBRE_KM_PER_MS
        put_quantiles(row, fixed, shares, spread)
        row[11] = n
        row[14] = cost[greedy[n]] / cost[best[n]]
    nearest(chosen, far, where, km)
    for a in range(N_AREAS):
        fixed[a] = round_trips * stretch * km[a] / FIBRE_KM_PER_MS + server
        row = table[a]
        row[0] = AREA
        row[2] = AREA_LATITUDES[a]
        row[3] = AREA_LONGITUDES[a]
        row[4] = shares[a]
        row[5] = where[a]
        row[6] = km[a]
        row[7] = stretch * km[a] / FIBRE_KM_PER_MS
        put_quantiles(row, fixed[a : a + 1], shares[a : a + 1], spread)
        row[11] = size
    for r in range(N_REGIONS):
        row = table[N_AREAS + r]
        row[0] = REGION
        row[2] = REGION_LATITUDES[r]
        row[3] = REGION_LONGITUDES[r]
        row[5] = r
        row[11] = size
        row[12] = chosen >> r & 1
        row[13] = best[size] >> r & 1
        there = np.zeros(N_AREAS)
        for a in range(N_AREAS):
            if where[a] == r:
                there[a] = shares[a]
        row[4] = there.sum()
        if row[4] > 0.0:
            row[6] = (there * km).sum() / row[4]
            put_quantiles(row, fixed, there, spread)
        row[7] = stretch * row[6] / FIBRE_KM_PER_MS
    for c in range(N_CONTINENTS + 1):
        row = table[N_AREAS + 2 * N_REGIONS + c]
        row[0] = CONTINENT
        row[5] = N_REGIONS
        some = np.zeros(N_AREAS)
        for a in range(N_AREAS):
            if c == N_CONTINENTS or AREA_CONTINENTS[a] == c:
                some[a] = shares[a]
        row[4] = some.sum()
        row[6] = (some * km).sum() / row[4]
        row[7] = stretch * row[6] / FIBRE_KM_PER_MS
        put_quantiles(row, fixed, some, spread)
        row[11] = size
        row[14] = cost[chosen] / cost[best[size]]
    return table
