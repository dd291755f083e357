"""The questions at the end of the chapter on load balancing."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="load_balancing/quiz",
    title="Check yourself: load balancing",
    questions=(
        Question(
            "A balancer sends each request to the server with the fewest connections. One of its "
            "50 servers lost its configuration and answers everything with an error, within a "
            "millisecond. The others need 50 ms and are busy for 90% of the time. What do you "
            "see?",
            (
                Option(
                    "2% errors, as that is the server's part.",
                    "That would be so if servers took turns. This one is idle nearly always, so "
                    "that it is among the candidates for nearly every request.",
                ),
                Option(
                    "Many more errors than 2%, and shorter response times.",
                    "It is the first choice again and again, and its quick errors pull the mean "
                    "down. A view of good answers, and of errors by server, would tell.",
                    right=True,
                ),
                Option(
                    "No errors: its connections are never many, so that it is left alone.",
                    "The fewest connections are what the balancer looks for.",
                ),
                Option(
                    "Long response times, as 49 servers do the work of 50.",
                    "They do less than before: the broken one takes requests off them, and fails "
                    "them.",
                ),
            ),
        ),
        Question(
            "Six machines keep their customers' sessions in memory, and a deploy restarts one "
            "after the other within minutes. The balancer spreads the customers of each evenly "
            "over the other five. How many sessions are lost for 100 customers?",
            (
                Option(
                    "About 17, those of one machine at a time.",
                    "That is one machine's. All six are restarted.",
                ),
                Option(
                    "100: every machine is restarted once.",
                    "That would be so if nobody moved to a machine that is still to be restarted.",
                ),
                Option(
                    "About 160: many move to a machine that is restarted later.",
                    "Each machine has the customers of those before it, too, so it throws out "
                    "more than the last one did. With many machines it comes to e - 1 for each.",
                    right=True,
                ),
                Option(
                    "None, if each machine is drained for ten seconds.",
                    "That is enough for requests in work. Visits last for ten minutes.",
                ),
            ),
        ),
        Question(
            "A shop needs six machines. They are to be enough with any one of three zones lost. "
            "How many does it rent?",
            (
                Option(
                    "7: one to spare.",
                    "With a zone its two or three machines go together. One spare is for a "
                    "machine that fails alone.",
                ),
                Option(
                    "8.",
                    "That is the answer for four zones, 4/3 of six. In three zones one of them "
                    "has three machines, and five are left without it.",
                ),
                Option(
                    "9.",
                    "Two zones have to be enough, so each has three: 3/2 of what is needed.",
                    right=True,
                ),
                Option(
                    "12.",
                    "That is the answer for two zones, each of which has to be enough alone.",
                ),
            ),
        ),
        Question(
            "Health checks fetch a page that reads from the one database. It is away for a minute, "
            "and half of the shop's pages would do without it. The balancer never sends to a "
            "machine that failed its checks. What do the checks add?",
            (
                Option(
                    "Nothing: without its database the shop is down.",
                    "Half of the pages are not. They fail because no machine is left to answer "
                    "them.",
                ),
                Option(
                    "They take out all machines, and keep them out for a while after the "
                    "database is back.",
                    "Each machine returns only after some good checks in a row. A balancer that "
                    "sends to all when too few are left avoids that.",
                    right=True,
                ),
                Option(
                    "They protect the database from requests that would fail.",
                    "That is the task of a breaker in front of the database, which lets the other "
                    "half through.",
                ),
            ),
        ),
        Question(
            "Five machines are busy for 70%, and one of them is replaced by a new one whose first "
            "requests take three times the work. All together can do far more than comes. Why "
            "does the mean response rise more than a hundredfold for a minute with round robin?",
            (
                Option(
                    "The other four have to do the new one's work as well.",
                    "They get exactly what they had before, and answer as fast.",
                ),
                Option(
                    "The new machine gets its fifth at once, which is more than it can do, and a "
                    "fifth of all requests stands in its line.",
                    "Capacity elsewhere does not help those who are sent there. Slow start sends "
                    "fewer of them.",
                    right=True,
                ),
                Option(
                    "Slow start is missing, and so the warming up takes more work.",
                    "The work on top is the same with slow start: it is that of the first some "
                    "thousand requests, whenever they come.",
                ),
                Option(
                    "The drain time-out of the old machine was too short.",
                    "That cuts long requests. It slows nobody down.",
                ),
            ),
        ),
    ),
)
