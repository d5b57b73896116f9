"""What every test may use."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.admin_cast import Cast, create_cast


@pytest.fixture(autouse=True)
def snapshot_dir(tmp_path: Path, settings: Settings) -> Path:
    """Give each test a snapshot folder of its own."""
    folder = tmp_path / "snapshot"
    settings.AWASE_SNAPSHOT_DIR = folder
    return folder


@pytest.fixture
def cast(db: None) -> Cast:
    """Create the staff of the admin, each signed in."""
    del db
    return create_cast()
