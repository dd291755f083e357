"""What developers cost, what a managed queue costs, and how often tests fail by chance."""

from scalelab.facts.fact import Fact

MEDIAN_WAGE = Fact(
    132_270.0,
    "USD/year",
    "U.S. Bureau of Labor Statistics, Occupational Outlook Handbook, software developers, median "
    "annual wage, bls.gov/ooh/computer-and-information-technology/software-developers.htm",
    "2023",
)
# The rest is paid leave, insurance, pensions and taxes.
WAGES = Fact(
    0.702,
    "of what an employee costs",
    "U.S. Bureau of Labor Statistics, Employer Costs for Employee Compensation, USDL-25-1358, "
    "bls.gov/news.release/ecec.nr0.htm",
    "2025",
)
# In us-east-1, from the second to the 100,000 millionth of a month. To send, to receive and to
# delete a message are three requests.
SQS_REQUESTS = Fact(
    0.40,
    "USD per million requests",
    "Amazon SQS, standard queue, as cloudburn.io/blog/amazon-sqs-pricing has it",
    "2026",
)
SQS_REQUESTS_OF_A_MESSAGE = 3

MICCO = (
    'J. Micco, "Flaky tests at Google and how we mitigate them", Google Testing Blog, as '
    "googblogs.com/tag/john-micco has it"
)
GOOGLE_FLAKY_RUNS = Fact(0.015, "of the runs", MICCO, "2016")
GOOGLE_FLAKY_TESTS = Fact(0.16, "of the tests", MICCO, "2016")
GOOGLE_FLAKY_TRANSITIONS = Fact(0.84, "of the tests that pass and then fail", MICCO, "2016")
LISTFIELD = (
    'J. Listfield, "Where do our flaky tests come from?", Google Testing Blog, '
    "testing.googleblog.com/2017/04/where-do-our-flaky-tests-come-from.html, as others quote it"
)
GOOGLE_FLAKY_SMALL = Fact(0.005, "of the tests", LISTFIELD, "2017")
GOOGLE_FLAKY_LARGE = Fact(0.14, "of the tests", LISTFIELD, "2017")

PARNIN = (
    'C. Parnin, "Programmer, interrupted", 2013, on C. Parnin and S. Rugaber, "Resumption '
    'strategies for interrupted programming tasks", Software Quality Journal 19(1), 2011, as '
    "t-machine.org/index.php/2013/01/23/the-cost-of-interrupting-someone-analysed has it"
)
# "Between 10-15 minutes" until the first edit after work is resumed.
RESUME = Fact(15.0, "min", PARNIN, "2013")

# What each doubling of the number made leaves of the mean work for one, over all that were made.
WRIGHT = Fact(
    0.80,
    "of the work",
    'T. P. Wright, "Factors affecting the cost of airplanes", Journal of the Aeronautical '
    "Sciences 3(4), 1936: labour",
    "1936",
)
