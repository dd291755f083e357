"""What a load balancer costs that somebody else runs."""

from scalelab.facts.fact import Fact

PRICES = (
    "Elastic Load Balancing pricing, aws.amazon.com/elasticloadbalancing/pricing, examples for "
    "us-east-1, as github.com/api-evangelist/amazon-elastic-load-balancing transcribes them"
)

BALANCER_PRICE = Fact(0.0225, "USD/h", PRICES, "2026")
# For each unit in use; one is 25 new connections a second or 1 GB an hour, whichever is more.
BALANCER_UNIT_PRICE = Fact(0.008, "USD/h", PRICES, "2026")
