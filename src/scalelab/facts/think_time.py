"""How long users think between two clicks, and after which pause a visit counts as over.

What benchmarks prescribe and what tools count; what your own users do is in your log. The visits
to a shop in `scalelab.facts.sizing` come to 21.83 min for 34.55 pages: 38 s a page.
"""

from scalelab.facts.fact import Fact

# Negative exponential, cut off at ten times its mean.
TPC_W = "TPC Benchmark W, version 1.8, 2002, as its emulated browsers have it (class EB, thinkTime)"
TPC_W_THINK = Fact(7.0, "s", TPC_W, "2002")
TPC_W_LONGEST_THINK = Fact(70.0, "s", TPC_W, "2002")

CATLEDGE_TIMEOUT = Fact(
    25.5, "min",
    'L. D. Catledge and J. E. Pitkow, "Characterizing browsing strategies in the World-Wide Web", '
    "Computer Networks and ISDN Systems 27(6) 1995", "1995",
)  # fmt: skip
GOOGLE_ANALYTICS_TIMEOUT = Fact(
    30.0, "min", 'Google Analytics 4, help, "About Analytics sessions", default', "2026"
)
HALFAKER_TIMEOUT = Fact(
    60.0, "min",
    'A. Halfaker et al., "User session identification based on strong regularities in '
    'inter-activity time", WWW 2015: rule of thumb, from searches, page views, games and others',
    "2015",
)  # fmt: skip
