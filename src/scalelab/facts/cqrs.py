"""At which ticks products make writes visible to those who read."""

from scalelab.facts.fact import Fact

ELASTIC_REFRESH = Fact(
    1.0,
    "s",
    'Elastic documentation, "The refresh parameter": default of index.refresh_interval (5 s in '
    "Elastic Cloud Serverless), elastic.co/docs/reference/elasticsearch/rest-apis/"
    "refresh-parameter",
    "2026",
)
# A query in a fixed rhythm.
JDBC_POLL = Fact(
    5.0,
    "s",
    'Confluent documentation, "JDBC Source Connector Configuration Options", version 4.0: default '
    "of poll.interval.ms",
    "2017",
)
# It reads the database's log at once, but hands events on only when a batch is full or this has
# passed (doPoll of its ChangeEventQueue).
DEBEZIUM_POLL = Fact(
    0.5,
    "s",
    "Debezium documentation, connector for PostgreSQL: default of poll.interval.ms",
    "2026",
)
DEBEZIUM_BATCH = Fact(
    2048.0,
    "events",
    "Debezium documentation, connector for PostgreSQL: default of max.batch.size",
    "2026",
)
DYNAMODB_INDEX = Fact(
    1.0,
    "s",
    "AWS re:Post Knowledge Center, \"Why don't the items that I write to my DynamoDB table appear "
    'in the global secondary index?": within that, usually',
    "2026",
)
