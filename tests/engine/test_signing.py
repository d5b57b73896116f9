"""Signed texts: what was signed comes back, anything else is refused."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.signing import InvalidSignatureError, Signer

SIGNER = Signer(b"tests.one", mac_bytes=16)
TEXT = SIGNER.sign(b"seven teas", "secret")


def is_refused(text: str, signer: Signer = SIGNER, secret: str = "secret") -> bool:
    try:
        signer.verify(text, [secret])
    except InvalidSignatureError:
        return True
    return False


@given(payload=st.binary(max_size=40), secret=st.text(max_size=100), size=st.integers(1, 64))
def test_verify__a_signed_payload__comes_back(payload: bytes, secret: str, size: int) -> None:
    signer = Signer(b"tests.any", size)

    assert signer.verify(signer.sign(payload, secret), [secret]) == payload


def test_verify__an_older_secret_among_several__is_accepted() -> None:
    assert SIGNER.verify(TEXT, ["newest", "secret"]) == b"seven teas"
    assert is_refused(TEXT, secret="newest")


def test_verify__signed_for_another_purpose__is_refused() -> None:
    assert is_refused(TEXT, Signer(b"tests.two", mac_bytes=16))


def test_verify__any_bit_flipped__is_refused() -> None:
    signed = base64.urlsafe_b64decode(TEXT + "=" * (-len(TEXT) % 4))

    for bit in range(len(signed) * 8):
        flipped = bytearray(signed)
        flipped[bit // 8] ^= 1 << bit % 8
        assert is_refused(base64.urlsafe_b64encode(flipped).rstrip(b"=").decode()), bit


@pytest.mark.parametrize("spelling", ["{}=", "{}==", "{}\n", " {}", "{}A", "{}é", "{}\ud800"])
def test_verify__another_spelling__is_refused(spelling: str) -> None:
    assert is_refused(spelling.format(TEXT))


@given(st.text(max_size=80))
def test_verify__any_other_text__is_refused(text: str) -> None:
    assert is_refused(text)


def test_sign__a_payload__adds_a_keyed_blake2b() -> None:
    key = hashlib.blake2b(b"secret", digest_size=32, person=b"tests.one").digest()
    mac = hashlib.blake2b(b"seven teas", key=key, digest_size=16).digest()

    assert base64.urlsafe_b64decode(TEXT + "=" * (-len(TEXT) % 4)) == b"seven teas" + mac
