"""The questions at the end of the chapter on architectural patterns."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="patterns/quiz",
    title="Check yourself: architectural patterns",
    questions=(
        Question(
            "A shop caches fragments in the application and query results below it. A team finds "
            "that the query cache answers only 10% and wants to remove it. Each fragment is one "
            "query, and both caches are told of each change. What happens?",
            (
                Option(
                    "The database gets ten times the queries.",
                    "It would if the fragments were not cached. They are, and of what they answer "
                    "the query cache sees nothing.",
                ),
                Option(
                    "The database gets about a tenth more queries.",
                    "What the cache answered now reaches the database: 100 for every 90. That is "
                    "what it saves behind the fragments, and with one query in each and prompt "
                    "invalidation it would be nothing: where the fragment is gone, so is its "
                    "result. Some queries must be shared by several fragments.",
                    right=True,
                ),
                Option(
                    "Nothing, as a cache with 10% is broken.",
                    "A low hit ratio below another cache is no sign of that: the other one takes "
                    "the hits. And 10% of what comes is still 10%.",
                ),
                Option(
                    "The fragments' hit ratio falls as well.",
                    "Whether a fragment is valid depends on what has changed, not on where its "
                    "parts are fetched from.",
                ),
            ),
        ),
        Question(
            "A page asks 100 leaves and hedges after 30 ms, the 95th percentile of a leaf when "
            "that was measured. Nothing is cancelled. Traffic has grown since, and servers that "
            "were 20% busy are 55% busy. The page got much slower within minutes. What first?",
            (
                Option(
                    "Hedge earlier, as the page got slower.",
                    "More calls would be sent twice, and servers have too much to do as it is.",
                ),
                Option(
                    "Stop the hedges, or put a limit to them, until the queues are gone.",
                    "30 ms is no longer the 95th percentile: most calls are late, most are sent "
                    "twice, and twice 55% is more than there is. Then let the delay follow the "
                    "percentile, and cancel copies that have not begun.",
                    right=True,
                ),
                Option(
                    "Wait for 99 of 100 leaves.",
                    "All leaves are slow now, not one of them. And the hedges go on.",
                ),
                Option(
                    "Send a third copy to yet another server.",
                    "That helps while servers have time to spare. These have none.",
                ),
            ),
        ),
        Question(
            "A log has twelve partitions, all alike. Six consumers read it, each 80% busy at the "
            "peak. After an outage they catch up too slowly. Which is the smallest group that is "
            "quicker?",
            (
                Option(
                    "Seven: a sixth more is to spare.",
                    "Five of the seven still have two partitions, and are as busy as before. The "
                    "slowest partition decides.",
                ),
                Option(
                    "Eight, as four of them then have one partition only.",
                    "Those are quick. The other four have two, and need as long as before.",
                ),
                Option(
                    "Twelve, one for each partition.",
                    "From six to eleven somebody has two. With twelve each is 40% busy, and an "
                    "hour's outage takes 40 minutes in place of four hours.",
                    right=True,
                ),
                Option(
                    "None: the partitions are the limit.",
                    "They are from twelve on. Six are not yet there.",
                ),
            ),
        ),
        Question(
            "A balancer restarts and cuts off 20,000 web sockets. Each gives up after 5 s and "
            "tries again after a random wait of up to 30 s. The machines can take 300 clients a "
            "second; they do not notice who has given up. What happens?",
            (
                Option(
                    "All are back after about 67 s: 20,000 by 300.",
                    "That is what the machines could do. But after 5 s they work on attempts that "
                    "nobody waits for any more.",
                ),
                Option(
                    "It takes some minutes, but jitter spreads the attempts, so all come back.",
                    "Spread they are, at 20,000 in 5 + 15 s: 1,000 a second, for machines that do "
                    "300. The line grows, and each attempt is late.",
                ),
                Option(
                    "Hardly anybody gets in after the first seconds, until somebody acts.",
                    "Each client comes every 20 s on average, 1,000 attempts a second in all. "
                    "Refusing early ends it soon; waits of up to five minutes would, too, but "
                    "slowly.",
                    right=True,
                ),
                Option(
                    "Nothing bad: the autoscaler sees the load and adds machines.",
                    "Only if it adds three times as many, in time. And those who hold the clients "
                    "that are back would be the old ones.",
                ),
            ),
        ),
        Question(
            "Orders are projected into a search index. An event takes 40 ms from the write to the "
            "index, which makes new documents visible once a second. Customers are sent to the "
            "search at once and miss their order. What helps most?",
            (
                Option(
                    "Twice as many projectors, so that the 40 ms become 15.",
                    "The mean lag goes from 540 ms to 515. Nearly all of it is the wait for the "
                    "tick.",
                ),
                Option(
                    "To read from the write model for the next five seconds.",
                    "They see the order. But the reads with their joins go to the one part that "
                    "cannot be copied at will, and may more than double its load.",
                ),
                Option(
                    "To show the order from the answer of the command that placed it.",
                    "The page needs no read model for what the customer has just sent. A second "
                    "later all others see it, too.",
                    right=True,
                ),
                Option(
                    "To poll the outbox once a second in place of streaming, which saves work.",
                    "That is a second tick, at the dearer place: events then come in batches and "
                    "wait for each other.",
                ),
            ),
        ),
    ),
)
