"""The questions at the end of the introduction."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="introduction/quiz",
    title="Check yourself: introduction",
    questions=(
        Question(
            "5 % of the work has to be done one at a time, the rest can be spread over any number "
            "of machines. What is the most that machines can gain, compared with one?",
            (
                Option(
                    "95 times.",
                    "95 % is the share that can be spread, not the gain. What stays is the share "
                    "that cannot: ask how long 5 % of the work takes.",
                ),
                Option(
                    "20 times.",
                    "With endless machines the spread part takes no time, and 5 % of the work is "
                    "left: a twentieth of the time, at best.",
                    right=True,
                ),
                Option(
                    "There is no limit: each machine adds a little.",
                    "Each adds a little, but ever less, and all of it together stays below a "
                    "fixed number.",
                ),
                Option(
                    "5 times.",
                    "That would be the limit if a fifth of the work were one at a time.",
                ),
            ),
        ),
        Question(
            "Throughput rose up to 20 machines. With 28 it is lower than with 20, and nothing is "
            "broken. What grows that could do that?",
            (
                Option(
                    "The queue for the one lock that all of them need.",
                    "A queue for a lock makes the curve flat. Waiting for one thing at a time "
                    "never makes the whole slower than it was with fewer machines.",
                ),
                Option(
                    "The number of pairs that have to agree with each other.",
                    "28 machines make 378 pairs, 20 make 190. Work that every pair needs grows "
                    "with the square, and overtakes what another machine adds.",
                    right=True,
                ),
                Option(
                    "The price of the machines.",
                    "It grows, too, but a bill does not take requests away.",
                ),
                Option(
                    "Nothing: measurements like that are noise.",
                    "It may be noise, and confidence bands are there to tell. But curves that "
                    "turn down are known from real databases.",
                ),
            ),
        ),
        Question(
            "One request in five writes, a write costs a server as much as a read, and applying it "
            "costs a replica as much as executing it. About how many times one server's capacity "
            "can a primary with any number of read replicas reach?",
            (
                Option(
                    "As many times as there are servers.",
                    "Reads are spread, but each server applies each write: the more requests "
                    "there are, the more of every server goes to writes.",
                ),
                Option(
                    "5 times.",
                    "When the writes alone fill a server, they fill all of them. That is when the "
                    "requests are five times what one server's writes would take.",
                    right=True,
                ),
                Option(
                    "Not at all: writes go to the primary.",
                    "They do, but four requests in five are reads, and those leave the primary.",
                ),
                Option(
                    "20 times.",
                    "That would be the limit with one write in twenty requests.",
                ),
            ),
        ),
        Question(
            "A shop runs on 20 servers, bought for the sale in November, and can add 20 more in a "
            "week. What is it?",
            (
                Option(
                    "Scalable and elastic.",
                    "It can grow, but nothing follows the demand by itself: at night 20 servers "
                    "run, and in a sudden crowd 20 as well.",
                ),
                Option(
                    "Elastic, but not scalable.",
                    "The other way round: it can be made larger, and it does not adapt.",
                ),
                Option(
                    "Scalable, but not elastic.",
                    "More machines carry more load, so it scales. That takes a decision and a "
                    "week, in one direction, and that is not elasticity.",
                    right=True,
                ),
                Option(
                    "Neither: 20 servers stand idle at night.",
                    "Idle servers cost money. Whether more of them could carry more load is "
                    "another question.",
                ),
            ),
        ),
        Question(
            "Machines need 5 minutes to start, and the load doubles within one minute. What helps?",
            (
                Option(
                    "A lower target utilisation: more machines than needed at all times.",
                    "Head-room is the only capacity that is there before the machines are. To "
                    "take a doubling it has to be half of what runs, and it is paid for all day.",
                    right=True,
                ),
                Option(
                    "A controller that looks every second.",
                    "It orders the machines a little earlier, and they still take 5 minutes.",
                ),
                Option(
                    "Releasing machines more slowly.",
                    "That helps if the last crowd was a moment ago. This one comes out of a quiet "
                    "hour.",
                ),
                Option(
                    "A larger limit on the number of machines.",
                    "The limit was not what was missing: for 5 minutes there are only those that "
                    "run already.",
                ),
            ),
        ),
    ),
)
