"""What a row's history says of a change."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import override

# As Django keeps it: one dictionary for each thing that was added, changed or deleted.
ChangeMessage = list[dict[str, Any]]


def with_field_names(message: ChangeMessage, models: Iterable[type[Model]]) -> ChangeMessage:
    """Return the message with the names of fields in place of their labels.

    Django stores labels, which begin with a capital letter, and translates them when the history is read.
    The catalogue of translations holds the names.
    """
    with override(None):
        fields = [field for model in models for field in model._meta.fields]  # noqa: SLF001 (documented API)
        names = {capfirst(str(field.verbose_name)): str(field.verbose_name) for field in fields}
    for part in message:
        changed = part.get("changed", {})
        if "fields" in changed:
            changed["fields"] = [names.get(label, label) for label in changed["fields"]]
    return message
