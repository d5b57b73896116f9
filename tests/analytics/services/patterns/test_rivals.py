"""What is counted of offers that are shown together."""

from pathlib import Path

import pytest

from analytics.services.patterns import rivals
from analytics.stats.experiments.rates import Successes
from analytics.stats.experiments.rivals import RivalKey, Stratum
from offers.models import Event
from tests.analytics.services.totals.shop import NOON, create_products, decide, happen

pytestmark = pytest.mark.django_db


def test_rivals__shown_together_and_apart__are_counted_by_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_products()
    for number in range(3):
        decide(tmp_path, number, skus=("jam", "butter"))
    for number in range(3, 8):
        decide(tmp_path, number, skus=("tea", "butter"))
    for number in (0, 3, 4):
        happen(number, "butter", "accept", "accept", customer=f"c{number}")
    Event.objects.update(position=2)
    asked: dict[RivalKey, list[Stratum]] = {}
    monkeypatch.setattr(rivals, "find_rivals", asked.update)

    rivals.search_rivals(since=NOON.date())

    assert asked[RivalKey("cart", "with-jam")] == [Stratum(Successes(1, 3), Successes(2, 5))]
    assert asked[RivalKey("cart", "with-tea")] == [Stratum(Successes(2, 5), Successes(1, 3))]
