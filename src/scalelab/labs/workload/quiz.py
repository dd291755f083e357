"""The questions at the end of the chapter on workload patterns."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="workload/quiz",
    title="Check yourself: workload patterns",
    questions=(
        Question(
            "The monitoring has a point for each hour, and the highest of the year is 74 requests "
            "a second. Is capacity for 80 a second enough?",
            (
                Option(
                    "Yes: 74 is the highest that there was.",
                    "It is the highest mean of an hour. What happens within the hour is not in it.",
                ),
                Option(
                    "Yes, with the 8 % as a reserve.",
                    "Eight per cent are for chance. What goes by the clock can double a minute.",
                ),
                Option(
                    "Not known: minutes and seconds may be far above their hour.",
                    "In the lab the busiest minute has more than twice as many. A peak without its "
                    "window is no number.",
                    right=True,
                ),
                Option(
                    "No: capacity must be twice the peak.",
                    "There is no such rule. Look at shorter windows and you know.",
                ),
            ),
        ),
        Question(
            "A log of 1,000 requests gives the top 1 % of its products a share of 16 %, a log of "
            "200,000 of the same shop 42 %. What has changed?",
            (
                Option(
                    "Customers have come to agree on what they like.",
                    "Nothing in the shop has changed: both logs are drawn with the same skew.",
                ),
                Option(
                    "The catalogue that was seen: 1 % of it is 7 products in one log, 183 in the "
                    "other.",
                    "A longer log finds rarer products, so its top 1 % is more of them.",
                    right=True,
                ),
                Option(
                    "Only chance: a short log is not exact.",
                    "Chance would be a few per cent, and up as often as down.",
                ),
                Option(
                    "The skew: it grows with the number of requests.",
                    "A straight line through the points says so. The law has not changed, and a "
                    "fit to the head shows it.",
                ),
            ),
        ),
        Question(
            "A page takes 0.5 s of the only server, and users think for 38 s between two pages. "
            "For how many users at once is the server full?",
            (
                Option(
                    "77.",
                    "(38 + 0.5) / 0.5: each keeps the server busy for half a second in 38.5.",
                    right=True,
                ),
                Option("2.", "Two pages a second fill it. But a user asks once in 38.5 s."),
                Option("38.", "That forgets that a page takes half a second, not a whole one."),
                Option(
                    "There is no such number: it depends on the law of the think time.",
                    "The point where it is full depends on the means only.",
                ),
            ),
        ),
        Question(
            "A checkout is busy 50 % of the time on average, and customers wait for minutes. A "
            "queue that holds no more than 5 s of work is put in; it refuses 20 % of the orders. "
            "What becomes of the number that is served within 10 s?",
            (
                Option(
                    "It falls by 20 %.",
                    "Those who were refused would have waited for minutes: they were not in time "
                    "before, either.",
                ),
                Option(
                    "It stays: refusing makes no capacity.",
                    "It makes none. But the capacity no longer goes to customers who have given "
                    "up.",
                ),
                Option(
                    "It falls, since the queue is what keeps the checkout busy.",
                    "Five seconds of work keep it as busy as five minutes do.",
                ),
                Option(
                    "It rises, from one half to four fifths.",
                    "Who is let in is served soon. Before, most of a crowd's orders were late.",
                    right=True,
                ),
            ),
        ),
        Question(
            "Pages go first, reports only run when no page waits, and a machine is busy for 60 % "
            "of the time. Still one page in a hundred waits for nearly a minute. Why?",
            (
                Option(
                    "A report's piece of a minute that has begun is finished first.",
                    "Priority orders those who wait. It takes nothing from those who are being "
                    "served: shorter pieces, interrupting or other machines do.",
                    right=True,
                ),
                Option(
                    "There are too few machines.",
                    "They are idle for 40 % of the time. Capacity is not what is missing.",
                ),
                Option(
                    "Priority does not work under load.",
                    "It does what it says: a page never waits for a report that has not begun.",
                ),
                Option(
                    "Pages come in bursts.",
                    "Here they do not, and alone they would wait for a tenth of a second.",
                ),
            ),
        ),
    ),
)
