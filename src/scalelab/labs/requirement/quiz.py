"""The questions at the end of the chapter on requirements."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="requirement/quiz",
    title="Check yourself: requirements",
    questions=(
        Question(
            "A service gets 200 requests a second. A request takes 100 ms on average, but one in "
            "a hundred takes 5 s. How many are in work at the same time, on average?",
            (
                Option(
                    "20: what is usual counts.",
                    "The slow ones are there for longer, so they are counted more often. Put the "
                    "mean of all times into Little's law, not the usual one.",
                ),
                Option(
                    "About 30.",
                    "The mean is 0.99 × 0.1 + 0.01 × 5 = 0.149 s, times 200 a second. One request "
                    "in a hundred makes a third of what is in work.",
                    right=True,
                ),
                Option(
                    "1,000: the slowest decide.",
                    "That would be so if each request took 5 s.",
                ),
                Option(
                    "It depends on how regularly they come.",
                    "The highest moment does. The mean over a long time does not: that is what is "
                    "remarkable about the law.",
                ),
            ),
        ),
        Question(
            "A forecast was made from one year of a shop's days. Of the days that came, 65 % were "
            "in its 95 % band. What is the most likely reason?",
            (
                Option(
                    "Bad luck.",
                    "One day in three outside, where one in twenty was promised, is no luck over "
                    "three months, and a backtest from other days says the same.",
                ),
                Option(
                    "The arithmetic is wrong.",
                    "It can be right, and the band still too narrow: it answers how far off the "
                    "forecast is if the model is right.",
                ),
                Option(
                    "The model lacks something, such as the season: one year holds one winter.",
                    "What the model cannot know is not in its band. Going back in time shows how "
                    "much that is.",
                    right=True,
                ),
                Option(
                    "A 95 % band holds 95 % of the forecasts, not of the days.",
                    "It is meant for the days: 95 of 100 of them.",
                ),
            ),
        ),
        Question(
            "A test with ten virtual users planned 10,000 requests and sent 8,900 of them. Its p99 "
            "is 80 ms. What is likely?",
            (
                Option(
                    "The p99 is right: 8,900 requests are plenty.",
                    "It is not their number. The missing 11 % would have been sent while the users "
                    "waited, that is, while the server was slow.",
                ),
                Option(
                    "The p99 of customers is higher: the missing ones would have met the slow "
                    "moments.",
                    "A loop that waits stops measuring when it matters. Measure each request from "
                    "when it was due.",
                    right=True,
                ),
                Option(
                    "The p99 of customers is 11 % higher.",
                    "There is no such rule: it may be twenty times as high.",
                ),
                Option(
                    "The p99 of customers is lower: the test overloaded the server.",
                    "It sent less than planned, so it loaded the server less.",
                ),
            ),
        ),
        Question(
            "A test of ten minutes shows a p99 of 556 ms, with an interval from 504 to 642 ms. The "
            "goal is 600 ms. What do you report?",
            (
                Option(
                    "Met: 556 is below 600.",
                    "On another day the same system may show 640. The interval says that you "
                    "cannot know.",
                ),
                Option(
                    "Not met: it may be 642.",
                    "It may be, and it may be 504. To fail what may be fine is a mistake as well.",
                ),
                Option(
                    "It cannot be told; a longer test is needed.",
                    "600 is inside. More minutes make the interval narrower, and how many can be "
                    "worked out from this test.",
                    right=True,
                ),
                Option(
                    "Met with 95 % confidence.",
                    "That would need an interval that ends below 600.",
                ),
            ),
        ),
        Question(
            "The load grows by 5 % a month, and the next step takes 12 months to build. At which "
            "share of the capacity must building start, to be ready just in time?",
            (
                Option(
                    "80 %.",
                    "From 80 % at 5 % a month it takes less than five months until it is full.",
                ),
                Option(
                    "About 56 %.",
                    "In 12 months the load becomes 1.05 to the power of 12, 1.8 times as much, and "
                    "1 / 1.8 is 0.56. With a margin for chance it is earlier still.",
                    right=True,
                ),
                Option(
                    "40 %, since 12 × 5 % are 60 %.",
                    "Growth of growth counts: in a year it is 80 %, and it is a share of the load, "
                    "not of the capacity.",
                ),
                Option(
                    "100 %: then it is certain that it is needed.",
                    "Then it is overloaded for a year.",
                ),
            ),
        ),
    ),
)
