"""The strict JSON reader in front of every endpoint.

msgspec already refuses invalid JSON (NaN, Infinity, control characters, comments, byte order marks),
invalid UTF-8, lone surrogates, unknown fields, and numbers with a decimal point or an exponent where
an integer is expected. This reader adds the rest: size, media type, depth, duplicate keys, NUL, and
integers that other JSON readers would round.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final, TypeVar

import msgspec
from django.http import HttpRequest

from gateway.api.problems import ProblemError, invalid_field
from gateway.api.shapes.pattern import sentence_of
from gateway.api.shapes.problem import FieldError

T = TypeVar("T")

MAX_DEPTH: Final = 32
# The largest integer that every JSON reader holds exactly (RFC 8259, section 6).
MAX_INTEGER: Final = 2**53 - 1
_MAX_DIGITS: Final = len(str(MAX_INTEGER))

JSON: Final = "application/json"
TEXT: Final = "text/plain"
_UTF_8: Final = r"(?:[ \t]*;[ \t]*charset=\"?utf-?8\"?[ \t]*)?"
_TYPES: Final = {
    name: re.compile(re.escape(name) + _UTF_8, re.IGNORECASE | re.ASCII) for name in (JSON, TEXT)
}
_STRINGS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER: Final = b"0" * _MAX_DIGITS
_SPACE: Final = b" \t\r\n"
# NUL or half of a surrogate pair; complete pairs match too and pass the closer check.
_SUSPECT_ESCAPE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONE_SURROGATE: Final = "lone_surrogate"
_LONE_SURROGATE_DETAIL: Final = "An escape from \\ud800 to \\udfff must be part of a surrogate pair."

_writer: Final = msgspec.json.Encoder()
_reader: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder()


class _DuplicateKeyError(ValueError):
    """A key appears more than once in an object."""


def has_media_type(request: HttpRequest, media_type: str) -> bool:
    """Return whether a body is declared as JSON or TEXT, in UTF-8."""
    content_type = request.META.get("CONTENT_TYPE", "")
    return content_type == media_type or _TYPES[media_type].fullmatch(content_type) is not None


def read_body(request: HttpRequest, max_bytes: int, media_type: str = JSON) -> bytes:
    """Return the body of a request; refuse one that is declared as something else or is too large."""
    length = request.META.get("CONTENT_LENGTH", "")
    if not length and request.META.get("HTTP_TRANSFER_ENCODING"):
        raise ProblemError(
            "length_required", "Send a Content-Length header. Chunked requests are not supported."
        )
    if length in ("", "0"):
        raise ProblemError("empty_body", "Send a JSON object in the request body.")
    if not has_media_type(request, media_type):
        raise ProblemError(
            "unsupported_media_type", f"Send the body as UTF-8 JSON with Content-Type: {media_type}."
        )
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise ProblemError(
            "unsupported_media_type", "Content-Encoding is not supported. Send the body uncompressed."
        )
    if length.isdecimal() and int(length[:20]) > max_bytes:
        raise _too_large(max_bytes)
    # Not `request.body`, which would keep a copy of the bytes.
    body: bytes = request.read()
    if len(body) > max_bytes:
        raise _too_large(max_bytes)
    return body


def read_json(body: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    """Return the body as the decoder's type; raise a problem that names what is invalid."""
    check_strictness(body)
    return decode(body, decoder)


def decode(body: bytes | msgspec.Raw, decoder: "msgspec.json.Decoder[T]", prefix: str = "") -> T:
    """Return checked JSON as the decoder's type; `prefix` is its pointer within the body."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        field = field_error(str(error), prefix)
        raise invalid_field(field.pointer, field.code, field.detail) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(error, bytes(body)) from error
    except RecursionError as error:
        raise _too_deep() from error


def check_strictness(body: bytes) -> None:
    """Refuse JSON that is nested too deeply, repeats a key, or has values that JSON readers disagree on."""
    if not _is_written_back(body):
        _check_keys(body)
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise _too_deep()
    if _SUSPECT_ESCAPE.search(body) or _LONG_NUMBER in body.translate(_DIGITS):
        for fault in _faults(_check_keys(body), ""):
            raise _problem_of(fault)


def _is_written_back(body: bytes) -> bool:
    """Return whether decoding and encoding the body gives the same bytes, apart from white space.

    A duplicate key would be written once, so a body that passes has none. Backslashes, which allow several
    spellings of the same text, and numbers such as 1e2 need the closer check.
    """
    if b"\\" in body:
        return False
    try:
        written = _writer.encode(_reader.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return written == body or written.translate(None, _SPACE) == body.translate(None, _SPACE)


def _check_keys(body: bytes) -> Any:
    """Return the values of a body; refuse duplicate keys. It takes three times as long as the quick check."""
    try:
        return _DUPLICATE_FINDER.decode(body.decode())
    except _DuplicateKeyError as error:
        detail = f"The key {error.args[0]!r} appears more than once in the same object."
        raise ProblemError("duplicate_key", detail) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise _malformed(error, body) from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _DuplicateKeyError(counts.most_common(1)[0][0])
    return value


def _integer(digits: str) -> int:
    """Return an integer; one with more digits than Python would read becomes just too large."""
    return int(digits) if len(digits) <= _MAX_DIGITS + 1 else MAX_INTEGER + 1


_DUPLICATE_FINDER: Final = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_int=_integer)


def _depth(body: bytes) -> int:
    """Return how deeply well-formed JSON is nested."""
    brackets = _STRINGS.sub(b"", body).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _malformed(error: Exception, body: bytes) -> ProblemError:
    """Return the problem of a body that is not JSON, pointing to the invalid text if it is found."""
    if body.startswith(codecs.BOM_UTF8):
        detail = "The body begins with a byte order mark (BOM). Send it as UTF-8 without a BOM."
        return ProblemError("malformed_json", detail)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ProblemError("malformed_json", "The body is encoded as UTF-16. Send it as UTF-8.")
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        # Invalid bytes are decoded as lone surrogates, so that the text that contains them can be located.
        detail = f"Byte {wrong.start} of the body is not valid UTF-8: {wrong.reason}."
        where = _surrogate_at(body.decode("utf-8", "surrogateescape"))
        errors = [] if where is None else [FieldError(where, "invalid_utf8", detail)]
        return ProblemError("malformed_json", detail, errors=errors)
    where = _surrogate_at(body.decode())
    if where is not None:
        return _problem_of(FieldError(where, _LONE_SURROGATE, _LONE_SURROGATE_DETAIL))
    said = str(error)
    if isinstance(error, json.JSONDecodeError):
        said = f"{error.msg} (byte {len(error.doc[: error.pos].encode())})"
    return ProblemError("malformed_json", f"The body is not valid UTF-8 JSON: {said}.")


def _surrogate_at(text: str) -> str | None:
    """Return the pointer of the first text with a lone surrogate, None if there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return next((fault.pointer for fault in _faults(value, "") if fault.code == _LONE_SURROGATE), None)


