"""The API's tests share one cast."""

from tests.support.api_cast import cast, shop

__all__ = ["cast", "shop"]
