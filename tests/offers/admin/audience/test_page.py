"""Audiences in the admin: who may see, change, count and download them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from catalog.models import Revision
from offers.models import Audience, AudienceCount, Customer, CustomerAttribute, Offer
from offers.services.audience.count import count_waiting, request_counts
from tests.support.admin_cast import Cast, sign_in
from tests.support.languages import in_both_languages

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
AT = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
DRY = {"type": "attribute", "op": "is", "name": "skin", "values": ["dry"]}


@pytest.fixture(autouse=True)
def skin(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    CustomerAttribute.objects.create(code="skin", name_en="skin", type="text")


def conditions(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "match": "all", "nodes": list(nodes)}


def audience(code: str = "dry", *nodes: dict[str, Any]) -> Audience:
    CustomerAttribute.objects.get_or_create(code="skin", defaults={"name_en": "Skin", "type": "text"})
    return Audience.objects.create(code=code, name_en=code.title(), conditions=conditions(*(nodes or (DRY,))))


def counted(*external_ids: str) -> Audience:
    """Return an audience with these members, counted."""
    found = audience()
    for external_id in external_ids:
        Customer.objects.create(external_id=external_id, attributes={"skin": "dry"})
    request_counts(audiences=Audience.objects.all(), at=AT)
    count_waiting(at=AT)
    return found


def page(name: str, *keys: int) -> str:
    return reverse(f"admin:offers_audience_{name}", args=keys)


def form(tree: dict[str, Any], **values: str) -> dict[str, str]:
    return {
        "name_en": "Dry skin",
        "name_ja": "乾燥肌",
        "code": "dry-skin",
        "description": "",
        "conditions": json.dumps(tree),
        **values,
    }


def offers_revision() -> int:
    return sum(Revision.objects.filter(domain="offers").values_list("number", flat=True))


def test_audience__added__is_saved_counted_and_published(cast: Cast) -> None:
    before = offers_revision()

    answer = cast.merchandiser.post(page("add"), form(conditions(DRY)))

    assert answer.status_code == 302
    saved = Audience.objects.get(code="dry-skin")
    assert saved.conditions == conditions(DRY)
    assert AudienceCount.objects.get(pk=saved.pk).requested_at is not None
    assert offers_revision() > before


def test_audience__changed_name__is_not_counted_again_but_changed_conditions_are(cast: Cast) -> None:
    inner = audience()
    outer = audience("outer", {"type": "audience", "op": "is", "audiences": [inner.pk]})

    cast.merchandiser.post(page("change", inner.pk), form(inner.conditions, code="dry", name="Dry"))
    assert not AudienceCount.objects.exists()
    cast.merchandiser.post(page("change", inner.pk), form({**inner.conditions, "match": "any"}, code="dry"))

    assert set(AudienceCount.objects.values_list("pk", flat=True)) == {inner.pk, outer.pk}


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (conditions({"type": "cart_units", "op": "at_least", "count": 1}), "This condition cannot be used"),
        (conditions({"type": "audience", "op": "is", "audiences": [99]}), "There is no such audience."),
        ({"version": 1, "match": "all", "nodes": []}, "A group needs at least one condition."),
    ],
)
def test_audience__conditions_that_do_not_fit__are_refused_at_the_field(
    cast: Cast, tree: dict[str, Any], words: str
) -> None:
    answer = cast.merchandiser.post(page("add"), form(tree))

    assert words in str(answer.context["adminform"].errors["conditions"])
    assert not Audience.objects.exists()


def test_audience__that_would_contain_itself__is_refused(cast: Cast) -> None:
    inner = audience()
    outer = audience("outer", {"type": "audience", "op": "is", "audiences": [inner.pk]})
    tree = conditions(DRY, {"type": "audience", "op": "is", "audiences": [outer.pk]})

    answer = cast.merchandiser.post(page("change", inner.pk), form(tree, code="dry"))

    errors = str(answer.context["adminform"].errors["conditions"])
    assert "Condition 2" in errors
    assert "must not contain itself" in errors


@in_both_languages
def test_list__of_audiences__shows_sentence_size_and_uses(cast: Cast, language: str) -> None:
    del cast
    first = counted("c-1", "c-2")
    audience("outer", {"type": "audience", "op": "is", "audiences": [first.pk]})

    answer = sign_in("analyst", language).get(page("changelist"))

    rows = {row.pk: row for row in answer.context["cl"].result_list}
    assert "dry" in rows[first.pk].sentence
    assert rows[first.pk].used_in == ["Outer"]
    assert "2 <small>" in answer.text


def test_members__of_a_counted_audience__are_on_pages_of_a_hundred(cast: Cast) -> None:
    found = counted(*(f"c-{place:03}" for place in range(150)))

    first, second = (cast.analyst.get(page("members", found.pk), {"p": number}) for number in (1, 2))

    assert "c-099" in first.text
    assert "c-100" not in first.text
    assert "c-149" in second.text
    assert '<a href="?p=2">' in first.text
    # An address altered by hand shows a page all the same.
    assert "c-000" in cast.analyst.get(page("members", found.pk), {"p": "x"}).text


def test_members__never_counted__say_so(cast: Cast) -> None:
    answer = cast.analyst.get(page("members", audience().pk))

    assert "Not counted yet." in answer.text


def test_export__of_members__escapes_formulas_and_is_in_the_history(cast: Cast) -> None:
    found = counted("c-1", "=1+1")
    Customer.objects.filter(external_id="c-1").delete()

    answer = cast.merchandiser.post(page("export", found.pk))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="audience-dry.csv"'
    lines = answer.getvalue().decode().split("\r\n")
    assert lines == ["\ufeffcustomer,segment,orders,first_order,last_order", "'=1+1,,,,", ""]
    assert "Downloaded the members." in cast.merchandiser.get(page("history", found.pk)).text
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "who", "status"),
    [
        ("export", "merchandiser", 200),
        ("export", "analyst", 403),
        ("export", "outsider", 403),
        ("recount", "merchandiser", 302),
        ("recount", "analyst", 403),
        ("recount_all", "merchandiser", 302),
        ("recount_all", "analyst", 403),
    ],
)
def test_buttons__by_permission__work_or_are_refused(cast: Cast, name: str, who: str, status: int) -> None:
    found = counted("c-1")
    address = page(name) if name == "recount_all" else page(name, found.pk)

    answer = getattr(cast, who).post(address, {"x": ""})

    assert answer.status_code == status
    assert cast.merchandiser.get(address).status_code == 405
    is_requested = AudienceCount.objects.filter(requested_at__isnull=False).exists()
    assert is_requested is (name != "export" and status == 302)


@pytest.mark.parametrize(("who", "status"), [("analyst", 200), ("outsider", 403), ("stranger", 302)])
def test_pages__by_permission__answer_or_are_refused(cast: Cast, who: str, status: int) -> None:
    found = counted("c-1")

    for name in ("members", "status"):
        assert getattr(cast, who).get(page(name, found.pk)).status_code == status


@in_both_languages
def test_status__while_counting__shows_the_progress_and_asks_again(cast: Cast, language: str) -> None:
    del cast
    found = counted("c-1")
    AudienceCount.objects.update(requested_at=AT, claim="worker", beat_at=AT, percent=40)
    analyst = sign_in("analyst", language)

    during = analyst.get(page("status", found.pk)).text
    AudienceCount.objects.update(requested_at=None, claim="", beat_at=None, percent=0)
    after = analyst.get(page("status", found.pk)).text

    assert 'value="40"' in during
    assert 'hx-trigger="every 2s"' in during
    assert "hx-get" not in after


def test_deletion__of_an_audience__names_what_uses_it_and_counts_that_again(cast: Cast) -> None:
    found = audience()
    outer = audience("outer", {"type": "audience", "op": "is", "audiences": [found.pk]})
    Offer.objects.create(code="tea", name="Tea", kind="cross_sell", conditions=outer.conditions)

    asked = cast.merchandiser.get(page("delete", found.pk)).text
    chosen = {"action": "delete_selected", "_selected_action": [found.pk]}
    asked_of_several = cast.merchandiser.post(page("changelist"), chosen).text
    before = offers_revision()
    cast.merchandiser.post(page("delete", found.pk), {"post": "yes"})

    for text in (asked, asked_of_several):
        assert ">Outer</a>" in text
        assert ">Tea</a>" in text
    assert not Audience.objects.filter(pk=found.pk).exists()
    assert AudienceCount.objects.get(pk=outer.pk).requested_at is not None
    assert offers_revision() > before
