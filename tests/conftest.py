"""What every test may use."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def snapshot_dir(tmp_path: Path, settings: Settings) -> Path:
    """Give each test a snapshot folder of its own."""
    folder = tmp_path / "snapshot"
    settings.AWASE_SNAPSHOT_DIR = folder
    return folder
