"""The pages of who may call."""

from gateway.admin.api_key import ApiKeyAdmin

__all__ = ["ApiKeyAdmin"]
