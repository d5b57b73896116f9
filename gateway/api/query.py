"""Read query strings as strictly as bodies."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar
from urllib.parse import unquote_plus

import msgspec
from django.http import HttpRequest

from gateway.api.problems import ProblemError, invalid_field
from gateway.api.reader import field_error

T = TypeVar("T", bound=msgspec.Struct)

MAX_QUERY_BYTES: Final = 4096
_MAX_PARAMETERS: Final = 20
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,15})", re.ASCII)


def read_query(request: HttpRequest, shape: type[T], integers: frozenset[str] = frozenset()) -> T:
    """Return the query string as a struct; raise a problem that names the invalid parameter.

    `integers` are the parameters that must be integers: ASCII digits, no decimal point, no exponent.
    """
    parameters = _parameters(request)
    values: dict[str, str | int] = dict(parameters)
    for name in integers & parameters.keys():
        if not _INTEGER.fullmatch(parameters[name]):
            raise invalid_field(f"?{name}", "not_an_integer", f"{name} must be an integer.")
        values[name] = int(parameters[name])
    try:
        return msgspec.convert(values, shape)
    except msgspec.ValidationError as error:
        field = field_error(str(error))
        raise invalid_field(f"?{field.pointer.removeprefix('/')}", field.code, field.detail) from error


def _parameters(request: HttpRequest) -> Mapping[str, str]:
    query = request.META.get("QUERY_STRING", "")
    if len(query) > MAX_QUERY_BYTES:
        raise ProblemError("bad_request", f"The query string is limited to {MAX_QUERY_BYTES:,} bytes.")
    pieces = [piece for piece in query.split("&") if piece]
    if len(pieces) > _MAX_PARAMETERS:
        detail = f"The query string is limited to {_MAX_PARAMETERS} parameters."
        raise ProblemError("bad_request", detail)
    pairs = [_pair(piece) for piece in pieces]
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise invalid_field(
            f"?{twice}", "duplicate_parameter", f"The parameter {twice} is given more than once."
        )
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise invalid_field(f"?{name}", "nul_character", "NUL characters are not allowed.")
    return parameters


def _pair(piece: str) -> tuple[str, str]:
    """Return the name and the value of one parameter."""
    name, _, value = piece.partition("=")
    try:
        known = _decoded(name)
    except ValueError as error:
        detail = "The name of a parameter has an invalid percent-encoding or is not valid UTF-8."
        raise ProblemError("bad_request", detail) from error
    try:
        return known, _decoded(value)
    except ValueError as error:
        detail = f"{known} has an invalid percent-encoding or is not valid UTF-8."
        raise invalid_field(f"?{known}", "bad_encoding", detail) from error


def _decoded(text: str) -> str:
    """Return the text of a part of a query string; raise ValueError for invalid bytes."""
    if _BAD_ESCAPE.search(text):
        raise ValueError(text)
    # WSGI hands bytes over as Latin-1 text (PEP 3333).
    return unquote_plus(text.encode("latin-1").decode(), errors="strict")
