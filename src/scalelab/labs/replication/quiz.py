"""The questions at the end of the chapter on database replication."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="replication/quiz",
    title="Check yourself: database replication",
    questions=(
        Question(
            "One request in ten writes, and a write is twice the work of a read. Reads are spread "
            "over replicas. At most how many times one server's requests can this carry?",
            (
                Option(
                    "Ten times: nine requests in ten can be divided.",
                    "That counts requests. In work the writes are two parts of eleven, and these "
                    "two stay on the primary.",
                ),
                Option(
                    "As many times as you like, with enough replicas.",
                    "The reads divide. The writes do not: the primary executes every one.",
                ),
                Option(
                    "Five and a half times.",
                    "The writes are 2/11 of the work, and 11/2 is 5.5. When the primary is full of "
                    "writes, further replicas have nothing to do.",
                    right=True,
                ),
                Option(
                    "Seventeen times, with sixteen replicas.",
                    "Seventeen servers, but each of the replicas also makes every change before it "
                    "answers its first read.",
                ),
            ),
        ),
        Question(
            "A replica applies with one thread, which is busy 90 % of the time. A report on it "
            "holds up apply for 10 s. For how long are its readers behind?",
            (
                Option(
                    "About 100 s.",
                    "Ten seconds of writes are in line, and a tenth of each second is left over "
                    "for them: 10 / 0.1.",
                    right=True,
                ),
                Option(
                    "10 s.",
                    "Then the report ends, and ten seconds of writes are still in line.",
                ),
                Option(
                    "20 s: as long again as it stood still.",
                    "That would be so if half of its time were spare. It is a tenth.",
                ),
                Option(
                    "It never catches up.",
                    "It has a tenth of its time to spare. It is slow, but it arrives.",
                ),
            ),
        ),
        Question(
            "Customers do not see the review that they have just written. You set up sticky "
            "sessions, so that each of them always reads at the same replica. What changes?",
            (
                Option(
                    "Nobody misses their own review any more.",
                    "The one replica they keep is as far behind as any other.",
                ),
                Option(
                    "The first page is as old as before. What stops is that a review is there, "
                    "and gone with the next page.",
                    "Stickiness is a remedy for the step back. For the first page it takes a wait "
                    "for the log position, or the primary.",
                    right=True,
                ),
                Option(
                    "Half as many miss it, since they need not be lucky twice.",
                    "The share of stale reads stays what it was. They fall on fewer customers, who "
                    "get more of them.",
                ),
            ),
        ),
        Question(
            "Three replicas; a commit waits for any one of them; the most advanced survivor takes "
            "over. The rack of the primary burns, with one of the replicas. Can an acknowledged "
            "order be lost?",
            (
                Option(
                    "No: two replicas are left.",
                    "Neither of the two needs to have the order. One acknowledgement was enough.",
                ),
                Option(
                    "No: only asynchronous commits are ever lost.",
                    "An acknowledgement is gone with the machine that gave it.",
                ),
                Option(
                    "No, as the most advanced of them is promoted.",
                    "It is the most advanced of those that are left, and the one that had "
                    "acknowledged may not be among them.",
                ),
                Option(
                    "Yes. To be safe from this a commit has to wait for two.",
                    "With k = 2 and one that dies, one that has acknowledged is left, and it is "
                    "the one that is promoted.",
                    right=True,
                ),
            ),
        ),
        Question(
            "Heartbeats come once a second and 1 % are lost. A time-out of 3 s makes 31 false "
            "failovers a year. How many does one of 4 s make, from lost heartbeats alone?",
            (
                Option(
                    "About 23: a quarter fewer.",
                    "In proportion, that would be. But a fourth one in a row has to be lost too.",
                ),
                Option(
                    "One in three years.",
                    "Each further heartbeat that has to be lost divides the number by a hundred. "
                    "Pauses of the primary do not fall like this.",
                    right=True,
                ),
                Option(
                    "None. Four lost in a row do not happen.",
                    "There are 31.6 million heartbeats a year, so what has a chance of one in a "
                    "hundred million does happen.",
                ),
            ),
        ),
    ),
)
