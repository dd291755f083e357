"""PostgreSQL: what its planner takes things to cost unless told otherwise, and its example table.

The costs are in units of one page read in sequence, not of time.
"""

from scalelab.facts.fact import Fact

COSTS = (
    'PostgreSQL 18 documentation, 19.7.2 "Planner Cost Constants", '
    "www.postgresql.org/docs/18/runtime-config-query.html"
)

SEQ_PAGE_COST = Fact(1.0, "pages in sequence", COSTS, "2025")
RANDOM_PAGE_COST = Fact(4.0, "pages in sequence", COSTS, "2025")
CPU_TUPLE_COST = Fact(0.01, "pages in sequence", COSTS, "2025")
CPU_INDEX_TUPLE_COST = Fact(0.005, "pages in sequence", COSTS, "2025")
CPU_OPERATOR_COST = Fact(0.0025, "pages in sequence", COSTS, "2025")
EFFECTIVE_CACHE_SIZE = Fact(4.0, "GiB", COSTS, "2025")

EXPLAIN = (
    'PostgreSQL 18 documentation, 14.1 "Using EXPLAIN", '
    "www.postgresql.org/docs/18/using-explain.html: table tenk1"
)

TENK1_ROWS = Fact(10_000, "rows", EXPLAIN, "2025")
TENK1_PAGES = Fact(345, "pages", EXPLAIN, "2025")
TENK1_BYTES = Fact(244, "bytes", EXPLAIN, "2025")
