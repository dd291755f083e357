"""Every control at both ends, alone: finite numbers and a sentence, never a crash."""

import numpy as np
import pytest

from scalelab.labs.caching import freshness, latency, multi_level, stampede
from scalelab.web.lab import Lab, Slider


@pytest.mark.parametrize(
    "lab", [m.lab for m in (latency, freshness, stampede, multi_level)], ids=lambda x: x.name
)
def test_extremes_are_finite(lab: Lab) -> None:
    for control in lab.controls:
        ends = (0, 1)
        if isinstance(control, Slider):
            ends = (control.values[0], control.values[-1])
        for end in ends:
            settings = {**lab.defaults, control.name: end}
            table = lab.table(**settings)
            assert table.shape[1] == len(lab.columns)
            assert np.isfinite(table).all()
            assert "nan" not in lab.sentence(table, settings)
