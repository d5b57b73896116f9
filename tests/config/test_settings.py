import runpy
from pathlib import Path
from typing import Any

import pytest
from environs import EnvValidationError

SETTINGS = Path(__file__).resolve().parents[2] / "config" / "settings.py"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("AWASE_DATA", str(tmp_path))
    return monkeypatch


@pytest.mark.parametrize("name", ["AWASE_TAX_ROUNDING", "AWASE_TAX_ROUNDING_MODE", "AWASE_TAX_DISPLAY"])
def test_settings__tax_rounding_unknown__names_the_variable_and_its_values(
    environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv(name, "nearest")

    with pytest.raises(EnvValidationError, match=f'"{name}" invalid: .*Must be one of: '):
        runpy.run_path(str(SETTINGS))


def test_settings__tax_rounding_unset__is_half_up_on_each_line(environment: pytest.MonkeyPatch) -> None:
    for name in ("AWASE_TAX_ROUNDING", "AWASE_TAX_ROUNDING_MODE"):
        environment.delenv(name, raising=False)

    read: dict[str, Any] = runpy.run_path(str(SETTINGS))

    assert (read["AWASE_TAX_ROUNDING"], read["AWASE_TAX_ROUNDING_MODE"]) == ("line", "half_up")
