"""Values of other rules: the Open Bandit Dataset and a case by hand.

`open_bandit.csv` is its small sample, campaign "all" under the random rule (Saito, Aihara, Matsutani and
Narita, NeurIPS 2021; in obp 0.5.7, Apache License 2.0), as counts: how often each of 80 items was shown in
each of 3 positions, and clicked. `chosen` is how often of 100,000 draws Thompson sampling would show it there
(obp's prior_bts.yaml, RandomState(12345)).
"""

from pathlib import Path

import numpy as np
import pytest

from analytics.stats.experiments.bandit.off_policy import off_policy_value


def test_thompson_sampling__on_the_open_bandit_dataset__has_the_published_value() -> None:
    path = Path(__file__).parent.parent / "open_bandit.csv"
    cells = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int64)
    shown, clicked, chosen = cells[:, 2], cells[:, 3], cells[:, 4]
    rewards = np.concatenate([np.repeat([1.0, 0.0], [k, n - k]) for n, k in zip(shown, clicked, strict=True)])

    found = off_policy_value(
        rewards, wanted=np.repeat(chosen / 100_000, shown), logged=np.full(len(rewards), 1 / 80)
    )

    # examples/quickstart/obd.ipynb of zr-obp for IPS; its bootstrap interval is (.00153, .00925).
    assert found is not None
    assert found.ips.value == pytest.approx(0.004553, abs=5e-7)
    assert (found.ips.low, found.ips.high) == pytest.approx((0.00153, 0.00925), abs=1.1e-3)
    assert found.snips.value == pytest.approx(0.004776, abs=5e-7)
    assert found.effective_size == pytest.approx(1639.5, abs=0.05)
    assert found.largest_weight == pytest.approx(19.6, abs=0.05)
    assert found.decision_count == 10_000


def test_value__of_four_decisions__is_that_computed_by_hand() -> None:
    found = off_policy_value(
        np.array([1.0, 0.0, 1.0, 0.0]), wanted=np.array([1.0, 1.0, 0.0, 0.0]), logged=np.full(4, 0.5)
    )

    assert found is not None
    assert found.ips.value == 0.5
    assert found.snips.value == 0.5
    assert found.effective_size == 2
    # IPS: values 2, 0, 0, 0 with the variance 1, so the error is .5; SNIPS: residuals 1, -1, 0, 0 over 4.
    assert found.ips.high - found.ips.value == pytest.approx(1.959964 * 0.5)
    assert found.snips.high - found.snips.value == pytest.approx(1.959964 * np.sqrt(2) / 4)


def test_value__of_the_rule_that_was_followed__is_the_mean() -> None:
    rewards, propensities = np.array([1.0, 0.0, 3.0]), np.array([0.2, 0.5, 0.9])

    found = off_policy_value(rewards, wanted=propensities, logged=propensities)

    assert found is not None
    assert found.ips.value == found.snips.value == pytest.approx(rewards.mean())
    assert found.effective_size == pytest.approx(3)


def test_value__of_a_rule_that_was_never_tried__is_not_known() -> None:
    one = np.array([1.0])

    assert off_policy_value(np.ones(3), wanted=np.zeros(3), logged=np.full(3, 0.5)) is None
    assert off_policy_value(one, wanted=one, logged=one) is None


def test_value__of_an_impossible_decision__is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        off_policy_value(np.ones(2), wanted=np.ones(2), logged=np.array([0.5, 0.0]))
