"""A page that passes layers, with a cache in any of them: what each is asked, and what it saves.

Customers ask for pages at random, some pages more often than others. A page is put together from
fragments, a fragment from the results of queries. Each result changes at random. What is made of
several results is valid while none of them has changed: of independent Poisson streams the first
event is the request with probability r / (r + x), where x adds up the changes. One fragment, as a
menu, is the same in every page; some belong to the customer who asks, and end with the visit.

A page may be kept for a fixed time in place of until a change. Then what lies below it sees only
the misses, each a fixed time and an exponential one after the last: the Laplace transform of that
gap is the chance that nothing has changed (J. Jung, A. W. Berger, H. Balakrishnan, "Modeling
TTL-based Internet caches", 2003, for the misses). Where the misses of many pages, or of many
customers, meet they are taken for a Poisson stream (A. Khintchine's limit).
"""

from typing import NamedTuple

import numpy as np

from scalelab.kernels.elementary import exp, power
from scalelab.kernels.jit import Floats, Table, kernel
from scalelab.kernels.zipf import popularity

PAGE, FRAGMENT, QUERY, BUFFER = range(4)
CACHES = 4
PRESENTATION, APPLICATION, DATA_ACCESS, DATABASE, DISK = range(5)
LAYERS = 5
LAYER, CACHE, CURVE, SET = range(4)
# What a row is of: one of the caches (alone, in a curve), all as set, none at all.
AS_SET, NONE = CACHES, CACHES + 1

POINTS = 15  # of each curve
LEAST_S, MOST_S = 1.0, 100_000.0  # between changes of a result, at the ends of the curves
CURVES = 4
ROWS = 2 * LAYERS + CACHES + CURVES * POINTS + 1

KIND, SERIES, PLACE, WORK_MS, MACHINES, TAKES, HIT, ALONE, IS_ON, ASKED = range(10)
ENTRIES, MB, UNCHANGED_S, TOTAL_MS, LATENCY_MS, OLD, SLOWEST, FLEET_TAKES, VCPUS = range(10, 19)
CHANGES_S = 19
WIDTH = 20

MOST_TAKES = 1e7  # requests/s, of a layer that nearly nothing reaches


class World(NamedTuple):
    """The page, what is asked of it, and what its work costs.

    ``ttl_s`` of 0: a page is kept until a change. ``splits``: personal fragments are requests of
    their own. Rates in 1/s; of all pages, of one customer, and at which visits end.
    """

    fragments: int
    queries: int
    personal: int
    splits: bool
    ttl_s: float
    rate: float
    customer_rate: float
    ends: float
    web_ms: float
    application_ms: float
    access_ms: float
    database_ms: float
    disk_ms: float
    hop_ms: float
    look_ms: float


class Served(NamedTuple):
    """Means for one page view.

    Asked of and made behind each cache (of a page 1, of fragments and results as many as there
    are), entries that are kept and valid, and the share of the views that shows something old.
    """

    page: float
    fragments_asked: float
    fragments: float
    results_asked: float
    results: float
    page_entries: float
    fragment_entries: float
    result_entries: float
    old: float


@kernel
def life(ends: float, most: float) -> float:
    """Mean time until the first end at a rate, or ``most`` if it comes before."""
    x = ends * most
    if x < 1e-6:
        return most * (1.0 - 0.5 * x)
    return (1.0 - exp(-x)) / ends


@kernel
def has(caches: int, cache: int) -> bool:
    """Whether the cache is one of the bits of ``caches``."""
    return (caches >> cache) & 1 == 1


@kernel
def page_hit(rate: float, changes: float, ends: float, ttl_s: float) -> tuple[float, float]:
    """Share of the requests for one page that a cache answers, and that it answers with old things.

    Until a change, or for ``ttl_s`` and then ``changes`` are not noticed; until the visit ends.
    """
    if ttl_s <= 0.0:
        return rate / (rate + changes + ends), 0.0
    kept = life(ends, ttl_s)
    asked = 1.0 + rate * kept
    return rate * kept / asked, max(rate * (kept - life(ends + changes, ttl_s)) / asked, 0.0)


