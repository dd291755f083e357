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

VIRGINIA_IRELAND_ROUND_TRIP = Fact(
    80.55,
    "ms",
    "AWS region to region pings, acomputerscientistlearnsaws.blogspot.com/2017/04/aws-regions.html",
    "2017",
)

# Most sessions of Facebook's users all over the world reach its nearest edge within this.
EDGE_ROUND_TRIP = Fact(
    39.0,
    "ms",
    'B. Schlinker et al., "Internet performance from Facebook\'s edge", IMC 2019, abstract',
    "2019",
)
