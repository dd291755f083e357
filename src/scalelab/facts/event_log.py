"""Defaults of event logs: time-outs, commits, retention, and what a shard takes."""

from scalelab.facts.fact import Fact

CONSUMER = "Apache Kafka, ConsumerConfig (commit 1eb7644): default of "
KAFKA_SESSION = Fact(45.0, "s", CONSUMER + "session.timeout.ms", "2024")
KAFKA_HEARTBEAT = Fact(3.0, "s", CONSUMER + "heartbeat.interval.ms", "2024")
KAFKA_POLL = Fact(300.0, "s", CONSUMER + "max.poll.interval.ms", "2024")
KAFKA_POLL_RECORDS = Fact(500.0, "events", CONSUMER + "max.poll.records", "2024")
KAFKA_COMMIT = Fact(5.0, "s", CONSUMER + "auto.commit.interval.ms", "2024")
KAFKA_RETENTION = Fact(
    168.0, "h", "Apache Kafka, LogConfig (commit 1eb7644): default of log.retention.hours", "2024"
)
KINESIS = "Amazon Kinesis Data Streams Developer Guide, "
KINESIS_RECORDS = Fact(
    1000.0, "records/s written to a shard", KINESIS + '"Create and manage Kinesis data streams"',
    "2026",
)  # fmt: skip
KINESIS_WRITES = Fact(
    1.0, "MB/s written to a shard", KINESIS + '"Create and manage Kinesis data streams"', "2026"
)
KINESIS_READS = Fact(
    2.0, "MB/s read from a shard", KINESIS + '"Create and manage Kinesis data streams"', "2026"
)
KINESIS_RETENTION = Fact(24.0, "h", KINESIS + '"Change the data retention period"', "2026")
