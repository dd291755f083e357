"""What waiting costs a business, what moves between zones costs, and old prices of memory."""

from scalelab.facts.fact import Fact

# Two weeks, a tenth of the users 100 ms slower and a tenth 250 ms: as good as linear.
REVENUE_100_MS = Fact(
    0.006,
    "of the revenue",
    'R. Kohavi et al., "Online controlled experiments at large scale", KDD 2013: a search engine, '
    "for each 100 ms, as quoted in reading notes on the paper",
    "2012",
)
# A cent for the sender and one for the receiver.
BETWEEN_ZONES = Fact(
    0.02,
    "USD/GB",
    'C. Quinn, "AWS cross-AZ data transfer costs more than AWS says", lastweekinaws.com, 10 GB '
    "sent and the bill read",
    "2019",
)

GRAEFE = (
    'J. Gray and G. R. Putzolu, "The 5 minute rule", SIGMOD 1987, as articles on G. Graefe, "The '
    'five-minute rule 20 years later" (2007 to 2010), give its figures: the disk alone, without '
    "what the processor does for a read"
)
DISK_1987 = Fact(15_000.0, "USD", GRAEFE, "1987")
DISK_READS_1987 = Fact(15.0, "reads/s", GRAEFE, "1987")
MEMORY_1987 = Fact(5_000.0, "USD/MB", GRAEFE, "1987")
PAGE_1987 = Fact(1.0, "kB", GRAEFE, "1987")
