"""The page of the values that requests may send in the shop's own terms."""

import pytest
from django.test import Client

from catalog.models import Revision
from offers.models import ContextValue

URL = "/admin/offers/contextvalue/add/"


def post(client: Client, **fields: str) -> list[str]:
    """Post the form; return its errors."""
    answer = client.post(URL, {"code": "payment", "name_en": "Payment", "name_ja": "支払い方法", **fields})
    return [] if answer.status_code == 302 else list(answer.context["adminform"].form.errors)


def test_context_value__choices_one_in_each_line__are_a_list(admin_client: Client) -> None:
    assert post(admin_client, type="choice", choices=" konbini\n\ncard ") == []

    value = ContextValue.objects.get()
    assert (value.choices, str(value)) == (["konbini", "card"], "Payment")
    assert Revision.objects.get(domain="offers").number > 0
    page = admin_client.get(f"/admin/offers/contextvalue/{value.pk}/change/").content.decode()
    assert "konbini\ncard" in page


@pytest.mark.parametrize("choices", ["", "a\na", "x" * 201, "\n".join(map(str, range(101)))])
def test_context_value__impossible_choices__are_refused_at_their_field(
    admin_client: Client, choices: str
) -> None:
    assert post(admin_client, type="choice", choices=choices) == ["choices"]


def test_context_value__of_any_text__has_no_choices(admin_client: Client) -> None:
    assert post(admin_client, type="text", choices="konbini") == []

    assert ContextValue.objects.get().choices == []
