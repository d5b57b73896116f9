"""The values that a text in an answer has today: an open enumeration.

Within version 1 values may be added, so a client must expect others. In the OpenAPI document such a field is
one of the known values or any other string.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

# (struct, field) → the values that the field has today.
_known: Final[dict[tuple[str, str], list[str]]] = {}


def know_values(shape: type, **values_of_fields: Iterable[str]) -> None:
    """Declare the values of text fields of an answer; fields of lists declare those of an item."""
    described: Any = msgspec.inspect.type_info(shape)
    names = {field.name for field in described.fields}
    for field, values in values_of_fields.items():
        if field not in names:
            raise ValueError(f"{shape.__name__} has no field {field!r}.")
        _known[shape.__name__, field] = sorted(set(values))


def add_known_values(schemas: dict[str, Any]) -> None:
    """Describe the declared fields in the schemas of the OpenAPI document."""
    for (name, field), values in _known.items():
        if name in schemas:
            properties = schemas[name]["properties"]
            properties[field] = _with_values(properties[field], values)


def _with_values(schema: dict[str, Any], values: list[str]) -> dict[str, Any]:
    if schema.get("type") == "array":
        return schema | {"items": _with_values(schema["items"], values)}
    rest = {key: value for key, value in schema.items() if key == "description"}
    kinds = [{"type": "string", "enum": values}, {"type": "string"}]
    is_nullable = {"type": "null"} in schema.get("anyOf", ())
    return rest | {"anyOf": kinds + [{"type": "null"}] * is_nullable}
