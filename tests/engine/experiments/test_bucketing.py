"""The hash of GrowthBook: packages/sdk-js/test/cases.json, version 0.8.0 of its specification."""

import pytest

from engine.experiments.bucketing import fnv1a_32, position_of


@pytest.mark.parametrize(
    ("seed", "unit", "position"),
    [
        ("seed", "a", 0.0505),
        ("seed", "b", 0.2696),
        ("foo", "ab", 0.2575),
        ("foo", "def", 0.2019),
        ("89123klj", "8952klfjas09ujkasdf", 0.124),
        ("90850943850283058242805", "123", 0.7516),
    ],
)
def test_position__of_published_cases__is_theirs(seed: str, unit: str, position: float) -> None:
    assert position_of(unit, fnv1a_32(seed.encode())) == position


@pytest.mark.parametrize(
    ("seed", "unit", "position"),
    [
        ("", "a", 0.22),
        ("", "b", 0.077),
        ("b", "a", 0.946),
        ("ef", "d", 0.652),
        ("asdf", "8952klfjas09ujk", 0.549),
        ("", "123", 0.011),
    ],
)
def test_fnv__in_cases_of_the_first_version__is_the_hash_behind_them(
    seed: str, unit: str, position: float
) -> None:
    assert fnv1a_32((unit + seed).encode()) % 1000 / 1000 == position


@pytest.mark.parametrize(
    ("text", "value"),
    # Landon Curt Noll's test vectors of FNV-1a.
    [(b"", 0x811C9DC5), (b"a", 0xE40C292C), (b"foobar", 0xBF9CF968)],
)
def test_fnv__of_its_authors_vectors__is_theirs(text: bytes, value: int) -> None:
    assert fnv1a_32(text) == value


def test_fnv__continued_from_a_prefix__is_the_hash_of_both() -> None:
    assert fnv1a_32(b"bar", fnv1a_32(b"foo")) == fnv1a_32(b"foobar")


def test_position__of_an_id_in_japanese__is_within_bounds() -> None:
    assert 0 <= position_of("お客様一", fnv1a_32(b"seed")) < 1
