"""What databases allow a shard, and how fast they move its data, as their manuals have it."""

from scalelab.facts.fact import Fact

DYNAMODB = (
    "Amazon DynamoDB developer guide, "
    "docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html"
)

# What one partition serves, whatever the table as a whole may do.
DYNAMODB_PARTITION_READS = Fact(3_000.0, "read units/s", DYNAMODB, "2026")
DYNAMODB_PARTITION_WRITES = Fact(1_000.0, "write units/s", DYNAMODB, "2026")

# Default of indices.recovery.max_bytes_per_sec: in and out of a node, to all copies together.
ELASTICSEARCH_RECOVERY = Fact(
    40.0, "MiB/s", 'Elasticsearch reference, "Index recovery settings"', "2026"
)

# Data that is moved in one go by default.
MONGODB_RANGE = Fact(
    128.0, "MB", 'MongoDB manual, "Modify range size in a sharded cluster"', "2026"
)
