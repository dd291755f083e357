"""How users are led to a region, and how long they stay with one that is gone."""

from scalelab.facts.fact import Fact

ROUTE_53 = (
    "Amazon Route 53, HealthCheckConfig, defaults of RequestInterval and FailureThreshold, "
    "docs.aws.amazon.com/Route53/latest/APIReference"
)

CHECK_INTERVAL = Fact(30.0, "s", ROUTE_53, "2026")
FAST_CHECK_INTERVAL = Fact(
    10.0, "s", "Amazon Route 53, how it determines whether a health check is healthy", "2026"
)
CHECKS_FAILED = Fact(3.0, "checks", ROUTE_53, "2026")

# An answer with a time to live of 20 s was changed, and the requests to the old address counted.
FLAVEL = (
    'A. Flavel, P. Mani, D. A. Maltz, "Re-evaluating the responsiveness of DNS-based network '
    'control", IEEE LANMAN 2014, abstract'
)
FLAVEL_TTL = Fact(20.0, "s", FLAVEL, "2014")
SWITCHED_WITHIN_A_MINUTE = Fact(0.90, "share of requests", FLAVEL, "2014")
STALE_AFTER_15_MINUTES = Fact(0.02, "share of users", FLAVEL, "2014")

RESOLVERS_THAT_EXTEND_TTL = Fact(
    0.0874,
    "share of resolvers",
    'P. Bhowmick et al., "TTL violation of DNS resolvers in the wild", PAM 2023, abstract; 8524 '
    "resolvers",
    "2023",
)
ANYCAST_NOT_TO_THE_BEST = Fact(
    0.20,
    "share of users",
    'M. Calder et al., "Analyzing the performance of an anycast CDN", IMC 2015, abstract',
    "2015",
)
