"""Every lab over its controls' ranges: finite numbers, and a sentence that can be read."""

import numpy as np
import pytest
from tests.web.spread import spread

from scalelab.labs.caching import freshness, latency, multi_level, stampede
from scalelab.web.lab import Lab


@pytest.mark.parametrize(
    "lab", [m.lab for m in (latency, freshness, stampede, multi_level)], ids=lambda x: x.name
)
def test_ends_and_mixtures_are_finite(lab: Lab) -> None:
    for settings in spread(lab):
        table = lab.table(**settings)
        assert table.shape[1] == len(lab.columns)
        assert np.isfinite(table).all(), settings
        sentence = lab.sentence(table, settings)
        assert "nan" not in sentence
        assert "inf" not in sentence
