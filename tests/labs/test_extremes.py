"""Every lab over its controls' ranges: finite numbers, readable sentences, a fair question."""

import re

import numpy as np
import pytest
from tests.web.spread import spread

from scalelab.labs.published import published
from scalelab.web.lab import Lab

every_lab = pytest.mark.parametrize(
    "lab", [one for one in published().values() if isinstance(one, Lab)], ids=lambda lab: lab.name
)


@every_lab
def test_ends_and_mixtures_are_finite(lab: Lab) -> None:
    for settings in spread(lab):
        table = lab.table(**settings)
        assert table.shape[1] == len(lab.columns)
        assert np.isfinite(table).all(), settings
        sentence = lab.sentence(table, settings)
        assert not re.search(r"\b(nan|inf)\b", sentence), sentence


@every_lab
def test_the_answer_to_the_prediction_is_within_reach(lab: Lab) -> None:
    asked = lab.prediction
    (reading,) = [one for one in lab.readings if one.name == asked.reading]
    answer = lab.read(reading, lab.table(), lab.defaults)
    assert answer is not None
    assert asked.low < answer < asked.high


@every_lab
def test_all_views_of_a_chart_have_the_same_series(lab: Lab) -> None:
    """The page gives one list of colours to all of them; what is in no list would not be drawn."""

    def domains(node: object) -> list[tuple[str, ...]]:
        if isinstance(node, list):
            return [each for one in node for each in domains(one)]
        if not isinstance(node, dict):
            return []
        color = node.get("color")
        scale = color.get("scale") if isinstance(color, dict) else None
        domain = scale.get("domain") if isinstance(scale, dict) else None
        own = [tuple(domain)] if isinstance(domain, list) else []
        return own + [each for one in node.values() for each in domains(one)]

    assert len(set(domains(lab.chart.to_dict()))) <= 1
