"""What is recommended for alerts, what tools have by default, and how people take false alarms."""

from scalelab.facts.fact import Fact

WORKBOOK = 'S. Thurgood et al., "Alerting on SLOs", in "The Site Reliability Workbook", O\'Reilly'
# Table 5-8: long window, short window, burn rate, and the share of the budget that is spent.
FAST_WINDOW = Fact(60.0, "min", WORKBOOK + ", table 5-8", "2018")
FAST_SHORT_WINDOW = Fact(5.0, "min", WORKBOOK + ", table 5-8", "2018")
FAST_BURN_RATE = Fact(14.4, "times the budget's rate", WORKBOOK + ", table 5-8", "2018")
FAST_SPENT = Fact(0.02, "of the budget", WORKBOOK + ", table 5-8", "2018")
SLOW_WINDOW = Fact(360.0, "min", WORKBOOK + ", table 5-8", "2018")
SLOW_SHORT_WINDOW = Fact(30.0, "min", WORKBOOK + ", table 5-8", "2018")
SLOW_BURN_RATE = Fact(6.0, "times the budget's rate", WORKBOOK + ", table 5-8", "2018")
SLOW_SPENT = Fact(0.05, "of the budget", WORKBOOK + ", table 5-8", "2018")
TICKET_WINDOW = Fact(4320.0, "min", WORKBOOK + ", table 5-8", "2018")
TICKET_SHORT_WINDOW = Fact(360.0, "min", WORKBOOK + ", table 5-8", "2018")
TICKET_BURN_RATE = Fact(1.0, "times the budget's rate", WORKBOOK + ", table 5-8", "2018")
TICKET_SPENT = Fact(0.1, "of the budget", WORKBOOK + ", table 5-8", "2018")
# Its second and fourth way.
LONG_WINDOW = Fact(36.0 * 60.0, "min", WORKBOOK + ", way 2", "2018")
SINGLE_BURN_RATE = Fact(36.0, "times the budget's rate", WORKBOOK + ", way 4", "2018")
SINGLE_SPENT = Fact(0.05, "of the budget", WORKBOOK + ", way 4", "2018")
# Ten requests an hour, one of which fails.
ONE_FAILURE_SPENT = Fact(0.139, "of the budget", WORKBOOK + ", low-traffic services", "2018")

PROMETHEUS_EVALUATION = Fact(
    1.0, "min", "Prometheus, global.evaluation_interval, default in its configuration", "2026"
)

BONAFIDE = (
    "C. P. Bonafide et al., Association between exposure to nonactionable physiologic monitor "
    "alarms and response time in a children's hospital, Journal of Hospital Medicine 10(6)"
)
# 36 nurses in 210 hours; they answered the more slowly, the more of these there had been.
WARD_NON_ACTIONABLE = Fact(0.990, "of the alarms", BONAFIDE, "2015")
INTENSIVE_NON_ACTIONABLE = Fact(0.871, "of the alarms", BONAFIDE, "2015")
