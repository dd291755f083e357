"""How much developers change, how often changes do not fit together, what calls cost."""

from scalelab.facts.fact import Fact

POTVIN = (
    'R. Potvin and J. Levenberg, "Why Google stores billions of lines of code in a single '
    'repository", Communications of the ACM 59(7), 2016'
)
# "More than": a developer makes 3.2 changes in a week of five workdays, or a little fewer.
GOOGLE_DEVELOPERS = Fact(25_000.0, "developers", POTVIN, "2015")
GOOGLE_CHANGES = Fact(16_000.0, "changes/day", POTVIN, "2015")

LI = (
    'J. Li, "Successfully merging the work of 1000+ developers", '
    "shopify.engineering/successfully-merging-work-1000-developers"
)
SHOPIFY_DEVELOPERS = Fact(1000.0, "developers", LI, "2019")  # "1000+"
SHOPIFY_MERGES = Fact(400.0, "changes/day", LI, "2019")
SHOPIFY_DEPLOYS = Fact(40.0, "deploys/day", LI, "2019")

# Of batches of 16 changes that may conflict, in its iOS and Android repositories.
UBER_CONFLICT = Fact(
    0.40,
    "of the batches",
    'S. Ananthanarayanan et al., "Keeping master green at scale", EuroSys 2019, as '
    "blog.acolyer.org/2019/04/18/keeping-master-green-at-scale has it",
    "2019",
)
UBER_BATCH = 16

# "Nearly": serialisation, remote calls, compression, hashing, allocating and moving memory.
DATACENTER_TAX = Fact(
    0.30,
    "of the CPU cycles",
    'S. Kanev et al., "Profiling a warehouse-scale computer", ISCA 2015, abstract',
    "2015",
)
