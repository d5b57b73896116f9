import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, Revision
from catalog.services.category import clean_path, get_or_create_paths, save_category
from catalog.services.values import InvalidValueError

pytestmark = pytest.mark.django_db


def paths() -> list[str]:
    return sorted(Category.objects.values_list("path", flat=True))


def test_path__unknown__is_created_with_its_ancestors() -> None:
    keys = get_or_create_paths(paths=[clean_path(" Grocery>Dairy ")])

    dairy = Category.objects.get(path="Grocery > Dairy")
    assert paths() == ["Grocery", "Grocery > Dairy"]
    assert dairy.parent == Category.objects.get(path="Grocery")
    assert keys == get_or_create_paths(paths=["Grocery > Dairy"]) == {"Grocery > Dairy": dairy.pk}


def test_paths__any_number__take_the_same_number_of_queries() -> None:
    counts = []
    for size in (2, 500):
        with CaptureQueriesContext(connection) as queries:
            get_or_create_paths(paths=[f"{size} > a{n} > b{n}" for n in range(size)])
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "path", ["a > > b", "> a", "a" * 121, " > ".join("b" * 60 for _ in range(9)), "a\x00"]
)
def test_path__malformed_or_too_long__is_refused(path: str) -> None:
    with pytest.raises(InvalidValueError):
        clean_path(path)


def test_category__renamed__updates_its_subtree() -> None:
    get_or_create_paths(paths=["Tea > Green > Uji", "tea > black", "Teas > x"])
    tea = Category.objects.get(path="Tea")
    tea.name = "お茶"

    save_category(category=tea)

    assert paths() == ["Teas", "Teas > x", "tea", "tea > black", "お茶", "お茶 > Green", "お茶 > Green > Uji"]
    assert Revision.objects.get(domain="catalog").number == 1


def test_category__moved__updates_its_subtree() -> None:
    keys = get_or_create_paths(paths=["Tea > Green > Uji", "Drinks"])
    green = Category.objects.get(path="Tea > Green")
    green.parent_id = keys["Drinks"]

    save_category(category=green)

    assert paths() == ["Drinks", "Drinks > Green", "Drinks > Green > Uji", "Tea"]


def test_category__moved_below_itself__is_refused() -> None:
    keys = get_or_create_paths(paths=["Tea", "Tea > Green"])
    tea = Category.objects.get(path="Tea")
    tea.parent_id = keys["Tea > Green"]

    with pytest.raises(ValidationError, match="cannot be a subcategory"):
        save_category(category=tea)


def test_category__place_taken_or_path_too_long__is_refused() -> None:
    get_or_create_paths(paths=["Tea", "Cup", " > ".join(["Cup", *("x" * 110 for _ in range(4))])])
    cup = Category.objects.get(path="Cup")

    for name in ("Tea", "c" * 120):
        cup.name = name
        with pytest.raises(ValidationError):
            save_category(category=cup)