@kernel
def unchanged(rate: float, changes: float, gap_s: float) -> float:
    """Chance that nothing has changed since the request before, at least ``gap_s`` ago."""
    found = rate / (rate + changes)
    return found if gap_s == 0.0 else exp(-changes * gap_s) * found


@kernel
def changed(rate: float, changes: float) -> float:
    """Chance that something has changed since the request before, of requests at random."""
    return changes / (rate + changes)


@kernel
def serve(caches: int, changes: float, p: Floats, w: World) -> Served:
    """What is asked and made for a page view, with these caches; each result changes so often."""
    has_page, has_fragment, has_query = (
        has(caches, PAGE), has(caches, FRAGMENT), has(caches, QUERY),
    )  # fmt: skip
    splits = w.splits and has_page and w.personal > 0
    common = 1 if w.fragments - w.personal >= 2 else 0
    own = w.fragments - w.personal - common
    of_customer = has_page and w.personal > 0 and not splits
    copies = w.rate / w.customer_rate if of_customer else 1.0
    ends = w.ends if of_customer else 0.0
    shell = w.fragments - w.personal if splits else w.fragments
    page_changes = shell * w.queries * changes
    ttl = w.ttl_s if has_page else 0.0
    many = w.queries * changes  # of a fragment
    page = old = pages = 0.0
    made_f = made_r = kept_f = kept_r = 0.0  # of one fragment, and of one result, of the item
    for i in range(p.size):
        rate = w.rate * p[i]
        hit = aged = 0.0
        if has_page:
            hit, aged = page_hit(rate / copies, page_changes, ends, ttl)
            pages += copies * hit
        page += p[i] * (1.0 - hit)
        old += p[i] * aged
        gap, seen, share = 0.0, rate, 1.0
        if ttl > 0.0:
            share = 1.0 - hit
            if of_customer:
                seen = rate * share
            else:
                gap = ttl
        share *= p[i]
        if has_fragment:
            of_gap = 1.0 - unchanged(seen, many, gap)
            made_f += share * of_gap
            kept_f += of_gap / (many * (gap + 1.0 / seen))
        if has_query:
            of_gap = 1.0 - unchanged(seen, changes, gap)
            made_r += share * of_gap
            kept_r += of_gap / (changes * (gap + 1.0 / seen))
    made_f, made_r = own * made_f, own * made_r
    kept_f, kept_r = own * kept_f, own * kept_r
    # Of the fragment that all pages have; where nothing is kept for a fixed time all requests
    # count, as a page that is there shows that its parts have not changed.
    share = page if ttl > 0.0 else 1.0
    seen = w.rate * share
    made_f += common * share * changed(seen, many)
    made_r += common * share * changed(seen, changes)
    kept_f += common * (1.0 - changed(seen, many))
    kept_r += common * (1.0 - changed(seen, changes))
    # And of those of a customer.
    if splits:
        share = 1.0
    seen = w.customer_rate * share
    customers = w.personal * w.rate / w.customer_rate
    made_f += w.personal * share * changed(seen, many + w.ends)
    made_r += w.personal * share * changed(seen, changes + w.ends)
    kept_f += customers * (1.0 - changed(seen, many + w.ends))
    kept_r += customers * (1.0 - changed(seen, changes + w.ends))
    asked_f = (own + common) * page + w.personal * (1.0 if splits else page)
    if not has_fragment:
        made_f, kept_f = asked_f, 0.0
    asked_r = w.queries * made_f
    made_r *= w.queries
    kept_r *= w.queries
    if not has_query:
        made_r, kept_r = asked_r, 0.0
    return Served(page, asked_f, made_f, asked_r, made_r, pages, kept_f, kept_r, old)


@kernel
def put_work(works: Floats, s: Served, caches: int, w: World) -> float:
    """Work of each layer for a page view (ms), and the sum for processors."""
    results = s.results / (w.fragments * w.queries)
    reached = 1.0 if w.splits and w.personal > 0 and has(caches, PAGE) else 0.0
    works[PRESENTATION] = w.web_ms * (s.page + reached)
    works[APPLICATION] = w.application_ms * s.fragments / w.fragments
    works[DATA_ACCESS] = w.access_ms * results
    works[DATABASE] = w.database_ms * results
    works[DISK] = 0.0 if has(caches, BUFFER) else w.disk_ms * results
    total: float = 0.0
    for layer in range(DISK):
        total += works[layer]
    return total


