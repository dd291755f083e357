"""The questions at the end of the chapter on data and storage."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="storage/quiz",
    title="Check yourself: data and storage",
    questions=(
        Question(
            "Ten shards hold the baskets, placed by the hash of the customer. One customer, a "
            "reseller's robot, makes 15 % of all requests. You double the shards to twenty. What "
            "happens to the busiest shard?",
            (
                Option(
                    "Its load halves, like that of every shard.",
                    "Every other shard's does. The robot's requests are all for one key, and one "
                    "key is on one shard, whatever their number.",
                ),
                Option(
                    "It still gets more than 15 % of all requests; relative to the mean it is "
                    "worse off than before.",
                    "From about 2.4 times the mean load to about 3.9 times: the mean has halved, "
                    "the hot key has not.",
                    right=True,
                ),
                Option(
                    "It depends on the hash function. A better one spreads the robot's requests.",
                    "A hash function sends equal keys to equal places. That is its task.",
                ),
                Option(
                    "More virtual nodes are needed as well; then its load halves.",
                    "Virtual nodes even out how many keys a shard has. They cannot divide a key.",
                ),
            ),
        ),
        Question(
            "Each shard answers within 10 ms in 99 of 100 cases. A query has to ask all 50 "
            "shards. How many such queries take longer than 10 ms?",
            (
                Option(
                    "One in a hundred: the shards work at the same time.",
                    "They do, and the query waits for the last of them. It is fast only if all "
                    "fifty are.",
                ),
                Option(
                    "Half of them: 50 times 1 %.",
                    "Nearly. Adding the chances counts queries twice in which two shards are late.",
                ),
                Option(
                    "Four in ten.",
                    "1 - 0.99 to the power of 50 is 39 %. The exception of one shard is the rule "
                    "of fifty.",
                    right=True,
                ),
            ),
        ),
        Question(
            "The stock of one product is kept in two regions, 80 ms apart, and changed by "
            "two-phase commit. How many orders for this product can be taken in a second?",
            (
                Option(
                    "As many as the two databases can write, some thousands.",
                    "That holds for different products. Orders for the same row come one after "
                    "the other.",
                ),
                Option(
                    "About 12: one round trip each.",
                    "One round trip is the prepare. The row stays locked until the commit has "
                    "arrived as well.",
                ),
                Option(
                    "About 6: the row is locked for two round trips.",
                    "160 ms per order, one after the other. Faster disks do not change it, and "
                    "neither do more shards.",
                    right=True,
                ),
            ),
        ),
        Question(
            "Five replicas take part in a majority quorum. Their round trips from the leader are "
            "0, 81, 87, 145 and 230 ms. How long does a write wait, apart from chance?",
            (
                Option(
                    "230 ms: a write has to be everywhere.",
                    "That would be all replicas, and a write that fails whenever one is down.",
                ),
                Option(
                    "About 136 ms, the mean of the four round trips.",
                    "Nobody waits for a mean. The question is which answer is the last one needed.",
                ),
                Option(
                    "87 ms.",
                    "A majority is three: the leader itself at 0, then 81, then 87. The other two "
                    "come when they come.",
                    right=True,
                ),
                Option(
                    "81 ms: the nearest other replica.",
                    "Leader and one more are two of five, which is no majority.",
                ),
            ),
        ),
        Question(
            "For a minute the link between two sites was cut. All replicas went on answering, and "
            "no request was refused. Was anything lost?",
            (
                Option(
                    "Yes, if the last writer wins: where both sides wrote, one acknowledged write "
                    "is gone.",
                    "Whoever made it was told that it was done. A merge that keeps both would "
                    "have kept it.",
                    right=True,
                ),
                Option(
                    "No. What was acknowledged is on some replica, and replicas are copied to "
                    "each other when the link is back.",
                    "They are. Then two versions of the same key meet, and a rule decides which "
                    "of them stays.",
                ),
                Option(
                    "Only reads were affected: some were stale.",
                    "That is so for keys that were written on one side only.",
                ),
            ),
        ),
    ),
)
