"""The rubric weighed family by family, with sets and sorting."""

from collections.abc import Sequence

from scalelab.kernels.storage.database import OPTIONS, OUT, POINTS

NOBODY = 5


def rows_of(question: int) -> range:
    start = sum(OPTIONS[:question])
    return range(start, start + OPTIONS[question])


def ranking(answers: Sequence[int]) -> tuple[list[int], dict[int, int]]:
    """Families that are not ruled out, the best first; and the points of all."""
    gained = {
        family: [POINTS[rows_of(q)[a]][family] for q, a in enumerate(answers)]
        for family in range(5)
    }
    points = {f: sum(each for each in given if each != OUT) for f, given in gained.items()}
    _, _, writes, partition, _, _ = answers
    cap = partition == 2 and writes in (0, 1)
    left = [f for f, given in gained.items() if OUT not in given and not cap]
    return sorted(left, key=lambda f: (-points[f], f)), points


def winner(answers: Sequence[int]) -> int:
    order, _ = ranking(answers)
    return order[0] if order else NOBODY


def changed(answers: Sequence[int]) -> list[tuple[int, int, tuple[int, ...]]]:
    """(question, option, answers with that option) for every option of every question."""
    return [
        (q, option, (*answers[:q], option, *answers[q + 1 :]))
        for q in range(len(OPTIONS))
        for option in range(OPTIONS[q])
    ]