@kernel
def latency(works: Floats, s: Served, caches: int, w: World) -> float:
    """Mean time until a page is there, without queues: work, ways between layers, and look-ups."""
    calls = s.page
    if w.splits and w.personal > 0 and has(caches, PAGE):
        calls += 1.0
    total = 0.0
    for layer in range(LAYERS):
        total += works[layer]
    # To the presentation and from there to the application; once for the results of a fragment;
    # once for each query.
    total += w.hop_ms * (2.0 * calls + s.fragments + s.results)
    if has(caches, PAGE):
        total += w.look_ms
    if has(caches, FRAGMENT):
        total += w.look_ms * calls
    if has(caches, QUERY):
        total += w.look_ms * s.fragments
    return total


@kernel
def machines_for(rate: float, work_ms: float, vcpus: int, most_busy: float) -> int:
    """Machines that are busy for no more than that; a hair less than a whole one is nothing."""
    return max(int(np.ceil(rate * work_ms / (1000.0 * vcpus * most_busy) - 1e-9)), 1)


@kernel
def put_layers(table: Table, caches: int, s: Served, scaled: int, fleet_rate: float,
               most_busy: float, vcpus: int, w: World) -> None:  # fmt: skip
    """Rows of the layers, without caches and as set, and what all of them together take."""
    works, bare = np.zeros(LAYERS), np.zeros(LAYERS)
    n = float(w.fragments)
    many = n * w.queries
    put_work(bare, Served(1.0, n, n, many, many, 0.0, 0.0, 0.0, 0.0), 0, w)
    here = table[ROWS - 1]
    here[TOTAL_MS] = put_work(works, s, caches, w)
    here[FLEET_TAKES] = 10.0 * MOST_TAKES
    for layer in range(LAYERS):
        units = 1 if layer == DISK else vcpus
        bought = 1 if layer == DISK else machines_for(fleet_rate, bare[layer], vcpus, most_busy)
        times = 4.0 if scaled == layer + 1 else 1.0
        for k in range(2):
            row = table[2 * layer + k]
            row[KIND], row[PLACE] = LAYER, layer
            row[SERIES] = NONE if k == 0 else AS_SET
            row[WORK_MS] = bare[layer] if k == 0 else works[layer]
            row[VCPUS] = w.rate * row[WORK_MS] / 1000.0
            busy = 1.0 if layer == DISK else most_busy
            row[MACHINES] = machines_for(w.rate, row[WORK_MS], units, busy)
            row[TAKES] = MOST_TAKES
            if row[WORK_MS] > 0.0:
                row[TAKES] = min(times * bought * units * 1000.0 / row[WORK_MS], MOST_TAKES)
        if table[2 * layer + 1, TAKES] < here[FLEET_TAKES]:
            here[FLEET_TAKES] = table[2 * layer + 1, TAKES]
            here[SLOWEST] = layer


@kernel
def put_cache(row: Floats, cache: int, s: Served, w: World, page_kb: float, row_kb: float) -> None:
    """Hit ratio, requests and memory of one cache."""
    if cache == PAGE:
        row[HIT], row[ASKED] = 1.0 - s.page, 1.0
        row[ENTRIES], row[MB] = s.page_entries, s.page_entries * page_kb / 1000.0
    elif cache == FRAGMENT:
        row[ASKED], row[ENTRIES] = s.fragments_asked, s.fragment_entries
        row[MB] = s.fragment_entries * page_kb / w.fragments / 1000.0
        if s.fragments_asked > 0.0:
            row[HIT] = 1.0 - s.fragments / s.fragments_asked
    elif cache == QUERY:
        row[ASKED], row[ENTRIES] = s.results_asked, s.result_entries
        row[MB] = s.result_entries * row_kb / 1000.0
        if s.results_asked > 0.0:
            row[HIT] = 1.0 - s.results / s.results_asked
    else:
        row[ASKED], row[HIT] = s.results, 1.0
    row[HIT] = min(max(row[HIT], 0.0), 1.0)


