"""A form of the admin that is outdated is refused, on every page that can be edited."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models, transaction
from django.test import RequestFactory
from pytest_django import DjangoDbBlocker

from accounts.admin.conflicts.deletion import GuardedDeletions
from accounts.admin.conflicts.version import TOKEN, Version
from accounts.models import User
from catalog.models import Category, Product, UpgradeLadder, UpgradeTier
from gateway.models import ApiKey
from offers.kinds.quantity.models import QuantityOffer
from offers.models import CodeBatch, Customer, CustomerAttribute, HoldoutGroups, Lane, Offer, OfferStrategy
from tests.support.admin_cast import Person, create_people, sign_in
from tests.support.admin_pages import MODELS, Model, first_row, page
from tests.support.admin_shop import build_shop
from tests.support.html_forms import Posted, read_form
from tests.support.languages import in_both_languages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
CONFLICT = 409


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """Build the staff and a shop once for all tests of this module, each of which undoes what it changes."""
    with django_db_blocker.unblock(), transaction.atomic():
        create_people()
        build_shop(3)
        for offer in Offer.objects.filter(kind="upgrade"):
            OfferStrategy.objects.create(offer=offer, strategy="ladder")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def person() -> Person:
    return sign_in("owner")


# Texts of which the form lets choose some.
CHOSEN_IN_FORMS = ("kind", "weekdays", "holiday_country")
# Its form edits attributes, which are no columns (tests/analytics/admin/test_customer.py).
WITHOUT_COLUMNS = (Customer,)


def is_editable(model: Model) -> bool:
    """Return whether somebody with all permissions may change columns of rows of the model."""
    if model in WITHOUT_COLUMNS:
        return False
    request = RequestFactory().get("/admin/")
    request.user = User(is_active=True, is_superuser=True)
    return admin.site._registry[model].has_change_permission(request)


def opened(person: Person, row: models.Model) -> Posted:
    """Return what the form of the row posts that was just opened."""
    answer = person.get(page(type(row), "change", row.pk))
    return read_form(answer.text, f"{row._meta.model_name}_form") | {"_save": ["Save"]}


def save(person: Person, row: models.Model, data: Posted) -> Any:
    return person.post(page(type(row), "change", row.pk), data)


def resolved(answer: Any, **choices: str) -> Posted:
    """Return what the comparison page posts with these choices, beside those that it makes in advance."""
    return read_form(answer.text) | {
        f"_take-{name}".replace("__", "-"): [value] for name, value in choices.items()
    }


def changed_column(model: Model, data: Posted) -> "models.Field[Any, Any]":
    """Return a column that the form edits: a text if there is one, otherwise a choice or a switch."""
    posted = [one for one in model._meta.concrete_fields if one.editable and one.name in data]
    texts = [one for one in posted if isinstance(one, models.CharField | models.TextField)]
    plain = [one for one in texts if not one.flatchoices and one.name not in CHOSEN_IN_FORMS]
    return [*plain, *texts, *(one for one in posted if isinstance(one, models.PositiveIntegerField))][0]


def other_value(column: "models.Field[Any, Any]", value: Any) -> Any:
    """Return another value that the column may have."""
    if column.flatchoices:
        return next(key for key, _words in column.flatchoices if key and key != value)
    return value + 1 if isinstance(value, int) else f"{value}x"


def delete(row: models.Model) -> None:
    """Delete the row and what keeps it from being deleted, as an import may."""
    while True:
        try:
            row._meta.model._base_manager.filter(pk=row.pk).delete()
        except models.ProtectedError as error:
            for one in error.protected_objects:
                delete(one)
        else:
            return


@pytest.mark.parametrize(
    "model", [one for one in MODELS if is_editable(one)], ids=lambda one: one._meta.label_lower
)
def test_every_editable_page__changed_meanwhile__refuses_and_keeps_what_is_stored(
    model: Model, person: Person
) -> None:
    registered = admin.site._registry[model]
    row = first_row(model)
    assert isinstance(registered, GuardedDeletions)
    data = opened(person, row)
    untouched = save(person, row, opened(person, row))
    column = changed_column(model, data)
    value = other_value(column, column.value_from_object(row))
    model._base_manager.filter(pk=row.pk).update(**{column.name: value})

    answer = save(person, row, data | {"_continue": ["1"]})

    assert untouched.status_code == 302, untouched.context["errors"]
    assert (answer.status_code, [one.key for one in answer.context["differences"]]) == (
        CONFLICT,
        [f"field-{column.name}"],
    )
    assert column.value_from_object(model._base_manager.get(pk=row.pk)) == value


def is_added_again(model: Model) -> bool:
    """Return whether the form that adds has all fields of the form that changes."""
    # The holdout has one row, which nobody adds or deletes.
    return model not in {User, Lane, HoldoutGroups}


@pytest.mark.any_database
@pytest.mark.parametrize(
    "model", [one for one in MODELS if is_editable(one)], ids=lambda one: one._meta.label_lower
)
def test_every_editable_page__deleted_meanwhile__keeps_the_entries(model: Model, person: Person) -> None:
    # Nobody deletes themselves.
    row = User.objects.get(username="analyst") if model is User else first_row(model)
    data = opened(person, row)
    column = changed_column(model, data)
    entry = str(other_value(column, column.value_from_object(row)))
    delete(row)

    answer = save(person, row, data | {column.name: [entry]})

    assert answer.status_code == CONFLICT
    assert not model._base_manager.filter(pk=row.pk).exists()
    if not is_added_again(model):
        assert entry in {one.entered for one in answer.context["differences"]} or column.flatchoices
        return
    again = read_form(answer.text, f"{model._meta.model_name}_form") | {"_save": ["Save"]}
    assert again[column.name] == [entry]
    before = set(model._base_manager.values_list("pk", flat=True))
    saved = person.post(page(model, "change", row.pk), again, follow=True)
    if model in (ApiKey, CodeBatch, CustomerAttribute):
        # A new one needs more than the form of one that exists.
        assert saved.status_code == 200
        return
    assert [code for _address, code in saved.redirect_chain] == [307, 302], saved.context["errors"]
    new = model._base_manager.exclude(pk__in=before).get()
    assert str(column.value_from_object(new)) == entry


@in_both_languages
def test_deleted__by_somebody__says_who_and_keeps_rows_without_those_taken_out(language: str) -> None:
    first, second = sign_in("owner", language), sign_in("merchandiser")
    ladder = UpgradeLadder.objects.order_by("pk")[0]
    data = opened(first, ladder)
    gone = page(UpgradeLadder, "delete", ladder.pk)
    second.post(gone, read_form(second.get(gone).text) | {"post": ["yes"]})
    assert not UpgradeLadder.objects.filter(pk=ladder.pk).exists()

    answer = save(first, ladder, data | {"tiers-0-label": ["Mine"], "tiers-1-DELETE": ["on"]})

    assert "merchandiser" in answer.text
    again = read_form(answer.text, "upgradeladder_form") | {"_save": ["Save"]}
    assert (again["tiers-INITIAL_FORMS"], again["tiers-TOTAL_FORMS"]) == (["0"], ["2"])
    first.post(page(UpgradeLadder, "change", ladder.pk), again, follow=True)
    new = UpgradeLadder.objects.get(name=ladder.name)
    assert new.tiers.order_by("position")[0].label == "Mine"
    assert new.tiers.count() == 2


def test_deleted__without_the_version_that_was_opened__is_not_found(person: Person) -> None:
    answer = person.post(page(Product, "change", 999_999), {TOKEN: ["nonsense"], "name": ["Mine"]})

    assert answer.status_code == 302


@in_both_languages
def test_two_tabs__both_changed__shows_all_three_and_saves_what_is_chosen(language: str) -> None:
    first, second = sign_in("owner", language), sign_in("merchandiser", language)
    product = Product.objects.get(sku="T-000")
    ours, theirs = opened(first, product), opened(second, product)
    save(second, product, theirs | {"name": ["Theirs"], "brand": ["Their brand"]})

    refused = save(first, product, ours | {"name": ["Ours"], "description": ["Only ours"]})

    rows = {one.key or one.label: one for one in refused.context["differences"]}
    assert refused.status_code == CONFLICT
    name = rows["field-name"]
    assert (name.opened, name.stored, name.entered, name.chosen) == ("Sencha 0", "Theirs", "Ours", "")
    assert rows["field-brand"].chosen == "stored"
    assert len(rows) == 3
    assert "merchandiser" in refused.text
    saved = save(first, product, resolved(refused, **{"field-name": "entered"}))
    product.refresh_from_db()
    assert saved.status_code == 302
    assert (product.name, product.brand, product.description) == ("Ours", "Their brand", "Only ours")


def test_comparison__changed_again__is_refused_again(person: Person) -> None:
    product = Product.objects.get(sku="T-000")
    data = opened(person, product)
    Product.objects.filter(pk=product.pk).update(name="One")
    refused = save(person, product, data | {"name": ["Mine"]})
    Product.objects.filter(pk=product.pk).update(name="Two")

    again = save(person, product, resolved(refused, **{"field-name": "entered"}))

    assert (again.status_code, again.context["differences"][0].stored) == (CONFLICT, "Two")
    assert Product.objects.get(pk=product.pk).name == "Two"
    save(person, product, resolved(again))
    assert Product.objects.get(pk=product.pk).name == "Two"


def test_rows__changed_added_and_deleted_meanwhile__are_compared_and_chosen_one_by_one(
    person: Person,
) -> None:
    ladder = UpgradeLadder.objects.order_by("pk")[0]
    low, middle, high = ladder.tiers.order_by("position")
    gone = middle.pk
    data = opened(person, ladder)
    UpgradeTier.objects.filter(pk=low.pk).update(label="Low")
    middle.delete()
    other = Product.objects.create(sku="T-NEW", name="New", currency="JPY", price_minor=9000)
    added = UpgradeTier.objects.create(ladder=ladder, product=other, label="New", position=9)

    data["tiers-0-label"], data["tiers-1-label"] = ["Mine"], ["Mine too"]
    refused = save(person, ladder, data)

    rows = {one.key: one.chosen for one in refused.context["differences"]}
    keys = [f"row-tiers-{pk}" for pk in (low.pk, gone, added.pk)]
    assert rows == {keys[0]: "", keys[1]: "", keys[2]: "stored"}
    answer = save(person, ladder, resolved(refused, **{keys[0]: "stored", keys[1]: "entered"}))
    assert answer.status_code == 302
    labels = list(ladder.tiers.order_by("position").values_list("label", flat=True))
    assert labels == ["Low", "Mine too", high.label, "New"]
    assert not ladder.tiers.filter(pk=gone).exists()


def test_version__missing_or_of_another_row__refuses_what_differs(person: Person) -> None:
    one, two = Category.objects.order_by("pk")[:2]
    data, other = opened(person, one), opened(person, two)

    for token in ("", "nonsense", other[TOKEN][0]):
        answer = save(person, one, data | {TOKEN: [token], "name": ["Mine"]})

        assert answer.status_code == CONFLICT
        assert "Mine" in answer.text
    assert Category.objects.get(pk=one.pk).name != "Mine"


def test_list__without_a_version_or_with_that_of_other_rows__refuses_what_differs(person: Person) -> None:
    address = page(Lane, "changelist")
    data = read_form(person.get(address).text, "changelist-form") | {"_save": ["Save"]}
    Lane.objects.filter(code="line").update(mode="first")
    other = Version({}, {"form": {}}).token("offers.lane")

    for token in ("", "nonsense", other):
        answer = person.post(address, data | {TOKEN: [token]})

        assert answer.status_code == CONFLICT
    assert Lane.objects.get(code="line").mode == "first"


def test_stock__counted_meanwhile_and_left_alone__is_kept_without_asking(person: Person) -> None:
    product = Product.objects.get(sku="T-001")
    data = opened(person, product)
    Product.objects.filter(pk=product.pk).update(stock=7)

    kept = save(person, product, data | {"name": ["New name"]})

    product.refresh_from_db()
    assert (kept.status_code, product.name, product.stock) == (302, "New name", 7)
    assert save(person, product, data | {"name": ["New name"], "stock": ["99"]}).status_code == CONFLICT


def test_offer__own_table_and_tiers_changed__is_refused_with_its_many_products_in_short(
    person: Person,
) -> None:
    offer = QuantityOffer.objects.order_by("pk")[2]
    data = opened(person, offer)
    QuantityOffer._base_manager.filter(pk=offer.pk).update(mode="volume")
    offer.trigger_products.remove(Product.objects.get(sku="T-000"))

    answer = save(person, offer, data)

    rows = {one.key: one for one in answer.context["differences"]}
    assert answer.status_code == CONFLICT
    assert rows.keys() == {"field-mode", "field-trigger_products"}
    products = rows["field-trigger_products"]
    assert "Sencha 0" in products.entered
    assert products.stored == "1 more, the same in all"


def test_list__edited_meanwhile__is_refused_and_chosen(person: Person) -> None:
    address = page(Lane, "changelist")
    data = read_form(person.get(address).text, "changelist-form") | {"_save": ["Save"]}
    Lane.objects.filter(code="line").update(mode="first")
    lane = Lane.objects.get(code="line")

    refused = person.post(address, data)
    chosen = person.post(address, resolved(refused, **{f"row-form-{lane.pk}": "entered"}))

    assert refused.status_code == CONFLICT
    assert [one.key for one in refused.context["differences"]] == [f"row-form-{lane.pk}"]
    assert chosen.status_code == 302
    lane.refresh_from_db()
    assert lane.mode != "first"


def test_deletion__changed_or_used_meanwhile__asks_again(person: Person) -> None:
    product = Product.objects.create(sku="T-NEW", name="New", currency="JPY", price_minor=900)
    offer = Offer.objects.get(code="offer-0")
    address = page(Product, "delete", product.pk)

    for change in (
        lambda: Product.objects.filter(pk=product.pk).update(name="Other"),
        lambda: offer.trigger_products.add(product),
    ):
        data = read_form(person.get(address).text) | {"post": ["yes"]}
        change()
        refused = person.post(address, data)
        assert refused.status_code == CONFLICT
        assert Product.objects.filter(pk=product.pk).exists()

    data = read_form(refused.text) | {"post": ["yes"]}
    assert person.post(address, data).status_code == 302
    assert not Product.objects.filter(pk=product.pk).exists()


def test_deletion_of_several__one_changed_meanwhile__asks_again(person: Person) -> None:
    address = page(Category, "changelist")
    keys = [str(Category.objects.create(name=name, path=name).pk) for name in ("One", "Two")]
    asked = person.post(address, {"action": "delete_selected", "_selected_action": keys})
    Category.objects.filter(pk=keys[0]).update(name="Renamed")

    again = person.post(address, read_form(asked.text))
    kept = Category.objects.filter(pk__in=keys).count()
    person.post(address, read_form(again.text))

    assert (again.status_code, kept) == (200, 2)
    assert not Category.objects.filter(pk__in=keys).exists()
