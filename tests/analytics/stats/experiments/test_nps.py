"""The net promoter score, with the intervals of its definition."""

import pytest

from analytics.stats.experiments.nps import promoter_score


@pytest.mark.parametrize(("answers", "margin"), [((50, 30, 20), 15.3), ((5, 3, 2), 48.4)])
def test_score__of_known_answers__has_their_margin(answers: tuple[int, int, int], margin: float) -> None:
    found = promoter_score(*answers)

    assert found is not None
    assert found.points == pytest.approx(30)
    assert found.margin == pytest.approx(margin, abs=0.05)


def test_score__without_answers__is_not_known() -> None:
    assert promoter_score(0, 0, 0) is None
