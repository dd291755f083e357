"""How far replicas lag in production, and how databases are set as they are delivered."""

from scalelab.facts.fact import Fact

TAO = (
    'N. Bronson et al., "TAO: Facebook\'s distributed data store for the social graph", USENIX ATC '
    "2013"
)

# Share of the time in which a follower region's database lagged by less than 1, 3 and 10 s.
TAO_BELOW_1_S = Fact(0.85, "share of time", TAO, "2013")
TAO_BELOW_3_S = Fact(0.99, "share of time", TAO, "2013")
TAO_BELOW_10_S = Fact(0.998, "share of time", TAO, "2013")

MYSQL_APPLY_WORKERS = Fact(
    4.0, "workers", "MySQL 8.0 Reference Manual, replica_parallel_workers, since 8.0.27", "2021"
)
POSTGRES_STANDBY_DELAY = Fact(
    30.0, "s", "PostgreSQL 17 documentation, section 19.6, max_standby_streaming_delay", "2024"
)
