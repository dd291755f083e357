"""For how long a workflow engine keeps trying a step."""

from scalelab.facts.fact import Fact

# Three retries, after 1, 2 and 4 s; for a state that has a retrier, otherwise none.
STEP_FUNCTIONS_TRIES = Fact(
    7.0,
    "s",
    'AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows": defaults '
    "of IntervalSeconds (1), MaxAttempts (3) and BackoffRate (2.0)",
    "2026",
)
