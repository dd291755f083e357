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

# The other pairs of the ten regions that there were.
VIRGINIA_CALIFORNIA_ROUND_TRIP = Fact(72.74, "ms", AWS_PINGS, "2017")
VIRGINIA_FRANKFURT_ROUND_TRIP = Fact(88.66, "ms", AWS_PINGS, "2017")
VIRGINIA_SEOUL_ROUND_TRIP = Fact(178.4, "ms", AWS_PINGS, "2017")
VIRGINIA_SINGAPORE_ROUND_TRIP = Fact(216.7, "ms", AWS_PINGS, "2017")
VIRGINIA_SAO_PAULO_ROUND_TRIP = Fact(119.5, "ms", AWS_PINGS, "2017")
CALIFORNIA_OREGON_ROUND_TRIP = Fact(19.46, "ms", AWS_PINGS, "2017")
CALIFORNIA_IRELAND_ROUND_TRIP = Fact(153.2, "ms", AWS_PINGS, "2017")
CALIFORNIA_FRANKFURT_ROUND_TRIP = Fact(166.6, "ms", AWS_PINGS, "2017")
CALIFORNIA_TOKYO_ROUND_TRIP = Fact(102.5, "ms", AWS_PINGS, "2017")
CALIFORNIA_SEOUL_ROUND_TRIP = Fact(131.5, "ms", AWS_PINGS, "2017")
CALIFORNIA_SINGAPORE_ROUND_TRIP = Fact(174.0, "ms", AWS_PINGS, "2017")
CALIFORNIA_SYDNEY_ROUND_TRIP = Fact(157.5, "ms", AWS_PINGS, "2017")
CALIFORNIA_SAO_PAULO_ROUND_TRIP = Fact(192.7, "ms", AWS_PINGS, "2017")
OREGON_FRANKFURT_ROUND_TRIP = Fact(159.5, "ms", AWS_PINGS, "2017")
OREGON_SEOUL_ROUND_TRIP = Fact(118.3, "ms", AWS_PINGS, "2017")
OREGON_SINGAPORE_ROUND_TRIP = Fact(161.4, "ms", AWS_PINGS, "2017")
OREGON_SAO_PAULO_ROUND_TRIP = Fact(182.7, "ms", AWS_PINGS, "2017")
IRELAND_FRANKFURT_ROUND_TRIP = Fact(19.56, "ms", AWS_PINGS, "2017")
IRELAND_SEOUL_ROUND_TRIP = Fact(242.4, "ms", AWS_PINGS, "2017")
IRELAND_SINGAPORE_ROUND_TRIP = Fact(239.0, "ms", AWS_PINGS, "2017")
IRELAND_SAO_PAULO_ROUND_TRIP = Fact(191.3, "ms", AWS_PINGS, "2017")
FRANKFURT_TOKYO_ROUND_TRIP = Fact(236.5, "ms", AWS_PINGS, "2017")
FRANKFURT_SEOUL_ROUND_TRIP = Fact(266.2, "ms", AWS_PINGS, "2017")
FRANKFURT_SINGAPORE_ROUND_TRIP = Fact(325.9, "ms", AWS_PINGS, "2017")
FRANKFURT_SYDNEY_ROUND_TRIP = Fact(323.5, "ms", AWS_PINGS, "2017")
FRANKFURT_SAO_PAULO_ROUND_TRIP = Fact(194.9, "ms", AWS_PINGS, "2017")
TOKYO_SEOUL_ROUND_TRIP = Fact(31.44, "ms", AWS_PINGS, "2017")
TOKYO_SINGAPORE_ROUND_TRIP = Fact(73.79, "ms", AWS_PINGS, "2017")
TOKYO_SAO_PAULO_ROUND_TRIP = Fact(256.8, "ms", AWS_PINGS, "2017")
SEOUL_SINGAPORE_ROUND_TRIP = Fact(71.87, "ms", AWS_PINGS, "2017")
SEOUL_SYDNEY_ROUND_TRIP = Fact(134.0, "ms", AWS_PINGS, "2017")
SEOUL_SAO_PAULO_ROUND_TRIP = Fact(286.3, "ms", AWS_PINGS, "2017")
SINGAPORE_SYDNEY_ROUND_TRIP = Fact(175.3, "ms", AWS_PINGS, "2017")
SINGAPORE_SAO_PAULO_ROUND_TRIP = Fact(328.1, "ms", AWS_PINGS, "2017")
SYDNEY_SAO_PAULO_ROUND_TRIP = Fact(322.5, "ms", AWS_PINGS, "2017")

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
