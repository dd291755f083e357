import math
from collections.abc import Callable

import pytest

from scalelab.models.queueing.law import (
    Law,
    constant,
    exponential,
    lognormal,
    pareto,
    two_moments,
)


def test_what_they_say_of_themselves() -> None:
    for law, cv2 in (
        (constant(2.0), 0.0), (exponential(2.0), 1.0), (two_moments(2.0, 4.0), 4.0),
        (lognormal(2.0, 0.5), 0.5),
    ):  # fmt: skip
        assert (law.mean_s, law.cv2) == (2.0, cv2)
    assert two_moments(2.0, 0.0) == constant(2.0)
    assert two_moments(2.0, 1.0) == exponential(2.0)
    assert exponential(2) == exponential(2.0)
    # Without a cut at most, cv² of a Pareto law of shape 3 is 1/3.
    assert pareto(1.0, 3.0, 1e6).cv2 == pytest.approx(1 / 3, rel=1e-3)
    assert pareto(1.0, 1.5, 1e4).cv2 > 10 * pareto(1.0, 1.5, 10.0).cv2


@pytest.mark.parametrize(
    ("make", "told"),
    [(lambda: constant(0.0), "mean_s is 0.0 s, allowed is 1e-09 to 1000000000.0 s"),
     (lambda: exponential(math.nan), "mean_s is nan s"),
     (lambda: two_moments(1.0, -1.0), "cv2 is -1.0, allowed is 0.001 to 10000.0; 0 is constant"),
     (lambda: two_moments(1.0, 1e-5), "cv2 is 1e-05"), (lambda: lognormal(1.0, 0.0), "cv2 is 0.0"),
     (lambda: pareto(1.0, 0.0, 5.0), "shape is 0.0"),
     (lambda: pareto(1.0, 2.0, 1.0), "most_s is 1.0 s, allowed is 1.01 to")],
)  # fmt: skip
def test_what_is_refused(make: Callable[[], Law], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        make()
