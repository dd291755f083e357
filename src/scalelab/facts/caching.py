"""What caches did in production, as their operators published it."""

from scalelab.facts.fact import Fact

PHOTO_STACK = 'Q. Huang et al., "An analysis of Facebook photo caching", SOSP 2013'
MEMCACHE = 'R. Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1'

# Share of 77 million photo requests that each level answered.
PHOTO_BROWSER_SHARE = Fact(0.655, "share of requests", PHOTO_STACK, "2013")
PHOTO_EDGE_SHARE = Fact(0.200, "share of requests", PHOTO_STACK, "2013")
PHOTO_ORIGIN_SHARE = Fact(0.046, "share of requests", PHOTO_STACK, "2013")
PHOTO_BACK_END_SHARE = Fact(0.099, "share of requests", PHOTO_STACK, "2013")

# Peak database queries for keys prone to stampedes; a lease goes to one client per key and 10 s.
LEASE_OFF_PEAK = Fact(17_000.0, "queries/s", MEMCACHE, "2013")
LEASE_ON_PEAK = Fact(1_300.0, "queries/s", MEMCACHE, "2013")
LEASE_INTERVAL = Fact(10.0, "s", MEMCACHE, "2013")
