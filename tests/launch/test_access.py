from pathlib import Path

import pytest
from django.contrib.auth import authenticate

from accounts.models import User
from gateway.models import ApiKey
from gateway.services.key_ring import digest_of
from launch.services.access import ensure_access
from launch.services.environment import (
    ADMIN_PASSWORD,
    ADMIN_USER,
    PUBLISHABLE_KEY,
    SECRET_KEY,
    read_environment,
)

pytestmark = pytest.mark.django_db


def access(path: Path, port: int = 8000) -> dict[str, str]:
    origin = f"http://127.0.0.1:{port}"
    return ensure_access(path=path, url=origin, origins=[origin], label="Test", rate_per_minute=60)


def test_ensure_access__first_time__creates_a_login_and_two_keys(tmp_path: Path) -> None:
    values = access(tmp_path / "demo.env")

    assert authenticate(username=values[ADMIN_USER], password=values[ADMIN_PASSWORD])
    assert ApiKey.objects.get(kind="secret").digest == digest_of(values[SECRET_KEY])
    assert ApiKey.objects.get(kind="publishable").digest == digest_of(values[PUBLISHABLE_KEY])
    assert read_environment(tmp_path / "demo.env") == values


def test_ensure_access__second_time__changes_nothing(tmp_path: Path) -> None:
    first = access(tmp_path / "demo.env")
    before = list(ApiKey.objects.values()), list(User.objects.values())

    assert access(tmp_path / "demo.env") == first
    assert (list(ApiKey.objects.values()), list(User.objects.values())) == before


def test_ensure_access__file_lost__creates_working_credentials(tmp_path: Path) -> None:
    access(tmp_path / "demo.env")

    values = access(tmp_path / "other.env")

    assert authenticate(username=values[ADMIN_USER], password=values[ADMIN_PASSWORD])
    assert ApiKey.objects.filter(digest=digest_of(values[SECRET_KEY])).exists()
    assert User.objects.count() == 1


def test_ensure_access__different_port__updates_the_origins_of_the_key(tmp_path: Path) -> None:
    first = access(tmp_path / "demo.env")

    second = access(tmp_path / "demo.env", port=8001)

    assert second[PUBLISHABLE_KEY] == first[PUBLISHABLE_KEY]
    assert ApiKey.objects.get(kind="publishable").origins == ["http://127.0.0.1:8001"]
    assert second["AWASE_URL"] == "http://127.0.0.1:8001"
