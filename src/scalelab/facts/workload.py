"""How many of a shop's requests order and how many only look."""

from scalelab.facts.fact import Fact

# A bookshop on the web. Share of the page requests that belong to an order, in its three mixes.
TPC_W = (
    'D. A. Menascé, "TPC-W: A benchmark for e-commerce", IEEE Internet Computing 6(3), 2002; '
    "TPC Benchmark W, version 1.8, 2002"
)
TPC_W_BROWSING = Fact(0.05, "of the interactions", TPC_W, "2002")
TPC_W_SHOPPING = Fact(0.2, "of the interactions", TPC_W, "2002")
TPC_W_ORDERING = Fact(0.5, "of the interactions", TPC_W, "2002")
