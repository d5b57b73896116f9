"""Permissions and languages of the admin."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from accounts.models import User
from offers.models import Placement
from tests.support.admin_cast import Cast, create_people, sign_in
from tests.support.admin_shop import build_shop

pytestmark = pytest.mark.django_db
PEOPLE = ("superuser", "merchandiser", "analyst", "outsider", "stranger")
# Expected status of the page for each user, in that order; 302 redirects to the login.
LISTS = {
    "catalog_product": (200, 200, 200, 403, 302),
    "offers_crossselloffer": (200, 200, 200, 403, 302),
    "offers_productpartners": (200, 200, 200, 403, 302),
    "checkout_order": (200, 200, 200, 403, 302),
    "analytics_recomputerun": (200, 200, 200, 403, 302),
    "gateway_apikey": (200, 403, 403, 403, 302),
    "accounts_user": (200, 403, 403, 403, 302),
    "auth_group": (200, 403, 403, 403, 302),
}
ADDITIONS = {
    "catalog_product": (200, 200, 403, 403, 302),
    "catalog_bundle": (200, 200, 403, 403, 302),
    "offers_crossselloffer": (200, 200, 403, 403, 302),
    "offers_partneroverride": (200, 200, 403, 403, 302),
    "gateway_apikey": (200, 403, 403, 403, 302),
    "checkout_order": (403, 403, 403, 403, 302),
    "analytics_recomputerun": (403, 403, 403, 403, 302),
}


@pytest.mark.parametrize("name", LISTS)
def test_list__each_user__opens_only_with_permission(name: str, cast: Cast) -> None:
    statuses = [getattr(cast, who).get(reverse(f"admin:{name}_changelist")).status_code for who in PEOPLE]

    assert tuple(statuses) == LISTS[name]


@pytest.mark.parametrize("name", ADDITIONS)
def test_add_page__each_user__opens_only_with_permission(name: str, cast: Cast) -> None:
    statuses = [getattr(cast, who).get(reverse(f"admin:{name}_add")).status_code for who in PEOPLE]

    assert tuple(statuses) == ADDITIONS[name]


def test_home_page__for_an_outsider__shows_no_figures(cast: Cast) -> None:
    answer = cast.outsider.get(reverse("admin:index"))

    assert answer.status_code == 200
    assert "dashboard" not in answer.context


def test_language__switched_while_signed_in__is_saved_in_the_account(cast: Cast) -> None:
    page = reverse("admin:index")

    answer = cast.merchandiser.post(reverse("set_language"), {"language": "ja", "next": page})

    assert answer["Location"] == page
    assert User.objects.get(username="merchandiser").language == "ja"
    assert "今日の状況" in sign_in("merchandiser", "ja").get(page).text


def test_language__switched_while_signed_out__is_saved_in_the_browser(cast: Cast) -> None:
    cast.stranger.post(reverse("set_language"), {"language": "ja", "next": "/admin/login/"})

    assert "おかえりなさい" in cast.stranger.get(reverse("admin:login")).text


@pytest.mark.parametrize("language", ["", "xx", "ja\0", "../ja"])
def test_language__unsupported__changes_nothing(language: str, cast: Cast) -> None:
    cast.merchandiser.post(reverse("set_language"), {"language": language, "next": "/admin/"})

    assert User.objects.get(username="merchandiser").language == "en"


def test_language__of_the_account__overrides_the_browsers() -> None:
    create_people()
    client = sign_in("merchandiser", "ja")

    answer = client.get(reverse("admin:index"), headers={"Accept-Language": "en"})

    assert 'lang="ja"' in answer.text


def test_groups__created_twice__hold_the_same_permissions() -> None:
    call_command("create_groups")
    first = {group.name: group.permissions.count() for group in Group.objects.all()}

    call_command("create_groups")

    assert {group.name: group.permissions.count() for group in Group.objects.all()} == first
    assert first["Merchandiser"] > first["Analyst"] > 0


def test_group__extra_permission__is_kept() -> None:
    call_command("create_groups")
    analyst, merchandiser = Group.objects.get(name="Analyst"), Group.objects.get(name="Merchandiser")
    analyst.permissions.set(merchandiser.permissions.all())

    call_command("create_groups")

    assert analyst.permissions.count() == merchandiser.permissions.count()


def test_analyst__posting_a_merchandisers_change__is_refused(cast: Cast) -> None:
    build_shop(3)

    answer = cast.analyst.post(reverse("admin:offers_placement_add"), {"code": "x", "name": "X"})

    assert answer.status_code == 403
    assert not Placement.objects.filter(code="x").exists()


def test_page__forbidden_or_missing__explains_it_in_the_users_language(cast: Cast) -> None:
    del cast
    client = sign_in("analyst", "ja")

    forbidden = client.get(reverse("admin:gateway_apikey_changelist"))
    missing = client.get("/nowhere/")

    assert (forbidden.status_code, missing.status_code) == (403, 404)
    assert "権限がありません" in forbidden.text
    assert "見つかりません" in missing.text


def test_address__without_trailing_slash__redirects_to_the_admin(cast: Cast) -> None:
    assert cast.stranger.get("/admin")["Location"] == reverse("admin:index")
