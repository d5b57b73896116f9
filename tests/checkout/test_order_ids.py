"""Order IDs follow the same rules in URLs, commits and files."""

from urllib.parse import unquote, urljoin

import pytest
from django.urls import resolve, reverse
from hypothesis import assume, example, given
from hypothesis import strategies as st

from catalog.services.values import InvalidValueError
from checkout.services.order_values import clean_order_id, is_order_id

UNFIT = ["a/", "/", " a", "a\u3000", ".", "..", "../a", "a/./b", "a/..", "a/refunds", "x" * 129, ""]


# Without ";": Python's `urljoin` drops one at the end, which clients do not.
@given(
    st.text(
        st.sampled_from("a1./ %?#注") | st.characters(codec="utf-8", exclude_characters=";"),
        min_size=1,
        max_size=12,
    )
)
@example("2026/注文 00%1?#")
@example("refunds")
@example("..a/b..")
def test_order_id__valid__has_its_own_url(order_id: str) -> None:
    assume(is_order_id(order_id))

    address = reverse("order", kwargs={"order_id": order_id})

    found = resolve(unquote(address))
    assert (found.url_name, found.kwargs) == ("order", {"order_id": order_id})
    assert urljoin("https://awase.example", address) == f"https://awase.example{address}"


@pytest.mark.parametrize("order_id", UNFIT)
def test_order_id__without_a_url__is_refused_in_files(order_id: str) -> None:
    assert not is_order_id(order_id)
    if order_id == order_id.strip():  # white space around a cell of a file is no part of it
        with pytest.raises(InvalidValueError):
            clean_order_id(order_id)
