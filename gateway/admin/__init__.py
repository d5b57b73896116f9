"""The pages of API keys."""

from gateway.admin.api_key import ApiKeyAdmin

__all__ = ["ApiKeyAdmin"]
