"""The strict reader refuses ambiguous JSON and nothing else."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.problems import ProblemError
from gateway.api.reader import MAX_DEPTH, MAX_INTEGER, _depth, check_strictness, field_error

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


# JSON with white space anywhere and few names, so that some keys are duplicates.
SPACE = st.sampled_from(["", " ", "\n", "\t "])
NAME = st.sampled_from(["a", "b", "a b", "ab", "é", "\\u0061"])


def _object_text(pairs: list[tuple[str, str, str]]) -> str:
    return "{" + ",".join(f'{space}"{name}"{space}:{value}' for space, name, value in pairs) + "}"


TEXTS_OF_JSON = st.recursive(
    st.sampled_from(["1", "-0", "1.50", "1e2", "null", "true", '""', '" a"', '"{\\"a\\":1}"', '"a:b,c"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda texts: f"[{','.join(texts)}]")
        | st.lists(st.tuples(SPACE, NAME, inner), max_size=4).map(_object_text)
    ),
    max_leaves=12,
)


def has_twin(text: str) -> bool:
    """Return whether Python's own reader finds a duplicate key."""
    twins: list[bool] = []

    def see(pairs: list[tuple[str, Any]]) -> None:
        twins.append(len({name for name, _ in pairs}) < len(pairs))

    json.loads(text, object_pairs_hook=see)
    return any(twins)


def depth_of(value: Any) -> int:
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    return 0


@given(VALUES, st.booleans())
def test_reader__any_plain_json__passes(value: Any, ascii_only: bool) -> None:
    check_strictness(json.dumps(value, ensure_ascii=ascii_only).encode())


@given(TEXTS_OF_JSON)
def test_reader__json_in_any_spelling__is_refused_exactly_for_duplicate_keys(text: str) -> None:
    code = None
    try:
        check_strictness(text.encode())
    except ProblemError as problem:
        code = problem.code

    assert code == ("duplicate_key" if has_twin(text) else None)


@given(VALUES)
def test_reader__depth__is_that_of_the_value(value: Any) -> None:
    assert _depth(json.dumps(value).encode()) == depth_of(value)


@given(VALUES, TEXT)
def test_reader__duplicate_key_anywhere__is_refused(value: Any, key: str) -> None:
    name, inside = json.dumps(key), json.dumps(value)
    body = f"[{inside}, {{{name}: {inside}, {name}: 1}}]"

    with pytest.raises(ProblemError) as caught:
        check_strictness(body.encode())

    assert caught.value.code == "duplicate_key"


def test_reader__brackets_in_text__do_not_count_as_depth() -> None:
    check_strictness(msgspec.json.encode(["[" * 100, '\\"{' * 100, {"{[": "]}"}]))


@pytest.mark.parametrize("levels", [MAX_DEPTH, MAX_DEPTH + 1])
def test_reader__deepest_allowed__is_the_limit(levels: int) -> None:
    body = b"[" * levels + b"]" * levels

    if levels == MAX_DEPTH:
        check_strictness(body)
    else:
        with pytest.raises(ProblemError, match="nested"):
            check_strictness(body)


def test_reader__escaped_backslash_before_u0000__is_not_nul() -> None:
    check_strictness(rb'["\\u0000"]')


@pytest.mark.parametrize(
    ("message", "pointer", "code"),
    [
        ("Expected `int`, got `str` - at `$.cart[0].quantity`", "/cart/0/quantity", "wrong_type"),
        ("Object contains unknown field `a/b` - at `$.cart[12]`", "/cart/12/a~1b", "unknown_field"),
        ("Object missing required field `sku` - at `$.cart[0]`", "/cart/0/sku", "required"),
        ("Object contains unknown field `x` - at `$`", "/x", "unknown_field"),
        ("Expected `object`, got `array`", "", "wrong_type"),
        ("Expected `str` of length <= 3 - at `$.x`", "/x", "bad_length"),
        ("Something new", "", "invalid"),
    ],
)
def test_field_error__msgspecs_message__becomes_a_pointer(message: str, pointer: str, code: str) -> None:
    error = field_error(message)

    assert (error.pointer, error.code) == (pointer, code)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Expected `int | null`, got `str`", "Expected an integer or null, got a string."),
        (
            "Expected `int`, got `float`",
            "Expected an integer, written without a decimal point or an exponent.",
        ),
        ("Expected `array` of length <= 200", "Expected an array of length <= 200."),
        ("Object contains unknown field `int`", "Object contains unknown field `int`."),
    ],
)
def test_field_error__about_a_type__is_in_the_words_of_json(message: str, words: str) -> None:
    assert field_error(message).detail == words


@pytest.mark.parametrize("number", ["9" * 17, "-" + "9" * 17, "9" * 5000])
def test_reader__integer_with_many_digits__is_out_of_range(number: str) -> None:
    with pytest.raises(ProblemError) as refused:
        check_strictness(f'{{"cart":[{{"quantity":{number}}}]}}'.encode())

    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/cart/0/quantity", "out_of_range")
    ]