@kernel
def layers(
    caches: int, ttl_s: float, split: int, fragments: int, personal: int, queries: int,
    unchanged_s: float, rate_per_s: float, scaled: int, n_pages: int, skew: float, think_s: float,
    visit_s: float, web_ms: float, application_ms: float, access_ms: float, database_ms: float,
    disk_ms: float, hop_ms: float, look_ms: float, page_kb: float, row_kb: float,
    fleet_rate: float, most_busy: float, vcpus: int,
) -> Table:  # fmt: skip
    """Layers without caches and as set, the four caches, curves over the time between changes.

    ``caches``: bits of page, fragments, query results, database buffer. ``ttl_s``: a page is kept
    for so long, 0: until something in it changes. ``split`` 1: personal fragments are asked for by
    themselves. A page has ``fragments``, ``personal`` of them the customer's, each of as many
    ``queries``; a result stays unchanged for ``unchanged_s`` on average. A customer asks for
    something every ``think_s`` in a visit of ``visit_s``. ``scaled``: no layer, or layer number
    ``scaled`` - 1 has four times the machines that ``fleet_rate`` needs without caches.

    Columns: kind of row; what it is of; layer; work of a layer for a page view (ms); machines
    for it; requests/s that the fleet's machines of that layer take; hit ratio of a cache as set,
    and without other caches; 1 if it is on; asked of it for a page view; entries; MB. Of a curve
    and of all: seconds between changes; work of all layers' processors (ms a page view); mean
    latency (ms); share of old pages; layer that is the bottleneck; requests/s that all take. vCPUs
    that a layer keeps busy; changes of results in a page, 1/s.
    """
    most = min(max(personal, 0), fragments)
    w = World(
        fragments, queries, most, split == 1, ttl_s, rate_per_s, 1.0 / think_s, 1.0 / visit_s,
        web_ms, application_ms, access_ms, database_ms, disk_ms, hop_ms, look_ms,
    )  # fmt: skip
    p = popularity(n_pages, skew)
    table = np.zeros((ROWS, WIDTH))
    works = np.zeros(LAYERS)
    here = table[ROWS - 1]
    s = serve(caches, 1.0 / unchanged_s, p, w)
    put_layers(table, caches, s, scaled, fleet_rate, most_busy, vcpus, w)
    put_work(works, s, caches, w)
    here[KIND], here[SERIES] = SET, AS_SET
    here[LATENCY_MS], here[OLD] = latency(works, s, caches, w), s.old
    here[UNCHANGED_S], here[VCPUS] = unchanged_s, rate_per_s * here[TOTAL_MS] / 1000.0
    here[CHANGES_S] = fragments * queries / unchanged_s
    for cache in range(CACHES):
        row = table[2 * LAYERS + cache]
        put_cache(row, cache, serve(1 << cache, 1.0 / unchanged_s, p, w), w, page_kb, row_kb)
        alone = row[HIT]
        for column in range(WIDTH):
            row[column] = 0.0
        row[KIND], row[SERIES], row[ALONE] = CACHE, cache, alone
        if has(caches, cache):
            row[IS_ON] = 1.0
            put_cache(row, cache, s, w, page_kb, row_kb)
            here[MB] += row[MB]
    at = 2 * LAYERS + CACHES
    for k in range(CURVES):
        series = AS_SET if k == CURVES - 1 else k
        these = caches if series == AS_SET else 1 << k
        for i in range(POINTS):
            gap = LEAST_S * power(MOST_S / LEAST_S, i / (POINTS - 1.0))
            s = serve(these, 1.0 / gap, p, w)
            table[at, KIND], table[at, SERIES], table[at, UNCHANGED_S] = CURVE, series, gap
            table[at, TOTAL_MS] = put_work(works, s, these, w)
            table[at, LATENCY_MS] = latency(works, s, these, w)
            table[at, OLD] = s.old
            at += 1
    return table
