"""How many reads or writes a second a rented disk does."""

from scalelab.facts.fact import Fact

SDK = (
    "AWS SDK for Kotlin, API reference of EC2, EbsBlockDevice.iops, "
    "docs.aws.amazon.com/sdk-for-kotlin/api/latest/ec2/aws.sdk.kotlin.services.ec2.model/"
)
GUIDE = (
    'Amazon EC2 user guide, "Amazon EBS volume types", doc_source/ebs-volume-types.md of '
    "github.com/awsdocs/amazon-ec2-user-guide (commit 0147f87)"
)

# In units of up to 16 KiB, so that a page of 8 kB is one.
GP3_BASELINE = Fact(3_000.0, "reads or writes/s", SDK, "2025")
# Until 2025, when Amazon raised it to 80,000: kept as a stop of a slider.
GP3_MOST = Fact(16_000.0, "reads or writes/s", SDK, "2025")
IO1_MOST = Fact(64_000.0, "reads or writes/s", SDK, "2025")
# These of up to 1 MiB.
ST1_MOST = Fact(500.0, "reads or writes/s", GUIDE, "2023")
