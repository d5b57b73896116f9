"""What shoppers read about offers that quotes and redemptions name by their codes."""

from django.db.models import QuerySet

from offers.models import Offer


def headlines_of(offers: QuerySet[Offer], language: str) -> dict[str, str]:
    """Return the headlines of offers by code, in the language if possible."""
    rows = offers.values_list("code", "headline_en", "headline_ja")
    return {code: (ja if language == "ja" else en) or en or ja or code for code, en, ja in rows}
