"""Where an offer is edited: on the page of its kind."""

from typing import Any

from django.urls import reverse

from offers.kinds.registry import kind_of


def page_of_kind(kind: str, view: str, *keys: Any) -> str:
    """Return the address of a view (add, change, delete, history) on the page of a kind of offer."""
    opts = kind_of(kind).model._meta  # noqa: SLF001 (Django's model API)
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{view}", args=keys)