def _problem_of(fault: FieldError) -> ProblemError:
    """Return the problem of an invalid value; a lone surrogate makes the whole body invalid."""
    if fault.code == _LONE_SURROGATE:
        return ProblemError("malformed_json", fault.detail, errors=[fault])
    return invalid_field(fault.pointer, fault.code, fault.detail)


def _too_large(max_bytes: int) -> ProblemError:
    return ProblemError("body_too_large", f"The body is limited to {max_bytes:,} bytes.")


def _too_deep() -> ProblemError:
    return ProblemError("too_deep", f"Objects and arrays can be nested at most {MAX_DEPTH} levels deep.")


def _faults(value: Any, pointer: str) -> Iterator[FieldError]:
    """Yield each text with a lone surrogate or NUL and each integer beyond ±(2^53 − 1).

    An invalid key is reported at its object, before the values below: pointers contain valid keys only.
    """
    match value:
        case str() if _SURROGATE.search(value):
            yield FieldError(pointer, _LONE_SURROGATE, _LONE_SURROGATE_DETAIL)
        case str() if "\0" in value:
            yield FieldError(pointer, "nul_character", "NUL characters are not allowed.")
        case int() if abs(value) > MAX_INTEGER:
            yield FieldError(pointer, "out_of_range", "Integers must be between −(2^53 − 1) and 2^53 − 1.")
        case list():
            for index, item in enumerate(value):
                yield from _faults(item, f"{pointer}/{index}")
        case dict():
            for key in value:
                yield from _faults(key, pointer)
            for key, item in value.items():
                yield from _faults(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")


# --- Messages of msgspec, as a pointer and a code -----------------------------------------------------
_PATH: Final = re.compile(r"^(?P<text>.*?)(?: - at `(?:key` in `)?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_FIELD: Final = re.compile(r"field `(?P<name>.*)`", re.DOTALL)
_TYPE: Final = re.compile(r"`([a-z |]+)`")
_WORDS: Final = {
    "int": "an integer",
    "float": "a number",
    "str": "a string",
    "bool": "true or false",
    "array": "an array",
    "object": "an object",
    "datetime": "a time",
}
_CODES: Final = (
    ("Object contains unknown field", "unknown_field"),
    ("Object missing required field", "required"),
    ("Expected `int`, got `float`", "not_an_integer"),
    ("Expected `int | null`, got `float`", "not_an_integer"),
    ("Invalid enum value", "unknown_choice"),
    ("Expected `str` matching", "bad_format"),
    ("Expected `str` of length", "bad_length"),
    ("Expected `array` of length", "bad_length"),
    ("Expected `object` of length", "bad_length"),
    ("Expected `int` ", "out_of_range"),
    ("Integer value out of range", "out_of_range"),
    ("Number out of range", "out_of_range"),
    ("Invalid RFC3339", "bad_format"),
    ("Expected `datetime` with", "bad_format"),
    ("Expected", "wrong_type"),
)


def field_error(message: str, prefix: str = "") -> FieldError:
    """Turn msgspec's “… - at `$.cart[0].sku`” into a pointer (/cart/0/sku), a code and a sentence."""
    match = _PATH.match(message)
    text, path = (match["text"], match["path"] or "") if match else (message, "")
    pointer = prefix + re.sub(r"\.|\[(\d+|\.\.\.)\]", lambda step: f"/{step[1] or ''}", path)
    code = next((code for start, code in _CODES if text.startswith(start)), "invalid")
    if code in ("unknown_field", "required") and (field := _FIELD.search(text)):
        pointer = f"{pointer}/{field['name'].replace('~', '~0').replace('/', '~1')}"
    return FieldError(pointer, code, sentence_of(text) or _sentence(text, code))


def _sentence(text: str, code: str) -> str:
    """Return a message with the types in the words of JSON: “an integer or null”, not “`int | null`”."""
    if code == "not_an_integer":
        return "Expected an integer, written without a decimal point or an exponent."
    if not text.startswith("Expected `"):
        return f"{text}."
    words = _TYPE.sub(lambda names: " or ".join(_WORDS.get(one, one) for one in names[1].split(" | ")), text)
    return f"{words}."
