"""How unevenly things are asked for, as operators and researchers measured it."""

from scalelab.facts.fact import Fact

TWITTER = (
    "J. Yang, Y. Yue and K. V. Rashmi, OSDI 2020; statistics of the clusters in the repository "
    "twitter/cache-trace, stat/2020Mar.md, commit 1c503676 (CC BY 4.0)"
)

# Zipf exponents that were fitted to the requests for each of several of Twitter's caches.
TWITTER_SKEW = {
    cluster: Fact(skew, "Zipf exponent", TWITTER, "2020-03")
    for cluster, skew in (
        (1, 2.6774), (2, 1.4908), (4, 1.1004), (7, 1.0666), (10, 0.0), (12, 0.3048), (19, 0.735),
        (24, 1.3726), (25, 0.9929), (26, 0.6299), (34, 1.1401), (40, 0.8551), (45, 0.6372),
        (50, 1.2816), (52, 1.2117), (54, 1.611),
    )
}  # fmt: skip

# The sum that the YCSB benchmark has in its source for ten thousand million items and 0.99.
YCSB_ZETA = Fact(
    26.46902820178302, "sum",
    "YCSB, ScrambledZipfianGenerator.ZETAN; B. F. Cooper et al., SoCC 2010", "2010",
)  # fmt: skip
