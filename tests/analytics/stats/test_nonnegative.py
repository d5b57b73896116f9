import numpy as np
import pytest
from scipy.optimize import nnls

from analytics.stats.nonnegative import BLOCK, descend, fit_nonnegative

pytestmark = pytest.mark.numeric

RIDGE = 3.0


def orders(product_count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return (np.random.default_rng(5).random((400, product_count)) < 0.2).astype(np.float32)


def test_fit__more_products_than_a_block__agrees_with_scipys_nnls() -> None:
    held = orders(BLOCK + 6)
    candidates = np.array(
        [np.delete(np.arange(8), product if product < 8 else 0) for product in range(BLOCK + 6)]
    )

    found = fit_nonnegative(
        gram=held.T @ held, candidates=candidates, start=np.zeros(candidates.shape, np.float32), ridge=RIDGE
    )

    for product, others in enumerate(candidates):
        more = np.vstack([held[:, others], np.sqrt(RIDGE) * np.eye(7)])
        expected, _ = nnls(more, np.concatenate([held[:, product], np.zeros(7)]))
        assert found[product] == pytest.approx(expected, abs=2e-3)


def test_fit__other_start_values__give_the_same_weights() -> None:
    held = orders(6)
    candidates = np.array([np.delete(np.arange(6), product) for product in range(6)])
    cold, warm = (
        fit_nonnegative(gram=held.T @ held, candidates=candidates, start=start, ridge=RIDGE)
        for start in (np.zeros((6, 5), np.float32), np.full((6, 5), 0.2, np.float32))
    )

    assert cold == pytest.approx(warm, abs=2e-3)


def test_fit__missing_candidates__get_weight_0() -> None:
    held = orders(3)

    found = fit_nonnegative(
        gram=held.T @ held,
        candidates=np.array([[1, -1], [-1, -1], [-1, 0]]),
        start=np.zeros((3, 2), np.float32),
        ridge=RIDGE,
    )

    together, both = held[:, 0] @ held[:, 1], held[:, 0] @ held[:, 2]
    assert found[0] == pytest.approx([together / (held[:, 1].sum() + RIDGE), 0])
    assert found[1].tolist() == [0, 0]
    assert found[2] == pytest.approx([0, both / (held[:, 0].sum() + RIDGE)])


def test_fit__no_products__is_empty() -> None:
    none = np.empty((0, 0))

    found = fit_nonnegative(
        gram=none.astype(np.float32),
        candidates=none.astype(np.int64),
        start=none.astype(np.float32),
        ridge=RIDGE,
    )

    assert found.shape == (0, 0)


def test_descent__compiled__gives_the_same_bytes() -> None:
    compiled = pytest.importorskip("analytics.stats.compiled_descent")
    held = orders(150)
    rng = np.random.default_rng(2)
    candidates = np.array([np.sort(rng.choice(150, 20, replace=False)) for _ in range(150)])
    candidates[candidates == np.arange(150)[:, None]] = -1
    found = [
        fit_nonnegative(
            gram=held.T @ held,
            candidates=candidates,
            start=np.zeros(candidates.shape, np.float32),
            ridge=RIDGE,
            sweeps=sweeps,
            descent=descent,
        )
        for sweeps in (4, 12)
        for descent in (descend, compiled.descend_compiled)
    ]

    assert found[0].tobytes() == found[1].tobytes()
    assert found[2].tobytes() == found[3].tobytes()
    assert 0 < (found[2] > 0).mean() < 0.9
