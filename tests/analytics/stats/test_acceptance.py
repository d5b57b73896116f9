import numpy as np
import pytest
from scipy.stats import nbinom

from analytics.stats.acceptance import Exposures, exploration, fit_acceptance, shrink

LEVEL_COUNT = 4


def exposures(*rows: tuple[int, int, int, int, int, float, float, float]) -> Exposures:
    """Return rows of kind, offer, placement, product, position, shown, relevance and accepted."""
    table = np.array(rows, np.float64).reshape(-1, LEVEL_COUNT + 4)
    return Exposures(
        cells=table[:, :LEVEL_COUNT].astype(np.int64),
        position=table[:, LEVEL_COUNT].astype(np.int64),
        shown=table[:, -3],
        relevance=table[:, -2],
        accepted=table[:, -1],
    )


def test_fit__nothing_shown__learns_nothing() -> None:
    fitted = fit_acceptance(exposures())

    assert [len(level.ratio) for level in fitted.levels] == [0, 0, 0, 0]
    assert fitted.examination.tolist() == [1] * 12


def test_fit__no_exposure_of_a_cell__is_exactly_the_prior() -> None:
    fitted = fit_acceptance(exposures((0, 1, 0, 5, 1, 0, 0, 0)))

    assert [level.ratio.tolist() for level in fitted.levels] == [[1], [1], [1], [1]]


def test_fit__few_events__stay_close_to_the_prior() -> None:
    fitted = fit_acceptance(exposures((0, 1, 0, 5, 1, 10, 0.5, 1)))

    assert 1 < fitted.levels[-1].ratio[0] < 1.5


def test_fit__many_events__give_the_observed_rate() -> None:
    fitted = fit_acceptance(exposures((0, 1, 0, 5, 1, 100_000, 5000, 15_000)))

    assert fitted.levels[-1].ratio[0] == pytest.approx(3, rel=0.01)


def test_fit__unknown_product_of_a_known_offer__has_the_ratio_of_its_placement() -> None:
    fitted = fit_acceptance(
        exposures((0, 1, 0, 5, 1, 1000, 50, 150), (0, 1, 0, 6, 1, 0, 0, 0), (0, 2, 0, 5, 1, 1000, 50, 50))
    )

    placement = dict(zip(map(tuple, fitted.levels[2].cells.tolist()), fitted.levels[2].ratio, strict=True))
    product = dict(zip(map(tuple, fitted.levels[3].cells.tolist()), fitted.levels[3].ratio, strict=True))
    assert product[0, 1, 0, 6] == pytest.approx(placement[0, 1, 0])
    assert product[0, 1, 0, 6] > product[0, 2, 0, 5]


def test_fit__audiences_that_differ__have_ratios_around_that_of_the_product() -> None:
    rows = [
        (0, offer, 0, 5, audience, 1, 1000.0, 50.0, 50.0 * (3 if audience == 8 else 1))
        for offer in range(20)
        for audience in (0, 8)
    ]
    table = np.array(rows, np.float64)

    fitted = fit_acceptance(
        Exposures(
            cells=table[:, :5].astype(np.int64),
            position=table[:, 5].astype(np.int64),
            shown=table[:, 6],
            relevance=table[:, 7],
            accepted=table[:, 8],
        )
    )

    everybody, of_audience = fitted.levels[3].ratio[0], fitted.levels[4].ratio[:2]
    assert of_audience[0] == pytest.approx(1, abs=0.2)
    assert everybody == pytest.approx(2, abs=0.1)
    assert of_audience[1] == pytest.approx(3, abs=0.2)


def test_exploration__more_answers__count_less_but_no_answers_count_fully() -> None:
    fitted = fit_acceptance(
        exposures((0, 1, 0, 5, 1, 0, 0, 0), (0, 1, 0, 6, 1, 100, 5, 5), (0, 1, 0, 7, 1, 100_000, 5000, 5000))
    )

    counts = exploration(fitted.levels[3])

    assert counts[0] == 1
    assert counts[0] > counts[1] > counts[2] > 0.3


def test_shrink__one_shape__is_the_posterior_mean_of_gamma_and_poisson() -> None:
    # Gelman et al., Bayesian Data Analysis, 2.6: Gamma(a, b) and y ~ Poisson(x·θ) give Gamma(a + y, b + x).
    ratio, shape = shrink(accepted=np.array([7.0]), expected=np.array([3.0]), above=np.array([2.0]))

    assert ratio[0] == pytest.approx((shape + 7) / (shape / 2 + 3))


def test_shrink__cells_that_differ_as_known__finds_the_shape() -> None:
    # Counts of a negative binomial distribution with size 2, drawn by SciPy.
    expected = np.full(4000, 20.0)
    accepted = np.asarray(
        nbinom.rvs(2, 2 / (2 + expected), random_state=np.random.default_rng(1)), np.float64
    )

    _ratios, shape = shrink(accepted=accepted, expected=expected, above=np.ones(4000))

    assert shape == pytest.approx(2, rel=0.2)


def test_fit__offers_in_several_positions__tells_position_from_offer() -> None:
    rng = np.random.default_rng(3)
    truth, rows = 1 / np.arange(1, 5) ** 0.7, []
    ratios = rng.gamma(3, 1 / 3, 40)
    for offer, ratio in enumerate(ratios):
        for position in rng.choice(4, 3, replace=False):
            accepted = rng.poisson(60 * ratio * truth[position])
            rows.append((offer % 3, offer, 0, 1, int(position) + 1, 1000.0, 60.0, float(accepted)))

    fitted = fit_acceptance(exposures(*rows))

    assert fitted.examination[:4] == pytest.approx(truth, rel=0.1)
    found = fitted.levels[1].ratio[np.argsort(fitted.levels[1].cells[:, 1])]
    assert np.corrcoef(found, ratios)[0, 1] > 0.97
