"""What partitions have done, how rare they are, and what waiting costs."""

from scalelab.facts.fact import Fact

GITHUB = (
    'GitHub, "October 21 post-incident analysis", github.blog/2018-10-30-oct21-post-incident-'
    "analysis"
)
# Between the hub and the main data centre on the East Coast.
GITHUB_CUT = Fact(43.0, "s", GITHUB, "2018")
GITHUB_DEGRADED = Fact(24.0 * 60.0 + 11.0, "min", GITHUB, "2018")

# Weighted by how often they happened, not by what they did.
SPANNER_NETWORK = Fact(
    0.076,
    "of the incidents",
    'E. Brewer, "Spanner, TrueTime and the CAP theorem", Google, 2017, table of causes',
    "2017",
)

BRUTLAG = 'J. Brutlag, "Speed matters", research.google/blog/speed-matters, experiments'
# Fewer searches a user while each answer of a search engine was so much later.
SEARCHES_LOST_100_MS = Fact(0.002, "of the searches", BRUTLAG, "2009")
SEARCHES_LOST_400_MS = Fact(0.006, "of the searches", BRUTLAG, "2009")
