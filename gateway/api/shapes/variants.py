"""Answers that have fields of their own for each value of one field: one variant for each, and an open one.

In the OpenAPI document such an answer is one of its variants, which have a constant in that field, or any
other: within version 1 values may be added, so a client must expect others.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

# The name of a struct → the field, and for each of its values the names of the fields that belong to it.
_variants: Final[dict[str, tuple[str, dict[str, list[str]]]]] = {}


def know_variants(shape: type[msgspec.Struct], field: str, own: Mapping[str, Iterable[str]]) -> None:
    """Declare that `shape` has some fields only if `field` has a certain value: their names by that value."""
    _variants[shape.__name__] = (field, {value: list(names) for value, names in own.items()})


def variant_name(shape: str, value: str) -> str:
    """Return the name of a variant: AddOnOffer is that of OfferAnswer for “add_on”."""
    return f"{''.join(map(str.capitalize, value.split('_')))}{shape.removesuffix('Answer')}"


def add_variants(schemas: dict[str, Any]) -> None:
    """Replace the declared answers in the schemas of the OpenAPI document by their variants."""
    for shape, (field, own) in _variants.items():
        if shape not in schemas:
            continue
        whole = schemas[shape]
        variants = {variant_name(shape, value): _variant(whole, field, value, own) for value in own}
        variants[variant_name(shape, "other")] = _variant(whole, field, None, own)
        references = [{"$ref": f"#/components/schemas/{name}"} for name in variants]
        schemas |= variants
        schemas[shape] = {"description": whole["description"], "oneOf": references}


def _variant(
    whole: dict[str, Any], field: str, value: str | None, own: dict[str, list[str]]
) -> dict[str, Any]:
    """Return the schema of one variant; without a value, that of all other values."""
    mine = own.get(value, []) if value else []
    others = {name for names in own.values() for name in names} - {*mine}
    properties = {name: schema for name, schema in whole["properties"].items() if name not in others}
    if value:
        properties[field] = {"type": "string", "const": value}
        text = f"With the {field} `{value}`."
    else:
        properties[field] = {"type": "string", "not": {"enum": sorted(own)}}
        text = f"With a {field} that this document does not know. It may have further fields."
    return {
        "title": variant_name(whole["title"], value or "other"),
        "description": text,
        "type": "object",
        "properties": properties,
        "required": [*whole["required"], *mine],
    }
