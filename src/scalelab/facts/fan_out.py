"""What was measured of the tail of many calls, and when a second copy of a call is sent."""

from scalelab.facts.fact import Fact

PAPER = 'J. Dean and L. A. Barroso, "The tail at scale", CACM 56(2), 2013'

# "One user request in 100 will be slow" of a server, and of pages that ask so many servers.
SLOW_OF_100 = Fact(
    0.63, "of the pages", f"{PAPER}: 100 servers, each slow once in 100 calls", "2013"
)
SLOW_OF_2000 = Fact(
    0.18,
    "of the pages",
    f"{PAPER}, figure 1: 2,000 servers, each slow once in 10,000 calls",
    "2013",
)
# 1,000 keys of a BigTable table over 100 servers, the last of which comes ...
KEYS = Fact(1000, "calls", f"{PAPER}: hedged requests, a benchmark on BigTable", "2013")
UNHEDGED = Fact(1800.0, "ms", f"{PAPER}: p99.9 for all of 1,000 keys, no hedges", "2013")
HEDGED = Fact(74.0, "ms", f"{PAPER}: p99.9 for all of 1,000 keys, hedged after 10 ms", "2013")
HEDGED_AFTER = Fact(10.0, "ms", f"{PAPER}: hedged requests, a benchmark on BigTable", "2013")
HEDGES = Fact(0.02, "of the calls", f"{PAPER}: more requests sent by these hedges", "2013")
TIED_MESSAGE = Fact(
    1.0, "ms", f"{PAPER}: from one server of tied requests to the other, at most", "2013"
)

# Attempts in flight, the first included; more are taken as five.
GRPC_MOST = Fact(
    5, "attempts", 'gRPC, "Request hedging": maxAttempts, grpc.io/docs/guides/request-hedging',
    "2026",
)  # fmt: skip
CASSANDRA_PERCENTILE = Fact(
    0.99, "of the reads",
    "Apache Cassandra documentation, data definition: default 99PERCENTILE of speculative_retry",
    "2026",
)  # fmt: skip
FINAGLE_LEAST = Fact(1.0, "ms", "Finagle, BackupRequestFilter.scala: MinSendBackupAfterMs", "2026")
