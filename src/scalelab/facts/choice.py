"""What databases are made to hold and to carry, as their makers say, and what disks cost."""

from scalelab.facts.fact import Fact

POSTGRESQL_RELATION = Fact(
    32.0, "TB", "PostgreSQL documentation, appendix K, with pages of 8192 bytes: powers of two",
    "2025",
)  # fmt: skip
AURORA_REPLICAS = Fact(15.0, "replicas", 'Amazon Aurora user guide, "Aurora DB clusters"', "2026")

SPANNER = 'Spanner documentation, "Performance overview", regional, SSD, rows of 1 KB, at full load'
SPANNER_NODE_READS = Fact(22_500.0, "reads/s", SPANNER, "2026")
SPANNER_NODE_WRITES = Fact(3_500.0, "writes/s", SPANNER, "2026")

COCKROACHDB = 'CockroachDB documentation, v24.1, "Production checklist"'
COCKROACHDB_STORAGE = Fact(320.0, "GiB/vCPU", COCKROACHDB, "2024")
COCKROACHDB_NODE = Fact(10.0, "TiB/node", COCKROACHDB, "2024")
COCKROACHDB_MEMORY = Fact(4.0, "GiB/vCPU", COCKROACHDB, "2024")

DISK_PRICE = Fact(
    0.08, "USD/(GB month)", "Amazon EBS, gp3, us-east-1, as ebs-optimization.md of "
    "github.com/aws/agent-toolkit-for-aws has it", "2026",
)  # fmt: skip
