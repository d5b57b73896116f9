from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.snapshot.columns import Columns, Lists, Masks, Texts, pack_lists, pack_masks, pack_texts
from engine.snapshot.condition_sets import category_chains
from engine.snapshot.hashing import TextIndex, hash_text, sorted_hashes

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=20)


def views_of(columns: Columns) -> dict[str, Any]:
    return {name: np.ascontiguousarray(column).data for name, column in columns.items()}


@given(texts)
def test_texts__packed__come_back(column: list[str]) -> None:
    assert list(Texts(views_of(pack_texts("t", column)), "t")) == column


@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=5), max_size=10))
def test_lists__packed__come_back(column: list[list[int]]) -> None:
    packed = Lists(views_of(pack_lists("n", column)), "n")

    assert [packed[row] for row in range(len(column))] == column


@given(st.lists(st.sets(st.integers(0, 20_000), max_size=6), max_size=10))
def test_masks__packed__come_back_as_bits(column: list[set[int]]) -> None:
    packed = Masks(views_of(pack_masks("m", [sorted(bits) for bits in column])), "m")

    assert [packed[row] for row in range(len(column))] == [sum(1 << bit for bit in bits) for bits in column]


def test_masks__far_bit__takes_one_byte() -> None:
    columns = pack_masks("m", [[9_999]])

    assert (columns["m.blob"].tolist(), columns["m.first"].tolist()) == ([128], [1249])


@given(st.lists(st.text(max_size=6), unique=True, max_size=30), st.text(max_size=6))
def test_text_index__any_text__finds_its_row_or_nothing(column: list[str], other: str) -> None:
    hashes, rows = sorted_hashes(column)
    index = TextIndex(hashes.tolist(), rows.tolist(), column)

    assert [index.find(text) for text in column] == list(range(len(column)))
    assert index.find(other) == (column.index(other) if other in column else -1)


def test_text_index__equal_hashes__are_distinguished_by_the_text() -> None:
    same = [hash_text("a")] * 3

    index = TextIndex(same, [0, 1, 2], ["x", "y", "a"])

    assert (index.find("a"), index.find("b")) == (2, -1)


@pytest.mark.parametrize(
    ("parents", "chains"),
    [
        ([], []),
        ([-1, 0, 1], [[0], [1, 0], [2, 1, 0]]),
        ([1, 0], [[0, 1], [1, 0]]),  # a circle that no form allows still ends
    ],
)
def test_category_chains__any_tree__end_at_the_root(parents: list[int], chains: list[list[int]]) -> None:
    assert category_chains(parents) == chains
