import numpy as np
import pytest

from analytics.stats.logit import fit_choice

pytestmark = pytest.mark.numeric


def test_choice__simulated_with_known_weights__recovers_them() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(4000 * 6, 2)).astype(np.float32)
    question = np.repeat(np.arange(4000), 6)
    # Gumbel noise on the scores makes the choice a conditional logit (McFadden 1974).
    scores = (features @ [1.5, -0.5] + rng.gumbel(size=len(features))).reshape(-1, 6)
    is_chosen = (scores == scores.max(axis=1, keepdims=True)).ravel()

    weights = fit_choice(features=features, question=question, is_chosen=is_chosen)

    assert weights.tolist() == pytest.approx([1.5, -0.5], abs=0.1)


def test_choice__constant_feature__gets_weight_0() -> None:
    features = np.array([[1, 7], [0, 7], [1, 7], [0, 7]], np.float32)

    weights = fit_choice(
        features=features, question=np.array([0, 0, 1, 1]), is_chosen=np.array([True, False, True, False])
    )

    assert weights[0] > 0
    assert weights[1] == 0


def test_choice__nothing_chosen__gives_weights_0() -> None:
    features, nothing = np.ones((3, 2), np.float32), np.zeros(3, np.bool_)

    weights = fit_choice(features=features, question=np.array([0, 0, 1]), is_chosen=nothing)

    assert weights.tolist() == [0, 0]
