"""The questions at the end of the chapter on multiple data centres."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="multi_region/quiz",
    title="Check yourself: multiple data centres",
    questions=(
        Question(
            "Three copies in each region. A write waits for two copies of its own region, and a "
            "read for two copies of its own. Somebody reads in Sydney what was just written in "
            "Virginia. Do they see it?",
            (
                Option(
                    "Yes: two and two are more than three.",
                    "The rule needs both to ask the same three copies. Here there are three in "
                    "each region, and the two quorums do not share one.",
                ),
                Option(
                    "Not before it has travelled there.",
                    "What makes the answer quick is that nobody waits for another region, so "
                    "nobody there knows until the news arrives: half a round trip and some jitter.",
                    right=True,
                ),
                Option(
                    "Yes, if they wait for all three copies in Sydney.",
                    "All three are in Sydney. None of them has heard of the write any sooner.",
                ),
                Option(
                    "Never, unless somebody repairs it.",
                    "The write is on its way to the other regions; it only was not waited for.",
                ),
            ),
        ),
        Question(
            "An asynchronous leader lags by a second and takes 10 writes a second, 2 of them from "
            "its own region. The region is cut off for 40 s, and after 20 s another one leads. "
            "About how many acknowledged writes are lost?",
            (
                Option(
                    "10: a second's worth.",
                    "That is what a leader loses that dies at once. This one is alive and goes on.",
                ),
                Option(
                    "None, since the old leader is alive and has them all.",
                    "It has them in a version that is thrown away, because another leader has "
                    "taken writes meanwhile.",
                ),
                Option(
                    "90: the second's worth, and what its own customers wrote in 40 s.",
                    "10 that were on their way, and 2 a second for as long as the line is cut. "
                    "Only fencing, or patience, makes it fewer.",
                    right=True,
                ),
                Option(
                    "400: everything in 40 s.",
                    "The other regions' writes do not reach the old leader during the cut.",
                ),
            ),
        ),
        Question(
            "Last writer wins. The clock of your region is a second behind, and news takes 100 ms. "
            "Which of your region's writes are lost?",
            (
                Option(
                    "Those written before the other region's write was known.",
                    "Those would be lost or won by the clocks. But the rule looks at nothing else, "
                    "so a write that knew of the other one is lost as well.",
                ),
                Option(
                    "Those with a write elsewhere in the second before, or in the 0.1 s after.",
                    "By the times on them, the other region's writes are a second later than they "
                    "are. To have seen them does not help.",
                    right=True,
                ),
                Option(
                    "None, if each client reads before it writes.",
                    "Reading does not change the time that is put on the write; a hybrid clock "
                    "would.",
                ),
                Option(
                    "Half of those that meet another write.",
                    "With right clocks it would be about half. With this one it is all of them, "
                    "and many more writes meet another.",
                ),
            ),
        ),
        Question(
            "One pair of shoes is in a cart. In two regions it is taken out at the same time, and "
            "then one pair is put in. What does a PN-counter show in the end?",
            (
                Option(
                    "0, everywhere.",
                    "1 - 2 + 1. All regions agree, as they must, and the pair that somebody wants "
                    "is not there: the merge converges to what nobody meant.",
                    right=True,
                ),
                Option(
                    "1, everywhere.",
                    "An OR-set would: the second removal names a piece that is already gone. "
                    "A counter knows no pieces and counts both.",
                ),
                Option(
                    "0 in one region, 1 in the other.",
                    "The merge takes the larger of each region's counts, so all regions end with "
                    "the same ones.",
                ),
                Option(
                    "-1, since both removals count.",
                    "It was -1 until the pair was put in.",
                ),
            ),
        ),
        Question(
            "Five regions have 20 % of the users each, and 25 % of spare room each. One dies, and "
            "its users go to the nearest one that lives. Is there room?",
            (
                Option(
                    "Yes: four times 1.25 is five.",
                    "That sum spreads them over all four. By distance, most go to the same one.",
                ),
                Option(
                    "No: a neighbour may get nearly all of them.",
                    "Then it has twice its own load, and room for 1.25 times. The other three have "
                    "room that nobody is led to.",
                    right=True,
                ),
                Option(
                    "Yes, as soon as the TTL is over.",
                    "Then they have arrived, which is when the neighbour is full.",
                ),
                Option(
                    "Only with anycast.",
                    "Anycast leads them to what is near by the network's measure. It does not know "
                    "who has room.",
                ),
            ),
        ),
    ),
)
