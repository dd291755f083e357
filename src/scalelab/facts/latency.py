"""How long things take: memory, networks, disks."""

from scalelab.facts.fact import Fact

DEAN = (
    'J. Dean and P. Norvig, "Latency numbers every programmer should know", '
    "list kept by J. Bonér, gist.github.com/jboner/2841832"
)

MEMORY_READ = Fact(100e-6, "ms", DEAN, "2012")
SSD_READ = Fact(0.15, "ms", DEAN, "2012")
DATA_CENTRE_ROUND_TRIP = Fact(0.5, "ms", DEAN, "2012")
DISK_SEEK = Fact(10.0, "ms", DEAN, "2012")
CALIFORNIA_NETHERLANDS_ROUND_TRIP = Fact(150.0, "ms", DEAN, "2012")

REDIS_NETWORK = Fact(
    0.2, "ms", 'Redis documentation, "Diagnosing latency issues" (typical on 1 Gbit/s)', "2012"
)
REDIS_UNIX_SOCKET = Fact(0.03, "ms", 'Redis documentation, "Diagnosing latency issues"', "2012")

# Mean of pings from the first region to the second; the way back differs by 2 ms at most.
AWS_PINGS = (
    "AWS region to region pings, acomputerscientistlearnsaws.blogspot.com/2017/04/aws-regions.html"
)

VIRGINIA_OREGON_ROUND_TRIP = Fact(86.98, "ms", AWS_PINGS, "2017")
VIRGINIA_IRELAND_ROUND_TRIP = Fact(80.55, "ms", AWS_PINGS, "2017")
VIRGINIA_TOKYO_ROUND_TRIP = Fact(145.3, "ms", AWS_PINGS, "2017")
VIRGINIA_SYDNEY_ROUND_TRIP = Fact(230.0, "ms", AWS_PINGS, "2017")
OREGON_IRELAND_ROUND_TRIP = Fact(137.0, "ms", AWS_PINGS, "2017")
OREGON_TOKYO_ROUND_TRIP = Fact(89.1, "ms", AWS_PINGS, "2017")
OREGON_SYDNEY_ROUND_TRIP = Fact(162.2, "ms", AWS_PINGS, "2017")
IRELAND_TOKYO_ROUND_TRIP = Fact(212.4, "ms", AWS_PINGS, "2017")
IRELAND_SYDNEY_ROUND_TRIP = Fact(309.6, "ms", AWS_PINGS, "2017")
TOKYO_SYDNEY_ROUND_TRIP = Fact(103.9, "ms", AWS_PINGS, "2017")

COCKROACH_DEMO = (
    "CockroachDB, delays of its demo cluster, pkg/cli/democluster/region_latencies.go, "
    "from cloudping.co on 2019-09-11"
)

US_EAST_US_WEST_ROUND_TRIP = Fact(66.0, "ms", COCKROACH_DEMO, "2019")
US_EAST_EUROPE_WEST_ROUND_TRIP = Fact(64.0, "ms", COCKROACH_DEMO, "2019")
US_WEST_EUROPE_WEST_ROUND_TRIP = Fact(146.0, "ms", COCKROACH_DEMO, "2019")

# Most sessions of Facebook's users all over the world reach its nearest edge within this.
EDGE_ROUND_TRIP = Fact(
    39.0,
    "ms",
    'B. Schlinker et al., "Internet performance from Facebook\'s edge", IMC 2019, abstract',
    "2019",
)
