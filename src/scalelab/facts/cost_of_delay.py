"""What waiting costs and what changing costs later, as far as somebody has counted it."""

from scalelab.facts.fact import Fact

# From 7:21 to 12:11 nothing could be written, as the keys of one table had run out.
BASECAMP_READ_ONLY = Fact(
    290.0,
    "min",
    'D. Heinemeier Hansson, "Update on Basecamp 3 being stuck in read-only" and postmortem, '
    "m.signalvnoise.com",
    "2018",
)
LARGEST_32_BIT_KEY = Fact(
    2_147_483_647.0,
    "keys",
    'PostgreSQL 18 documentation, "Numeric Types": integer, 4 bytes',
    "2025",
)
# Of a defect, after delivery over before; "often" 100, and about 5 in small, noncritical systems.
BOEHM_LARGE = Fact(
    100.0,
    "times",
    'B. Boehm and V. R. Basili, "Software Defect Reduction Top 10 List", Computer 34(1), 135-137',
    "2001",
)
BOEHM_SMALL = Fact(
    5.0,
    "times",
    'B. Boehm and V. R. Basili, "Software Defect Reduction Top 10 List", Computer 34(1), 135-137',
    "2001",
)
