"""The questions at the end of the chapter on design principles."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="principles/quiz",
    title="Check yourself: design principles",
    questions=(
        Question(
            "A front end has 100 threads and takes 100 requests a second of 100 ms. One request "
            "in ten also calls a service that has begun to hang. What is the longest time-out "
            "with which the other requests are still served?",
            (
                Option(
                    "About 9 s: 90 free threads, and ten calls a second that each keep one.",
                    "By Little's law the calls that hang hold ten threads for each second of the "
                    "time-out. Some head-room below that is wise.",
                    right=True,
                ),
                Option(
                    "Any time-out will do, as nine requests in ten do not need the service.",
                    "They need a thread, and the threads are what the other calls keep.",
                ),
                Option(
                    "About 1 s: 100 threads for 100 requests a second.",
                    "Only one request in ten hangs. If all did, it would be a little less than a "
                    "second.",
                ),
                Option(
                    "60 s, as a circuit breaker opens long before.",
                    "A breaker learns of a call that hangs when its time-out is over. By then the "
                    "pool has been full for most of a minute.",
                ),
            ),
        ),
        Question(
            "A service does 900 requests a second; 700 come, and clients retry twice after a "
            "time-out. It stood still for half a minute, an hour ago. Since then it has been 100% "
            "busy, and hardly anybody gets an answer. What brings it back?",
            (
                Option(
                    "Waiting: 700 are less than 900, so it works its queue off.",
                    "Each request that times out is sent three times. 2,100 come in a second, and "
                    "the queue grows.",
                ),
                Option(
                    "A wait of some seconds before each retry.",
                    "As many retries come, only later. In the long run it is 2,100 a second again.",
                ),
                Option(
                    "Letting in fewer than 300 a second for a while.",
                    "Three attempts each make less than 900, so that the queue gets shorter. Then "
                    "all 700 can come again. To throw the queue away and switch off retries would "
                    "do it, too.",
                    right=True,
                ),
                Option(
                    "A queue that holds more.",
                    "It is long already, and what is in it is too old. A shorter one would help.",
                ),
            ),
        ),
        Question(
            "Ten workers are 85% busy. Ten minutes at three times what they can do left 6,000 "
            "tasks in a queue, which is empty two hours later. What would twenty workers, from the "
            "beginning, have changed?",
            (
                Option(
                    "They would halve the time, to about one hour.",
                    "That would be so if nothing came meanwhile. Most of the ten workers' time "
                    "goes into what comes as usual.",
                ),
                Option(
                    "It would take about nine minutes: what is to spare grows from 0.75 to 5.75 a "
                    "second.",
                    "And half as much is left by the spike. Head-room, not size, empties queues.",
                    right=True,
                ),
                Option(
                    "Nothing, as the spike brings as many tasks.",
                    "It does, but they do more of them: 3,000 are left instead of 6,000, and then "
                    "more is to spare.",
                ),
                Option(
                    "Nothing would wait.",
                    "15 a second come, and twenty workers do 10.",
                ),
            ),
        ),
        Question(
            "A shop moves its sessions from the machines' memory to Redis. A page fetches six "
            "things at once, and the framework saves the session at the end of each request. Now "
            "and then something that a customer put into the cart is gone. Why?",
            (
                Option(
                    "Redis lost it: it keeps data in memory.",
                    "It would lose much at once, when it restarts. Single changes that vanish "
                    "while it runs have been overwritten.",
                ),
                Option(
                    "The autoscaler took away the machine that had it.",
                    "That was so before. Now no machine has it, and any may go.",
                ),
                Option(
                    "Another of the six read the session before the change and saved it after.",
                    "It need not have changed anything itself. Save only what was changed, field "
                    "by field, or compare before setting.",
                    right=True,
                ),
                Option(
                    "The requests went to different machines; stickiness would cure it.",
                    "Two threads of one machine overwrite each other in the same way. It is the "
                    "time between reading and writing that matters, not the place.",
                ),
            ),
        ),
        Question(
            "The promise is 99.9% in 30 days. An alert fires when more than 1% failed in the last "
            "five minutes, and that for ten minutes. Now everything fails. How much of the "
            "month's error budget is gone when somebody is called?",
            (
                Option(
                    "About 2%.",
                    "That is what a burn rate of 14.4 in an hour lets go. Ten minutes of waiting "
                    "do not depend on how bad it is.",
                ),
                Option(
                    "About a quarter.",
                    "The budget is 43 minutes of a total outage, and the first ten or eleven of "
                    "them are spent on waiting.",
                    right=True,
                ),
                Option(
                    "1%, the threshold.",
                    "The threshold is a rate. What is spent is rate times time.",
                ),
                Option(
                    "All of it.",
                    "That takes 43 minutes; held for an hour in place of ten minutes it would be "
                    "so.",
                ),
            ),
        ),
    ),
)
