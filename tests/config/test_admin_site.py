"""Pages of the admin do not find out what they do not show."""

from typing import Any

import pytest
from django.contrib.admin import AdminSite
from django.urls import reverse

from tests.support.admin_cast import Cast

pytestmark = pytest.mark.any_database


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Record for which app, or None for all, the models that the user may see are found out."""
    apps: list[str | None] = []
    build = AdminSite._build_app_dict

    def record(site: AdminSite, request: Any, label: str | None = None) -> Any:
        apps.append(label)
        return build(site, request, label)

    monkeypatch.setattr(AdminSite, "_build_app_dict", record)
    return apps


@pytest.mark.parametrize("name", ["index", "offers_placement_changelist", "offers_placement_add"])
def test_page__with_the_sidebar_only__lists_no_apps(name: str, cast: Cast, built: list[str | None]) -> None:
    answer = cast.merchandiser.get(reverse(f"admin:{name}"))

    assert answer.status_code == 200
    assert "nav-sidebar" in answer.text
    assert built == []


def test_page__of_an_app__lists_the_models_that_the_user_may_see(cast: Cast, built: list[str | None]) -> None:
    address = reverse("admin:app_list", args=["checkout"])

    assert reverse("admin:checkout_order_changelist") in cast.merchandiser.get(address).text
    assert cast.outsider.get(address).status_code == 404
    assert built == ["checkout", "checkout"]
