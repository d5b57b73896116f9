"""The tests of pages for shoppers have the cast of the API."""

from tests.support.api_cast import cast, shop

__all__ = ["cast", "shop"]
