"""Who changed a row last."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

# A row that was changed longer after its page was saved was changed by something else.
_SAVING = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class LastChange:
    """When a row was changed, and by whom if it was changed on its page in the admin."""

    at: datetime | None
    by: Any = None


def deletion_of(model: type[Model], key: str, since: int) -> LastChange:
    """Return who deleted a row of the model, or of what it is part of; unknown unless in the admin."""
    models = (model, *model._meta.get_parent_list())  # noqa: SLF001 (Django's documented model API)
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False).values()
    entry = (
        LogEntry.objects.filter(
            content_type__in=types,
            object_id=key,
            action_flag=DELETION,
            action_time__gte=datetime.fromtimestamp(since, UTC),
        )
        .select_related("user")
        .order_by("-action_time", "-pk")
        .first()
    )
    return LastChange(None) if entry is None else LastChange(entry.action_time, entry.user)


def last_change(row: Model, since: int) -> LastChange:
    """Return the last change; `since` in seconds since 1970. Imports and the API leave only a time."""
    content_type = ContentType.objects.get_for_model(row, for_concrete_model=False)
    entries = LogEntry.objects.filter(
        content_type=content_type, object_id=str(row.pk), action_time__gte=datetime.fromtimestamp(since, UTC)
    )
    entry = entries.select_related("user").order_by("-action_time", "-pk").first()
    at: datetime | None = getattr(row, "updated_at", None)
    if entry is None or (at is not None and at - entry.action_time > _SAVING):
        return LastChange(at)
    return LastChange(entry.action_time, entry.user)
