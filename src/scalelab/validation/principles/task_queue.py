"""A spike before workers against closed forms of a fluid, Erlang's formulas and an example."""

from collections.abc import Iterator

from scalelab.facts import task_queue as facts
from scalelab.kernels.principles import task_queue as kernels
from scalelab.models.principles.task_queue import WAYS, run, spike, workers_wanted
from scalelab.theory.principles import task_queue as theory
from scalelab.theory.queueing import erlang, finite_buffer
from scalelab.validation.row import Row, Topic, exact, simulated

SYNC, QUEUE, LIMITED, NEWEST, SCALED = WAYS
FLUID = "two straight lines: what has come, what has gone"
LITTLE = "Little's law, {cite:t}`v-little1961`"
ERLANG = "Erlang C"
BUFFER = "M/M/1/K, {cite:t}`v-kleinrock1975`, chapter 3"
AMAZON = (
    "[EC2 Auto Scaling]"
    "(https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html)"
)
USUAL, SPIKE, LENGTH, SLACK = 4.25, 15.0, 600.0, 598.0


def _rows() -> Iterator[Row]:
    for workers in (9, 10, 12, 20):
        capacity = workers / 2.0
        found = spike(workers=workers)
        settings = f"{workers} workers"
        most = theory.backlog(SPIKE, capacity, LENGTH)
        yield exact(
            "Tasks that wait at most", settings, FLUID, most, found[QUEUE].most_waiting, ".1f"
        )
        drained = found[QUEUE].drained_min
        assert drained is not None
        yield exact(
            "Empty after (min)", settings, FLUID,
            theory.drain(most, USUAL, capacity) / 60.0, drained, digits=1e-7,
        )  # fmt: skip
        yield exact(
            "Late, oldest first", settings, FLUID,
            theory.late_oldest_first(USUAL, SPIKE, capacity, LENGTH, SLACK), found[QUEUE].late,
            ".1f", 1e-3,
        )  # fmt: skip
        yield exact(
            "Late, newest first", settings, FLUID,
            theory.late_newest_first(USUAL, SPIKE, capacity, LENGTH, SLACK), found[NEWEST].late,
            ".1f", 1e-3,
        )  # fmt: skip
        yield exact(
            "Refused by a queue for 2,500", settings, FLUID,
            theory.lost(SPIKE, capacity, LENGTH, 2500.0), found[LIMITED].lost, ".1f",
        )  # fmt: skip
    queue = spike()[QUEUE]
    yield exact(
        "Age of the oldest when the spike ends (min)", "10 workers", FLUID,
        theory.age_at_end(SPIKE, 5.0, LENGTH) / 60.0, queue.age_min[queue.at_min.index(0.0)],
    )  # fmt: skip
    yield exact(
        "Highest age of the oldest (min)", "10 workers", FLUID,
        theory.highest_age(SPIKE, 5.0, LENGTH) / 60.0, queue.oldest_min, digits=2e-3,
    )  # fmt: skip
    for places in (None, 25):
        path = run(places=places)
        yield exact(
            "Tasks there, mean of a run with a spike", f"room for {places or 'all'}", LITTLE,
            path.rate * path.time_s, path.number,
        )  # fmt: skip
    for busy, workers in ((0.8, 1), (0.8, 10), (0.9, 10)):
        path = run(busy * workers, lead_min=1_900_000.0 / workers / 60.0 / busy, minutes=0.0,
                   after_min=0.0, workers=workers, service_s=1.0, batches=20)  # fmt: skip
        yield simulated(
            "Mean wait (services)", f"{workers} workers, {busy:.0%} busy", ERLANG,
            erlang.mean_wait(busy * workers, workers), path.wait_s,
        )  # fmt: skip
    for load in (0.8, 1.2):
        path = run(load, lead_min=1_000_000.0 / 60.0, minutes=0.0, after_min=0.0, workers=1,
                   service_s=1.0, places=10)  # fmt: skip
        yield simulated(
            "Share refused", f"1 worker, 10 places, load {load}", BUFFER,
            finite_buffer.one_server_blocked(load, 10), path.refused, ".6f",
        )  # fmt: skip
    yield Row(
        "Workers for a backlog of 1,500", "0.1 s a task, done in 10 s", "published", AMAZON,
        facts.SQS_INSTANCES.value,
        workers_wanted(
            facts.SQS_MESSAGES.value, facts.SQS_TAKES.value, facts.SQS_LATENCY.value
        ),
        0.0, ".0f",
    )  # fmt: skip
    yield exact(
        "Age in a full queue (s)", "the oldest dropped, 2,500 places, 15 come a second",
        "Little's law of those who wait", 2500.0 / SPIKE, _age_when_dropping(), ".2f", 1e-2,
    )  # fmt: skip


def _age_when_dropping() -> float:
    """Age of the oldest at the end of a spike that has filled the queue several times."""
    found = spike(minutes=60.0, when_full="Drop oldest")[LIMITED]
    return 60.0 * found.age_min[kernels.LEAD_POINTS + kernels.SPIKE_POINTS]


TOPIC = Topic(
    "A spike, and a queue before the workers",
    "4.25 tasks of 2 s come in a second, and 15 for ten minutes; a task is late after ten minutes. "
    "The first rows are a fluid, whose late tasks are counted in steps of seconds. The others are "
    "runs task by task: Little's law holds on any path, so to the last digits; Erlang's formulas "
    "within four standard errors.",
    _rows,
)
