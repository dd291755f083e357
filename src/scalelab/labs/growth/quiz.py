"""The questions at the end of the chapter on growth."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="growth/quiz",
    title="Check yourself: growth",
    questions=(
        Question(
            "A request takes 12 ms of the application's processor, 2 ms of the database's and 3 ms "
            "of its disk. The one machine has 8 vCPUs and one disk, and nothing may be busier than "
            "60 %. What is full first, and when?",
            (
                Option(
                    "The processors, at 343 requests a second.",
                    "That is their limit: 0.6 × 8 / 0.014. The disk is full before.",
                ),
                Option(
                    "The disk, at 200 requests a second.",
                    "0.6 / 0.003 s. There is one disk and there are eight vCPUs, so 3 ms of it "
                    "weigh more than 14 ms of processor time.",
                    right=True,
                ),
                Option(
                    "The application, since it takes most of the time.",
                    "Most of a request's time is not most of a resource's: 12 ms are divided among "
                    "eight vCPUs.",
                ),
                Option(
                    "The disk, at 333 requests a second.",
                    "At 333 it is busy all of the time. Only 60 % was allowed.",
                ),
            ),
        ),
        Question(
            "The same shop moves its database, disk and all, to a machine of its own. What does it "
            "carry now?",
            (
                Option(
                    "Twice as much: there are two machines.",
                    "Each of them does a part of every request. It would be twice as much if both "
                    "parts were equal and full at the same time.",
                ),
                Option(
                    "A sixth more, since 2 of 14 ms have gone.",
                    "That would be so if the processors had been full first.",
                ),
                Option(
                    "As much as before.",
                    "The disk was full first, and each request still takes 3 ms of it. A step that "
                    "does not touch the bottleneck moves no limit.",
                    right=True,
                ),
                Option(
                    "Less, because of the network between them.",
                    "The trips make each request take longer. They take nothing from the disk.",
                ),
            ),
        ),
        Question(
            "A shop is full at its database. 20 % of its requests write. How many times one server "
            "do read replicas carry at the very most?",
            (
                Option(
                    "Five times.",
                    "Each replica repeats all writes. However many divide the reads, 20 % stay, "
                    "and they alone fill a server at five times the load.",
                    right=True,
                ),
                Option(
                    "As many times as there are replicas.",
                    "Only the reads are divided. The writes are multiplied.",
                ),
                Option(
                    "Four times, because four of five requests read.",
                    "The limit is one over the share of the writes, 1 / 0.2.",
                ),
                Option(
                    "It depends on how large the machines are.",
                    "That changes what one server carries, and with it all the others.",
                ),
            ),
        ),
        Question(
            "The load grows by 20 % a month, a rate of 0.18, and the next stage takes four months "
            "to build. At which share of today's limit must the work begin, to be ready in time?",
            (
                Option(
                    "At 80 %, as the textbook says.",
                    "No such number holds for everybody. In four months the load doubles; from "
                    "80 % it would be full in little more than one.",
                ),
                Option(
                    "At 20 %: the growth that is to be met.",
                    "That is the growth of one month, and it says nothing about the building.",
                ),
                Option(
                    "As soon as the limit is reached, so that nothing is built for nothing.",
                    "Then customers are turned away for four months, more each month.",
                ),
                Option(
                    "At about half.",
                    "e to the power of minus 0.18 × 4 is 0.49. While you build, the load doubles.",
                    right=True,
                ),
            ),
        ),
    ),
)
