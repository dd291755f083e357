"""The questions at the end of the chapter on infrastructure."""

from scalelab.web.quiz import Option, Question, Quiz

quiz = Quiz(
    name="infrastructure/quiz",
    title="Check yourself: infrastructure",
    questions=(
        Question(
            "A service behind a layer 4 balancer is overloaded. Its clients use gRPC and keep "
            "their connections for hours. Twice as many machines are started, and all pass their "
            "health checks. What happens within the next ten minutes?",
            (
                Option(
                    "Each machine has half the load.",
                    "That would be so if requests were dealt. Here connections are, and hardly "
                    "any is opened.",
                ),
                Option(
                    "Next to nothing: the new machines are idle, the old ones as busy as before.",
                    "They get connections only as old ones end. Clients that reconnect now and "
                    "then, a layer 7 balancer, or a choice per call in the client would move the "
                    "load.",
                    right=True,
                ),
                Option(
                    "The new machines get all requests, as they have the fewest connections.",
                    "They would get all new connections. Requests go where their connection is.",
                ),
                Option(
                    "The load moves as soon as the time to live of the service's name is over.",
                    "The name leads to the balancer, whose address has not changed.",
                ),
            ),
        ),
        Question(
            "Ten pods use all the CPU they may, which is what they request, and need three times "
            "as much. The target is a CPU that is 70% busy, pods boot for two minutes, and "
            "replicas may double every 15 s. How many replicas does the autoscaler set first?",
            (
                Option(
                    "43, three times as many at 70%.",
                    "It would, if it knew. Three times too much work looks like a CPU at 100%.",
                ),
                Option(
                    "20, as it may double them.",
                    "It may, but it does not ask for so many.",
                ),
                Option(
                    "15, and no more until those serve.",
                    "10 times 100/70, rounded up. While the new ones boot, the ten that count are "
                    "still at 100%, and that asks for 15 again. Requests a second, which have no "
                    "upper end, would have told.",
                    right=True,
                ),
                Option(
                    "None: within the stabilisation window of five minutes nothing is changed.",
                    "By default the window is for scaling down. Up there is none.",
                ),
            ),
        ),
        Question(
            'A job applies the shop\'s Terraform code every night and has reported "no changes" '
            "for months. Then a new machine, made from the same code, cannot reach the payment "
            "service, while the old ones can. What is the likeliest reason?",
            (
                Option(
                    "The nightly job has not run.",
                    'It would have reported nothing at all then. "No changes" is a comparison '
                    "that was made.",
                ),
                Option(
                    "The code was changed without being applied to the old machines.",
                    "Applied every night, they would have had it the next morning.",
                ),
                Option(
                    "Somebody once changed the old machines by hand, in something that the code "
                    "does not declare.",
                    "No plan shows what is not declared. It works until a machine is made that "
                    "never had the fix.",
                    right=True,
                ),
                Option(
                    "It should be applied every hour.",
                    "More often, it would look at the same settings, and not at this one.",
                ),
            ),
        ),
        Question(
            "A container's memory limit is its request, one and a half times its mean use. It is "
            "killed every few days, while its machine never has less than 40% of its memory free. "
            "Its use swings, and there is no leak. What helps at the least cost?",
            (
                Option(
                    "A machine with more memory.",
                    "The limit is the container's, not the machine's. It would be killed there, "
                    "too.",
                ),
                Option(
                    "A limit above the request, and the request as it is.",
                    "The scheduler reserves as before, and a peak may use what its neighbours "
                    "leave. The price: if many peaks come together the machine itself runs out.",
                    right=True,
                ),
                Option(
                    "Twice the request and twice the limit.",
                    "It helps, but memory that is hardly ever used is reserved all the time, and "
                    "other containers find no room.",
                ),
                Option(
                    "A scheduler that packs in place of spreading.",
                    "It chooses the machine. The limit comes along.",
                ),
            ),
        ),
        Question(
            "Ten replicas run under Kubernetes' defaults: maxSurge 25%, maxUnavailable 25%. A new "
            "version needs a setting that is missing, and its readiness probe fails for ever. "
            "What do customers see, an hour later?",
            (
                Option(
                    "Nothing works: all replicas have been exchanged.",
                    "An old one is deleted only as far as eight are available, and no new one "
                    "ever is.",
                ),
                Option(
                    "More than a third of the requests fail, as five of thirteen replicas are new.",
                    "What is not ready is not in the list, and gets no requests.",
                ),
                Option(
                    "Answers of the old version, from eight replicas in place of ten.",
                    "Two old ones went at the beginning, five new ones are not ready, and nothing "
                    "moves. After ten minutes it is reported; to go back is up to you.",
                    right=True,
                ),
                Option(
                    "Answers of the old version, from ten: it was rolled back after ten minutes.",
                    "A deadline that passes is reported only. Other tools, or your pipeline, act "
                    "on it.",
                ),
            ),
        ),
    ),
)
