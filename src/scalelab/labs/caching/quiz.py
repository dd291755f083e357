"""The questions at the end of the caching chapter."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="caching/quiz",
    title="Check yourself: caching",
    questions=(
        Question(
            "The hit ratio falls from 99 % to 97 %. What happens to the load on the database?",
            (
                Option(
                    "It rises by about 2 %.",
                    "The hits fell by about 2 %, but hits never reach the database. Compare the "
                    "misses before and after.",
                ),
                Option(
                    "It triples.",
                    "The database sees the misses, and they went from 1 % to 3 % of the requests.",
                    right=True,
                ),
                Option(
                    "Nothing, until the hit ratio is below one half.",
                    "There is no such threshold. The load is proportional to the miss ratio at "
                    "every hit ratio; whether the database can carry it is another question.",
                ),
            ),
        ),
        Question(
            "The cache at the origin has a hit ratio of 32 %, the browser cache one of 66 %. "
            "What follows?",
            (
                Option(
                    "The origin cache is badly configured, or too small.",
                    "Perhaps, but this does not show it. It only gets the requests that browser "
                    "and edge could not answer, and those are hard to answer for anyone.",
                ),
                Option(
                    "It can be switched off: the levels before it do nearly all the work.",
                    "Without it, whatever lies behind has half as many requests again to answer: "
                    "1 / (1 - 0.32) is 1.47.",
                ),
                Option(
                    "By itself, nothing: each level sees only what the levels before it missed.",
                    "The repeated requests are gone by then. Judge a level by what would reach "
                    "the next one without it.",
                    right=True,
                ),
            ),
        ),
        Question(
            "Every night a crawler reads each of the 100,000 products once. By day, the hit "
            "ratio of the LRU cache is bad for an hour after it. Which change helps most?",
            (
                Option(
                    "A policy that lets a newcomer stay only if it is asked for again, such as "
                    "2Q or W-TinyLFU.",
                    "The crawler's products are asked for once and leave from where newcomers "
                    "wait; the popular ones stay where they are.",
                    right=True,
                ),
                Option(
                    "FIFO in place of LRU: it does not move what the crawler touches.",
                    "FIFO makes room for each newcomer as LRU does, and does not even keep what "
                    "visitors used last.",
                ),
                Option(
                    "A shorter TTL, so that the crawler's products leave sooner.",
                    "They leave sooner, and so does everything else. What the crawler pushed out "
                    "does not come back by itself.",
                ),
                Option(
                    "Twice the memory.",
                    "The crawler reads everything. Unless the whole catalogue fits, it fills "
                    "whatever room there is.",
                ),
            ),
        ),
        Question(
            "A writer updates a row and then deletes the cache entry. Can a reader still find the "
            "old value in the cache afterwards, with no TTL set?",
            (
                Option(
                    "No: the next reader misses and reads the new row.",
                    "The next reader does. Think of one that missed before the delete, read the "
                    "old row, and has not stored it yet.",
                ),
                Option(
                    "Only if the delete was lost on the way.",
                    "That happens too, and a TTL helps against it, but it is not needed: the "
                    "order of three honest operations is enough.",
                ),
                Option(
                    "Yes: a reader that read the old row before the update may store it after "
                    "the delete, and it stays for good.",
                    "This is the race that leases close. A TTL at least ends it.",
                    right=True,
                ),
            ),
        ),
        Question(
            "One entry is read 400 times a second and takes 250 ms to compute. It has just "
            "expired. How many computations start if nothing prevents it, and how many with "
            "request coalescing?",
            (
                Option(
                    "About 100, and 1.",
                    "400 requests a second for a quarter of a second all miss; with coalescing "
                    "the first computes and the others wait for its result.",
                    right=True,
                ),
                Option(
                    "1, and 1: the first request fills the entry.",
                    "It does, a quarter of a second later. Until then nobody else can know.",
                ),
                Option(
                    "400, and 1.",
                    "400 come in a second, but the first computation is done after 250 ms, and "
                    "from then on requests hit.",
                ),
                Option(
                    "About 100, and about 50.",
                    "Coalescing is not luck: requests for a key that is being computed wait, "
                    "however many they are.",
                ),
            ),
        ),
    ),
)
