import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from engine.learned.evidence import explain_partners, log_likelihood_ratio, weigh_evidence
from engine.learned.generations import PARTNER


def _llr(both: int, own: int, partner: int, total: int) -> float:
    figure = log_likelihood_ratio(
        both=np.array([float(both)]),
        own=np.array([float(own)]),
        partner=np.array([float(partner)]),
        total=total,
    )
    return float(figure[0])


# Dunning 1993, table 2: "the swiss" and "can be" in 31,777 words of a Swiss bank's English text.
@pytest.mark.parametrize(
    ("cells", "published"),
    [((110, 2442, 111, 29114), 270.72), ((8, 5, 24, 31740), 95.29)],
)
def test_llr__table_published_by_dunning__gives_his_figure(
    cells: tuple[int, int, int, int], published: float
) -> None:
    both, own_only, partner_only, _ = cells

    llr = _llr(both, both + own_only, both + partner_only, sum(cells))

    assert llr == pytest.approx(published, abs=0.005)


@given(
    both=st.integers(1, 50),
    own_only=st.integers(0, 50),
    partner_only=st.integers(0, 50),
    rest=st.integers(1, 500),
)
def test_llr__any_table__is_scipys_g_test(both: int, own_only: int, partner_only: int, rest: int) -> None:
    table = np.array([[both, own_only], [partner_only, rest]])
    expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic

    llr = _llr(both, both + own_only, both + partner_only, table.sum())

    assert llr == pytest.approx(expected, abs=1e-8)


def test_evidence__pair_in_all_orders__is_certain_and_no_surprise() -> None:
    ten = np.array([10.0])

    evidence = weigh_evidence(both=ten, own=ten, partner=ten, total=10)

    assert (evidence.support[0], evidence.confidence[0], evidence.lift[0], evidence.llr[0]) == (1, 1, 1, 0)


def test_evidence__beer_and_nappies__reads_as_in_the_textbook() -> None:
    # 100 orders; 20 hold nappies, 30 hold beer, 12 hold both.
    evidence = weigh_evidence(
        both=np.array([12.0]), own=np.array([20.0]), partner=np.array([30.0]), total=100
    )

    assert evidence.support[0] == pytest.approx(0.12)
    assert evidence.confidence[0] == pytest.approx(0.6)
    assert evidence.lift[0] == pytest.approx(2.0)


def test_explained_partners__counts__give_the_pairs_evidence() -> None:
    partners = np.array([(20, 1.5, 1.5, 2), (30, 1.0, 1.0, 2)], PARTNER)

    explained = explain_partners(
        partners,
        own_orders=np.array([4, 4]),
        products=np.array([10, 20]),
        product_orders=np.array([4, 5]),
        order_count=20,
    )

    assert explained["score"].tolist() == [1.5, 1.0]
    assert explained["confidence"].tolist() == [0.5, 0.5]
    assert explained["support"].tolist() == pytest.approx([0.1, 0.1])
    # The second partner's own orders are not known: it is taken to be in those of the pair only.
    assert explained["lift"].tolist() == pytest.approx([2 * 20 / (4 * 5), 2 * 20 / (4 * 2)])
