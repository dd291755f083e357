"""What a commit on several servers takes and waits for."""

from scalelab.facts.fact import Fact

# Mean of pings over five minutes from one zone to the two others; single ones took up to 12.3 ms.
CROSS_ZONE_ROUND_TRIP = Fact(
    0.83,
    "ms",
    'L. Liesis, "What is AWS EC2 cross availability zones network lag vs inside same zone?", '
    "pings between the zones of eu-west-1, lukasliesis.medium.com",
    "2022",
)
# Without an acknowledgement for so long the source goes on asynchronously.
MYSQL_SEMI_SYNC_TIMEOUT = Fact(
    10.0, "s", 'MySQL 8.4 reference manual, "Configuring semisynchronous replication"', "2024"
)
# Acknowledgements that a commit waits for unless more are asked for.
MYSQL_SEMI_SYNC_REPLICAS = Fact(
    1.0, "replicas", 'MySQL 8.4 reference manual, "Configuring semisynchronous replication"', "2024"
)
# "One of our busiest clusters", when its primary was replaced by one on the other coast.
GITHUB_WRITES_NOT_REPLICATED = Fact(
    954.0,
    "writes",
    'GitHub, "October 21 post-incident analysis", github.blog/2018-10-30-oct21-post-incident-'
    "analysis",
    "2018",
)
