"""How many people and requests real sites have, and how long a visit lasts.

Visits: computed from the data that the cited paper publishes, the times on all pages of a visit
added up (a shop's visits, each of another customer, one year; that more of them buy than of a
shop's visits as a rule says that they are no random sample).
"""

from scalelab.facts.fact import Fact

SAKAR = (
    'C. O. Sakar et al., "Real-time prediction of online shoppers\' purchasing intention", Neural '
    "Computing and Applications 31, 2019, data set of 12,330 visits"
)
VISIT_MEAN = Fact(21.83, "min", SAKAR, "2018")
VISIT_MEDIAN = Fact(11.33, "min", SAKAR, "2018")
VISIT_VARIATION = Fact(1.555, "times", SAKAR, "2018")
PAGES_A_VISIT = Fact(34.55, "pages", SAKAR, "2018")
VISITS_THAT_BUY = Fact(0.155, "share of visits", SAKAR, "2018")

CRAVER = 'N. Craver, "Stack Overflow: The Architecture - 2016 Edition", a day of February 2016'
STACK_OVERFLOW_REQUESTS = Fact(209_420_973, "requests/day", CRAVER, "2016")
STACK_OVERFLOW_PAGES = Fact(66_294_789, "pages/day", CRAVER, "2016")
STACK_OVERFLOW_BYTES = Fact(1_240_266_346_053, "bytes/day", CRAVER, "2016")
STACK_OVERFLOW_QUERIES = Fact(504_816_843, "queries/day", CRAVER, "2016")
# The same article gives the difference to the day in November 2013.
STACK_OVERFLOW_REQUESTS_2013 = Fact(148_084_883, "requests/day", CRAVER, "2013")
STACK_OVERFLOW_PEAK_2014 = Fact(
    3000.0, "requests/s",
    'T. Hoff, "StackOverflow Update: 560M Pageviews a Month, 25 Servers", High Scalability; the '
    "upper of two figures for weekdays", "2014",
)  # fmt: skip

SHOPIFY = 'Shopify, "Preparing the back-end for Black Friday and Cyber Monday", of the year before'
SHOPIFY_ORDERS = Fact(11_000 / 60, "orders/s", SHOPIFY, "2019")
SHOPIFY_REQUESTS = Fact(100_000.0, "requests/s", SHOPIFY, "2019")

WIKIMEDIA_PAGES = Fact(
    21.3e9, "pages/month", 'Wikimedia Foundation, blog, "500 million people per month"', "2013"
)
