"""Corrections for many questions against published examples."""

import numpy as np
import pytest

from analytics.stats.experiments.multiple import Correction, adjusted_p_values

# Y. Benjamini and Y. Hochberg, JRSS B 57 (1995) 289-300, section 4.1.
HEART = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
HEART += [0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0]


@pytest.mark.parametrize(
    ("correction", "found"),
    [
        (Correction.BONFERRONI, 3),
        (Correction.HOLM, 3),
        (Correction.BENJAMINI_HOCHBERG, 4),
        (Correction.BENJAMINI_YEKUTIELI, 3),
    ],
)
def test_correction__of_the_published_example__finds_as_many(correction: Correction, found: int) -> None:
    assert (adjusted_p_values(np.array(HEART), correction) < 0.05).sum() == found


def test_benjamini_hochberg__of_the_published_example__adjusts_as_known() -> None:
    found = adjusted_p_values(np.array(HEART), Correction.BENJAMINI_HOCHBERG)

    assert found[:5] == pytest.approx([0.0015, 0.003, 0.0095, 0.03562, 0.0603], abs=6e-6)


# GrowthBook, packages/shared/test/experiments.test.ts.
@pytest.mark.parametrize(
    ("correction", "p_values", "expected"),
    [
        (Correction.HOLM, [0.01, 0.04, 0.03, 0.005, 0.55, 0.6], [0.05, 0.12, 0.12, 0.03, 1, 1]),
        (
            Correction.BENJAMINI_HOCHBERG,
            [0.898, 0.138, 0.007, 0.964, 0.538, 0.006, 0.138],
            [0.964, 0.2415, 0.0245, 0.964, 0.7532, 0.0245, 0.2415],
        ),
    ],
)
def test_correction__of_growthbooks_example__is_theirs(
    correction: Correction, p_values: list[float], expected: list[float]
) -> None:
    assert adjusted_p_values(np.array(p_values), correction) == pytest.approx(expected)


@pytest.mark.parametrize("correction", Correction)
def test_correction__of_no_or_one_question__changes_nothing(correction: Correction) -> None:
    assert adjusted_p_values(np.array([]), correction).tolist() == []
    assert adjusted_p_values(np.array([0.03]), correction).tolist() == [0.03]
