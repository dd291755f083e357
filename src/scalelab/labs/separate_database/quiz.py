"""The questions at the end of the chapter on separating the database."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="separate_database/quiz",
    title="Check yourself: separating the database",
    questions=(
        Question(
            "98% of all page look-ups are answered from the database's memory, and its disk is "
            "80% busy. More memory brings the hit ratio to 99%. How busy is the disk then?",
            (
                Option(
                    "79%: one hundredth less.",
                    "One hundredth of the look-ups is half of those that the disk had to do.",
                ),
                Option(
                    "It stays at 80%.",
                    "That would hold if the disk answered all look-ups. It works on the misses "
                    "only.",
                ),
                Option(
                    "40%.",
                    "The misses are half as many, 1 in 100 in place of 2, and they are all that "
                    "the disk sees.",
                    right=True,
                ),
                Option(
                    "It depends on the number of requests.",
                    "That is the same before and after, so it cancels out.",
                ),
            ),
        ),
        Question(
            "A request works for 4 ms at a database with 8 vCPUs and holds its connection for 6 "
            "ms more without them. With about how many connections are all vCPUs kept busy?",
            (
                Option(
                    "8, as many as vCPUs.",
                    "While a request holds on without working, its vCPU would have nothing to do.",
                ),
                Option(
                    "20.",
                    "8 x (1 + 6/4): each connection works for 4 of its 10 ms. By chance a few more "
                    "are of use, many more are not.",
                    right=True,
                ),
                Option(
                    "100, which is what PostgreSQL allows.",
                    "All at the vCPUs at once, they would be in each other's way. A limit is not a "
                    "size.",
                ),
                Option(
                    "10, one for each millisecond.",
                    "That many keep 4 vCPUs busy, as each works for 4 of 10 ms.",
                ),
            ),
        ),
        Question(
            "A table has 35 rows on a page, in no order, and an index on the column that a query "
            "asks for. The query wants 5% of the rows. What does PostgreSQL's planner take, with "
            "its own defaults?",
            (
                Option(
                    "An index scan: it reads only the rows that are wanted.",
                    "It fetches nearly all pages that way, each out of sequence: more than twice "
                    "the cost of the whole table.",
                ),
                Option(
                    "A sequential scan: above one per cent no index is of use.",
                    "That holds for an index scan. The bitmap scan is cheaper up to 40%.",
                ),
                Option(
                    "Whichever takes the fewest milliseconds.",
                    "The planner knows no times. Its unit is a page read in sequence, and it "
                    "compares estimates.",
                ),
                Option(
                    "A bitmap scan: it reads nearly all pages, but each once and in order.",
                    "It saves a quarter over the sequential scan: the handling of rows that are "
                    "not wanted.",
                    right=True,
                ),
            ),
        ),
        Question(
            "A primary and its replica share all reads evenly, and each is 65% busy in the peak. "
            "One of them fails in the peak. What happens?",
            (
                Option(
                    "The other does all the work, well over 100%: the shop is down.",
                    "Both were needed, so neither was a spare. It takes a third machine, or a peak "
                    "in which each is below half.",
                    right=True,
                ),
                Option(
                    "Nothing: that is what a replica is for.",
                    "It is, if its capacity is not needed. Here it was.",
                ),
                Option(
                    "It gets slower, as the other is 97.5% busy.",
                    "That would be half more. All work of the lost one comes to the other, but for "
                    "writes that need not be repeated any more.",
                ),
                Option(
                    "Reads fail, and writes go on.",
                    "Whichever is lost, the other answers both, if it can. It cannot: it has work "
                    "for more than a second in each second.",
                ),
            ),
        ),
        Question(
            "Which of these does no size of machine, and no number of replicas, make good for one "
            "relational primary?",
            (
                Option(
                    "Ten times as many reads.",
                    "Replicas carry them.",
                ),
                Option(
                    "Ten times as much data, which then stays as it is.",
                    "A thousand gigabytes fit into one table and on one disk.",
                ),
                Option(
                    "An engineer's day that costs twice as much.",
                    "Dear work speaks for what is least work, and that is one primary.",
                ),
                Option(
                    "Customers in two regions, all of whom must write without a long way.",
                    "There is one primary, in one region, however large it is and however many "
                    "replicas it has. Shards or distributed SQL can do it, each with a part of "
                    "the data at home.",
                    right=True,
                ),
            ),
        ),
    ),
)
