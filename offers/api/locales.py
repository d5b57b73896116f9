"""The language that matches a shopper's locale."""

from functools import lru_cache

from django.conf import settings

from gateway.services.remembered import remembered


def language_of(locale: str | None) -> str:
    """Return the language for a locale: “ja-JP” is ja; one without texts gets the shop's own."""
    return _language(locale, _shop_language())


def language_tag_of(locale: str | None) -> str:
    """Return what conditions take for the shopper's language: the locale, or else the shop's own."""
    return (locale or _shop_language()).replace("_", "-")


@remembered
def _shop_language() -> str:
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=1024)
def _language(locale: str | None, fallback: str) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    for candidate in (locale, fallback):
        primary = (candidate or "").replace("_", "-").partition("-")[0].lower()
        if primary in known:
            return primary
    return fallback
