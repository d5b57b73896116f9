"""API keys, and the requests that are processed once."""

from gateway.models.api_key import ApiKey, ApiKeyKind
from gateway.models.idempotent_call import IdempotentCall

__all__ = ["ApiKey", "ApiKeyKind", "IdempotentCall"]
