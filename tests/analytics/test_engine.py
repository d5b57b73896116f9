from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from analytics.services import engine as module
from analytics.services.engine import learning_settings, line_limit, pair_counter
from analytics.stats.links import count_locally

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize("engine", ["numba", "scipy"])
def test_engine__on_one_machine__reads_all_lines(settings: Settings, engine: str) -> None:
    settings.AWASE_STATS_ENGINE = engine

    with pair_counter(at=AT) as count:
        assert count is count_locally

    assert learning_settings().engine == engine
    assert line_limit() is None


def test_spark__not_installed__names_the_package(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.AWASE_STATS_ENGINE = "spark"
    monkeypatch.setattr(module, "HAS_SPARK", False)

    with pytest.raises(ImproperlyConfigured, match=r"awase\[spark\]"), pair_counter(at=AT):
        pass


def test_spark__lines_read_by_the_worker__are_limited(settings: Settings) -> None:
    settings.AWASE_STATS_ENGINE = "spark"
    settings.AWASE_SPARK_LOCAL_LINES = 1000

    assert (learning_settings().engine, line_limit()) == ("numba", 1000)
