import secrets

import pytest

from engine.generated_codes import ALPHABETS, bits_of, draw_codes, shortest_length


def test_alphabets__of_letters__have_no_characters_that_look_alike() -> None:
    assert set("01ILO25SZUV") & set(ALPHABETS["letters"]) <= {"V"}
    assert not set("01ILO5SZUAEN") & set(ALPHABETS["mixed"])
    assert all(len(set(alphabet)) == len(alphabet) for alphabet in ALPHABETS.values())


# log(2^40) / log 24 = 8.72; a million codes need 30 + 19.93 bits: 49.93 / 4.585 = 10.89.
@pytest.mark.parametrize(
    ("count", "alphabet", "length"),
    [
        (1, "mixed", 9),
        (1_000, "mixed", 9),
        (1_000_000, "mixed", 11),
        (1, "digits", 13),
        (10**6, "digits", 16),
    ],
)
def test_shortest_length__for_many_codes__keeps_a_guess_below_one_in_a_billion(
    count: int, alphabet: str, length: int
) -> None:
    characters = ALPHABETS[alphabet]

    assert shortest_length(count, characters) == length
    assert bits_of(length, characters) >= 40
    assert count / len(characters) ** length <= 2**-30


def test_draw__with_bytes_that_are_not_fair__throws_them_away() -> None:
    # Of 24 characters, the bytes from 240 on would make the first 16 likelier.
    four = bytes([255, 0, 24, 23])

    drawn = draw_codes(
        2,
        prefix="X-",
        length=3,
        alphabet=ALPHABETS["mixed"],
        random_bytes=lambda size: four * size,
    )

    assert drawn == ["X-BB9", "X-BB9"]


def test_draw__many__has_each_character_about_as_often() -> None:
    codes = draw_codes(
        24_000, prefix="", length=10, alphabet=ALPHABETS["mixed"], random_bytes=secrets.token_bytes
    )

    text = "".join(codes)
    counts = [text.count(character) for character in ALPHABETS["mixed"]]
    # 10,000 of each are expected, with a standard deviation of 98.
    assert sum(counts) == 240_000
    assert max(abs(count - 10_000) for count in counts) < 700
    assert len(set(codes)) == 24_000
