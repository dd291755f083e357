"""The questions at the end of the chapter on trade-offs."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="trade_offs/quiz",
    title="Check yourself: trade-offs",
    questions=(
        Question(
            "Twelve developers have one program. Its tests take an hour, and changes wait for "
            "each other. Somebody proposes twelve services. What do you try first?",
            (
                Option(
                    "Twelve services: each would have short tests and a pipeline of its own.",
                    "It would, and somebody would have to run twelve of them. With twelve "
                    "developers that is a good part of the team, and what belongs together would "
                    "be changed twice.",
                ),
                Option(
                    "Faster tests, and modules whose boundaries a tool checks.",
                    "The line is due to the tests. With modules only those are run that a change "
                    "touches, calls stay in the process, and a service can be cut out later.",
                    right=True,
                ),
                Option(
                    "Larger machines for the shop.",
                    "Requests are not what waits here.",
                ),
                Option(
                    "Two services, with the tables of the orders shared between them.",
                    "Whoever shares tables has to change and deploy both together: a distributed "
                    "monolith, with the costs of either way.",
                ),
            ),
        ),
        Question(
            "A shop's p99 is 343 ms, and the objective is 200. One request in twenty writes, and "
            "waits 100 ms on average for somebody else's mail server. Machines, each 88% busy, "
            "have room for some more load. What is the first thing to pay for?",
            (
                Option(
                    "More machines: they are nearly full.",
                    "A machine more takes a few milliseconds off every request. The slowest "
                    "hundredth waits for the mail server.",
                ),
                Option(
                    "A worker that sends the mails after the customer has the answer.",
                    "The writes are where the slowest hundredth is. In the lab it is 139 ms for "
                    "77 USD a month; the next step costs twenty times as much for each "
                    "millisecond.",
                    right=True,
                ),
                Option(
                    "A CDN, as it is nearer to the customers.",
                    "It answers reads that are alike for everybody. The mean falls much, p99 "
                    "little: the writes still come to the shop.",
                ),
                Option(
                    "A little of each, to be balanced.",
                    "Not all parts have to grow alike. Where there is no bottleneck, money buys "
                    "little.",
                ),
            ),
        ),
        Question(
            "Two sites cannot reach each other for ten minutes, and both go on selling. Which of "
            "these keeps a piece from being sold twice?",
            (
                Option(
                    "A CRDT for the stock, so that both sides' sales are counted.",
                    "It counts right, and the sum may be below nothing. A merge tells what has "
                    "happened; it does not forbid it.",
                ),
                Option(
                    "The last writer wins, with good clocks.",
                    "However good they are: one side's count stays and the other's sales are "
                    "forgotten, so that their pieces are sold again.",
                ),
                Option(
                    "Pieces set aside for each side before the cut.",
                    "Each side can only sell what is its own, and need not ask. It may run out "
                    "while the other has some: the price is a few refusals.",
                    right=True,
                ),
                Option(
                    "Nothing does: the CAP theorem forbids it.",
                    "The theorem forbids to be consistent and to answer everybody. With pieces "
                    "set aside, some are refused, but far fewer than a whole side.",
                ),
            ),
        ),
        Question(
            "A change has to pass 60 suites, each of which fails by chance once in a hundred "
            "runs. Developers start red runs again by hand. What helps most?",
            (
                Option(
                    "Faster machines for the tests.",
                    "Runs are shorter then, and as red: 45% of those with nothing wrong.",
                ),
                Option(
                    "To run again at once what failed, and to mend the suites that turn out to be "
                    "flaky.",
                    "Two failures in a row are one in 10,000 for a suite, so 0.6% of the runs "
                    "stay red. As reruns hide rare faults, the list of flakes has to be worked "
                    "off.",
                    right=True,
                ),
                Option(
                    "One more environment, so that nobody waits for it.",
                    "Waiting for a place is another matter. A red run is red in every environment.",
                ),
                Option(
                    "An internal platform for the components behind the suites.",
                    "It takes learning and running off the teams. What fails by chance fails as "
                    "before, until somebody mends it.",
                ),
            ),
        ),
        Question(
            "A product succeeds in one case out of five, and outgrows its first design in half of "
            "these. Then boundaries would save a million; otherwise they cost a month, 100,000 "
            "USD. Should one draw them?",
            (
                Option(
                    "No: in nine futures out of ten they are for nothing.",
                    "They are, and cost 100,000 in each of them. What counts is that loss times "
                    "its chance against the gain times its own: 90,000 against 100,000.",
                ),
                Option(
                    "Just about: 0.1 times a million is more than 0.9 times 100,000.",
                    "The expected gain is 10,000 USD, so one should look at the assumptions that "
                    "decide it: the month, and whether the boundaries would be in the right "
                    "place.",
                    right=True,
                ),
                Option(
                    "Yes, and build everything to scale while at it.",
                    "That takes more months in every future, and what is built is needed in one "
                    "of ten. A boundary is the right to build it then.",
                ),
                Option(
                    "Only if success is more likely than failure.",
                    "What one wins and what one loses differ tenfold here, so that a tenth is "
                    "enough.",
                ),
            ),
        ),
    ),
)
