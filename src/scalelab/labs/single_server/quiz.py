"""The questions at the end of the chapter on the single server."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="single_server/quiz",
    title="Check yourself: a single server",
    questions=(
        Question(
            "A request takes 20 ms of a machine with 8 vCPUs and 2 ms of its disk; a customer "
            "thinks for 5 seconds. About how many customers at once can the machine serve before "
            "each further one only waits?",
            (
                Option(
                    "400.",
                    "That is how many requests a second its vCPUs can do. Each customer asks only "
                    "once in five seconds.",
                ),
                Option(
                    "2,000.",
                    "400 requests a second are the least of 8 / 0.020 and 1 / 0.002, and each "
                    "customer asks about every 5.02 seconds.",
                    right=True,
                ),
                Option(
                    "2,500.",
                    "That is the disk's limit of 500 a second. The vCPUs are full before.",
                ),
                Option(
                    "1,600, since a machine should not be busier than 80 %.",
                    "A sensible limit to plan with, but at 80 % nobody waits much. The question "
                    "was where the knee is.",
                ),
            ),
        ),
        Question(
            "A report of two seconds holds up all pages of a service with one worker process on "
            "one vCPU. People need the report when they ask for it. What helps pages most, without "
            "another machine?",
            (
                Option(
                    "A line that serves the oldest request first.",
                    "That is what there is: a page behind a report waits for all of it.",
                ),
                Option(
                    "A faster processor.",
                    "Twice as fast a line is still a line: pages wait for one second in place of "
                    "two.",
                ),
                Option(
                    "To run reports at night only.",
                    "Good where it can be done. Here they are needed when they are asked for.",
                ),
                Option(
                    "More workers, so that the operating system can switch between them.",
                    "Shared, a page takes its own time divided by what is free of the machine, "
                    "whatever else runs, as long as there are workers left. Reports take "
                    "longer, and each worker takes memory.",
                    right=True,
                ),
            ),
        ),
        Question(
            "The machine was replaced by one with four times the vCPUs, the service does 30 % more "
            "and the dashboard says 32 % busy. What do you look at first?",
            (
                Option(
                    "How many workers and connections there are, and how long each is held.",
                    "Workers divided by the time that one is held is a rate that no machine "
                    "exceeds, and the vCPUs stand idle behind it.",
                    right=True,
                ),
                Option(
                    "The database's queries.",
                    "If they were slow they would keep something busy, or be waited for. First "
                    "see what is full, then what is slow.",
                ),
                Option(
                    "Nothing: at 32 % there is plenty of room.",
                    "There is room that nobody can use. Requests wait in front of an idle machine.",
                ),
                Option(
                    "Whether the new machine is really faster.",
                    "If its vCPUs were slow they would be busy.",
                ),
            ),
        ),
        Question(
            "A column has to be added to a table that reports of several minutes read all day. "
            "The change itself takes ten milliseconds. Which time-out for its lock?",
            (
                Option(
                    "None: ten milliseconds hurt nobody.",
                    "It waits for minutes until it has its lock, and all requests wait behind it.",
                ),
                Option(
                    "As long as a report, so that it surely gets its turn.",
                    "Then it closes the table for most of that time in each try, and may still "
                    "fail. In the lab that was worse than no time-out.",
                ),
                Option(
                    "A second or less, with a pause of a minute or more and many tries.",
                    "Each try closes the table for a second at most; sooner or later one of them "
                    "falls between reports. With many reports at once there may be no gap: then "
                    "stop new ones for a while.",
                    right=True,
                ),
                Option(
                    "A second or less, and the next try at once.",
                    "All tries are gone before the first report has ended.",
                ),
            ),
        ),
        Question(
            "Ten million rows are to be filled in batches, and the replica repeats 30,000 rows a "
            "second where a batch changes 50,000. With batches of 20,000 rows and a pause of 0.2 s "
            "it is half a minute behind at the end. What is the smallest change that mends it?",
            (
                Option(
                    "A replica with a faster disk.",
                    "It would help, and it is the largest of these changes.",
                ),
                Option(
                    "Batches of 10,000 rows.",
                    "A batch of 15,750 is just worked off in the pause. With less the replica is "
                    "level again before each next one.",
                    right=True,
                ),
                Option(
                    "Larger batches, so that there are fewer of them.",
                    "The pauses are what lets the replica come after. With fewer batches there are "
                    "fewer pauses.",
                ),
                Option(
                    "No pause, so that it is over sooner.",
                    "Then it does not come after before the end: 113 s behind with batches of "
                    "5,000, and more than it was with these.",
                ),
            ),
        ),
    ),
)
