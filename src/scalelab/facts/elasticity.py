"""How long it takes until a new machine serves, and how uneven demand is."""

from scalelab.facts.fact import Fact

STARTUP_STUDY = (
    'M. Mao and M. Humphrey, "A performance study on the VM startup time in the cloud", IEEE CLOUD '
    "2012, average until the first login"
)
EC2_LINUX_START = Fact(96.9, "s", STARTUP_STUDY, "2012")
EC2_WINDOWS_START = Fact(810.2, "s", STARTUP_STUDY, "2012")
RACKSPACE_LINUX_START = Fact(44.2, "s", STARTUP_STUDY, "2012")

BORG_TASK_START = Fact(
    25.0, "s",
    'A. Verma et al., "Large-scale cluster management at Google with Borg", EuroSys 2015, section '
    "3.2: typical median, four fifths of it for installing packages",
    "2015",
)  # fmt: skip

CLOUD_VIEW = 'M. Armbrust et al., "A view of cloud computing", CACM 53(4), 2010'
# Their example: 500 servers at noon, 100 at midnight, 300 on average.
EXAMPLE_FOLLOWING = Fact(7200.0, "server-hours", CLOUD_VIEW, "2010")
EXAMPLE_FOR_THE_PEAK = Fact(12_000.0, "server-hours", CLOUD_VIEW, "2010")
LEAST_PEAK_OVER_MEAN = Fact(2.0, "times", CLOUD_VIEW + ": many services", "2010")
MOST_PEAK_OVER_MEAN = Fact(10.0, "times", CLOUD_VIEW + ": many services", "2010")
