"""How long systems wait before they replace a primary, and how long that takes: defaults."""

from scalelab.facts.fact import Fact

PATRONI = "Patroni documentation 4.1.4, dynamic configuration"
PATRONI_TTL = Fact(30.0, "s", PATRONI, "2026")
PATRONI_LOOP_WAIT = Fact(10.0, "s", PATRONI, "2026")

MONGODB = "MongoDB Manual 8.3, Replica Set Elections"
MONGODB_ELECTION_TIMEOUT = Fact(10.0, "s", MONGODB, "2026")
MONGODB_MEDIAN_FAILOVER = Fact(12.0, "s", MONGODB + ': "should not typically exceed"', "2026")
MONGODB_HEARTBEAT = Fact(2.0, "s", "MongoDB, default of heartbeatIntervalMillis", "2026")

GROUP_REPLICATION = "MySQL 8.4 Reference Manual, 20.7.7.1"
GROUP_REPLICATION_SUSPICION = Fact(5.0, "s", GROUP_REPLICATION, "2024")
GROUP_REPLICATION_EXPULSION = Fact(5.0, "s", GROUP_REPLICATION, "2024")

RDS = "Amazon RDS User Guide, Multi-AZ with one standby (typical failover)"
RDS_SHORTEST_FAILOVER = Fact(60.0, "s", RDS, "2023")
RDS_LONGEST_FAILOVER = Fact(120.0, "s", RDS, "2023")

RAFT = 'D. Ongaro and J. Ousterhout, "In search of an understandable consensus algorithm", 2014'
RAFT_SHORTEST_TIMEOUT = Fact(0.15, "s", RAFT, "2014")
RAFT_LONGEST_TIMEOUT = Fact(0.3, "s", RAFT, "2014")
